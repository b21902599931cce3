// worker.cc: a worker that claims tasks, does them and goes on until nothing is left.
//
// A claim is a lease: the task is the worker's for a time, under a token. If the worker dies, the lease runs out and somebody else gets the task; if
// it merely was slow, its token is stale by then and its answer is refused. So every task is completed once, however many workers there are: start
// this loop in as many threads or processes as you like.
//
// Usage: worker FILE. Makes the file, three tasks in it, and does them.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "waggle/waggle.h"

namespace {

using namespace std::chrono_literals;

int fail(const waggle::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.describe().c_str());
  return EXIT_FAILURE;
}

// The planner's part: two texts to read, and a comparison that depends on both.
waggle::Status plan(const waggle::Session& planner) {
  std::vector<std::string> readings;
  for (const char* text : {"read the first text", "read the second text"}) {
    const auto task = planner.tasks().create({.description = text, .required_capabilities = {"reading"}, .max_attempts = 3});
    if (!task) return task.error();
    readings.push_back(task->id);
  }
  // The highest priority comes first, but not before what it depends on is done.
  const auto last = planner.tasks().create({.description = "compare the texts", .priority = 10, .dependencies = readings});
  if (!last) return last.error();
  return {};
}

// What the task asks for; a real worker would work here. The first try at the second text fails, so that there is something to see.
waggle::Result<waggle::Json> work_on(const waggle::Task& task) {
  if (task.description == "read the second text" && task.attempt == 1) return waggle::Error(waggle::Code::kBusy, "the text is being edited");
  return waggle::Json::string("done: " + task.description);
}

waggle::Status do_task(const waggle::Session& worker, const waggle::Task& task) {
  const waggle::TaskLease lease{.task_id = task.id, .token = *task.lease_token};
  const auto result = work_on(task);
  // Work that takes long renews its lease now and then: worker.tasks().renew(lease, 1min).
  const auto after = result ? worker.tasks().complete(lease, *result) : worker.tasks().fail(lease, {.error = result.error().message()});
  if (!after) {
    // The lease has run out and the task is somebody else's by now. That is no reason to stop.
    if (after.error().code() == waggle::Code::kConflict) return {};
    return after.error();
  }
  std::printf("%s, attempt %lld: %s\n", task.description.c_str(), static_cast<long long>(task.attempt),
              std::string(waggle::to_string(after->status)).c_str());
  return {};
}

// Tasks that are neither over nor cancelled.
waggle::Result<bool> has_open_tasks(const waggle::Session& worker) {
  for (const auto status : {waggle::TaskStatus::kReady, waggle::TaskStatus::kPending, waggle::TaskStatus::kRunning}) {
    const auto page = worker.tasks().list({.status = status}, {.limit = 1});
    if (!page) return page.error();
    if (!page->items.empty()) return true;
  }
  return false;
}

waggle::Status work(const waggle::Session& worker) {
  auto watcher = worker.changes().watch({}, {.entities = {waggle::Entity::kTask}});
  if (!watcher) return watcher.error();
  for (;;) {
    const auto claimed = worker.tasks().claim({.agent = "reader-1", .capabilities = std::vector<std::string>{"reading"}, .lease = 1min});
    if (!claimed) return claimed.error();
    for (const waggle::Task& task : *claimed) {
      if (const waggle::Status done = do_task(worker, task); !done) return done;
    }
    if (!claimed->empty()) continue;
    // Nothing is ready: other workers may be at it. Sleep until some task changes, and look again at the latest when a lease could have run out.
    const auto open = has_open_tasks(worker);
    if (!open) return open.error();
    if (!*open) return {};
    if (const auto changes = watcher->next(10s); !changes) return changes.error();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: worker FILE\n");
    return 2;
  }
  const auto db = waggle::Database::open({.path = argv[1], .open_mode = waggle::OpenMode::kCreateIfMissing});
  if (!db) return fail(db.error());
  if (const waggle::Status planned = plan((*db)->as("planner")); !planned) return fail(planned.error());
  if (const waggle::Status worked = work((*db)->as("reader-1")); !worked) return fail(worked.error());
  std::printf("nothing is left to do\n");
  return EXIT_SUCCESS;
}
