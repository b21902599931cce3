// tasks.cc: claiming a ready task among many others. See core_rows.h.

#include <mutex>
#include <thread>

#include "core_rows.h"
#include "raw_sqlite.h"

namespace waggle::bench {
namespace {

constexpr std::int64_t kReady = 1000;
constexpr int kThreads = 8;

// Tasks in every other state, as they pile up in a database that has been in use: two thirds completed, the rest waiting for another or for a time.
constexpr const char* kFillOthers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999000)"
    " INSERT INTO tasks(id, description, priority, status, assigned_agents, dependencies, created_at, completed_at, required_capabilities, attempt,"
    " not_before, updated_at, unmet)"
    " SELECT printf('00000000-0000-7000-8000-%012d', i), 'an older task', i % 10, CASE i % 3 WHEN 0 THEN 'pending' ELSE 'completed' END, '[]', '[]',"
    " 1700000000000000 + i, CASE i % 3 WHEN 0 THEN NULL ELSE 1700000000000000 + i END, '[]', i % 3,"
    " CASE i % 6 WHEN 0 THEN 4000000000000000 + i END, 1700000000000000 + i, CASE i % 6 WHEN 3 THEN 1 ELSE 0 END FROM n";

void make_tasks(const std::string& path, bool with_others) {
  make_database(path, 0);
  if (with_others) RawDatabase(path, Sync::kOff).run(kFillOthers);
  Options options = options_for(path);
  options.durability = Durability::kOff;
  const auto database = Database::open(options).value();
  database->as("planner")
      .transaction([&](Session& session) -> Status {
        for (std::int64_t i = 0; i < kReady; ++i) {
          const auto made = session.tasks().create({.description = "a ready task", .priority = i % 10});
          if (!made) return made.error();
        }
        return {};
      })
      .value();
  RawDatabase(path, Sync::kOff).run("PRAGMA wal_checkpoint(TRUNCATE)");
}

// Seconds in which the threads claim every ready task, one at a time. Then gives all of them back, untimed.
double claim_all(Database& database) {
  std::mutex mutex;
  std::vector<Task> claimed;
  const double begin = seconds();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        const Session session = database.as("worker-" + std::to_string(t));
        for (;;) {
          std::vector<Task> tasks = session.tasks().claim({.agent = "worker-" + std::to_string(t)}).value();
          if (tasks.empty()) return;
          const std::scoped_lock lock(mutex);
          claimed.push_back(std::move(tasks[0]));
        }
      });
    }
  }
  const double cost = seconds() - begin;
  if (claimed.size() != kReady) throw std::runtime_error("not every ready task was claimed once");
  database.as("planner")
      .transaction([&](Session& session) -> Status {
        for (const Task& task : claimed) {
          const auto released = session.tasks().release({.task_id = task.id, .token = *task.lease_token});
          if (!released) return released.error();
        }
        return {};
      })
      .value();
  return cost;
}

}  // namespace

void measure_claim(Run& run) {
  if (!run.wants("claim")) return;
  make_tasks(run.folder.file("few_tasks.db"), false);
  make_tasks(run.folder.file("many_tasks.db"), true);
  Options few_options = options_for(run.folder.file("few_tasks.db"));
  Options many_options = options_for(run.folder.file("many_tasks.db"));
  // Without syncs, which both would wait for alike: what is compared is the work of a claim.
  few_options.durability = many_options.durability = Durability::kNormal;
  const auto few = Database::open(few_options).value();
  const auto many = Database::open(many_options).value();
  const Comparison found = compare({.repeats = run.turns.repeats, .blocks = 3}, [&] { return claim_all(*few); }, [&] { return claim_all(*many); });
  run.rows["claim"] = {.ratio = found.ratio,
                       .details = {{"claims_per_s_few", kReady / found.baseline}, {"claims_per_s_many", kReady / found.candidate}}};
}

}  // namespace waggle::bench
