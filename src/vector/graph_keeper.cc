// graph_keeper.cc: see graph_keeper.h.

#include "vector/graph_keeper.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/deadline.h"
#include "vector/graph_upkeep.h"
#include "vector/parallel.h"

namespace waggle::vector {
namespace {

// After something went wrong, the disk is full for example, nothing is tried for so long.
constexpr auto kRest = std::chrono::seconds(10);
constexpr auto kWorkMax = std::chrono::hours(24);

}  // namespace

void GraphKeeper::stop() {
  std::jthread thread;  // joined at the end
  {
    const base::MutexLock lock(mutex_);
    is_stopped_ = true;
    thread_.request_stop();
    thread = std::move(thread_);
  }
  woken_.notify_all();
}

void GraphKeeper::wake(const std::shared_ptr<SharedIndex>& index) {
  if (index->due() == SharedIndex::Due::kNothing) return;
  {
    const base::MutexLock lock(mutex_);
    if (is_stopped_ || base::steady_now() < rest_until_) return;
    const auto is_it = [&](const std::weak_ptr<SharedIndex>& each) { return !each.owner_before(index) && !index.owner_before(each); };
    if (std::none_of(waiting_.begin(), waiting_.end(), is_it)) waiting_.push_back(index);
    if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  woken_.notify_all();
}

void GraphKeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::shared_ptr<SharedIndex> index;
    {
      const base::MutexLock lock(mutex_);
      // The stop is requested under the mutex, so it is seen here or wakes the wait.
      while (waiting_.empty() && !stop.stop_requested()) woken_.wait_until(mutex_, base::steady_now() + kWorkMax);
      if (waiting_.empty()) continue;
      index = waiting_.front().lock();
      waiting_.erase(waiting_.begin());
    }
    if (!index) continue;
    const Status kept = keep(*index, stop);
    if (kept || stop.stop_requested()) continue;
    log_.warning("the index of a collection: " + kept.error().describe());
    const base::MutexLock lock(mutex_);
    rest_until_ = base::steady_now() + kRest;
  }
}

Status GraphKeeper::keep(SharedIndex& index, const std::stop_token& stop) {
  const base::Deadline deadline = base::Deadline::after(kWorkMax, stop);
  try {
    for (auto due = index.due(); due != SharedIndex::Due::kNothing && !stop.stop_requested(); due = index.due()) {
      Status done;
      if (due == SharedIndex::Due::kBuild) {
        // One thread: the others belong to those who search.
        done = build_graph(index, 1, deadline, [](std::size_t, std::size_t) { return true; });
      } else if (due == SharedIndex::Due::kFold) {
        done = fold_changes(index, deadline);
      } else {
        done = save_graph(index, deadline);
      }
      WAGGLE_TRY(done);
      if (index.due() == due) return {};  // it is being changed; whoever does that wakes us again
    }
  } catch (const std::exception& error) {
    return Error(Code::kExhausted, std::string("no memory for a graph: ") + error.what(),
                 "give the process more memory, or lower Options::index_bytes");
  }
  return {};
}

}  // namespace waggle::vector
