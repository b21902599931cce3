// task_fixture.h: what the tests of tasks share: a database with agents and swarms to hang tasks on, and short ways to say what is done and wanted.

#ifndef WAGGLE_TEST_STORES_TASK_FIXTURE_H
#define WAGGLE_TEST_STORES_TASK_FIXTURE_H

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/scope.h"
#include "support/store_fixture.h"
#include "waggle/agents.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"

namespace waggle::test {

using namespace std::chrono_literals;

class TaskFixture : public StoreTest {
 protected:
  stores::Scope& scope() { return scope_; }
  FakeClock& clock() { return db_.clock; }
  TaskStore tasks() { return TaskStore(scope_); }

  Task create(NewTask task) {
    if (task.description.empty()) task.description = "work";
    return tasks().create(task).value();
  }
  // A task of this id that depends on these.
  Task create(std::string id, std::vector<std::string> dependencies = {}) {
    return create(NewTask{.id = std::move(id), .dependencies = std::move(dependencies)});
  }

  // Claims as an agent without capabilities.
  std::vector<Task> claim(int count = 1, std::string agent = "ann", Duration lease = 1min) {
    return tasks().claim({.agent = std::move(agent), .lease = lease, .count = count}).value();
  }
  // Claims one task, which must be the one of this id.
  Task claim_only(std::string_view id, std::string agent = "ann", Duration lease = 1min) {
    std::vector<Task> claimed = claim(1, std::move(agent), lease);
    EXPECT_EQ(ids_of(claimed), std::vector<std::string>{std::string(id)});
    return claimed.empty() ? Task{} : claimed.front();
  }
  Task complete(std::string_view id) {
    const Task task = claim_only(id);
    return tasks().complete({id, *task.lease_token}).value();
  }
  // Fails a task whose max_attempts is 1, for good.
  Task fail(std::string_view id) {
    const Task task = claim_only(id);
    return tasks().fail({id, *task.lease_token}, {.error = "broken"}).value();
  }

  Task get(std::string_view id) { return tasks().get(id).value(); }
  TaskStatus status_of(std::string_view id) { return get(id).status; }

  void create_swarm(std::string id) { ASSERT_TRUE(SwarmStore(scope()).create({.name = id, .id = id})); }

  // "task OP ID" of every change from this one on.
  std::vector<std::string> log_from(std::int64_t seq) {
    return scope()
        .read([&](stores::Reading& reading) {
          return reading.sql.query_all("SELECT op || ' ' || entity_id FROM changes WHERE entity = 'task' AND seq >= ?1 ORDER BY seq", {seq},
                                       [](const sql::Row& row) { return row.string(0); });
        })
        .value();
  }
  std::int64_t next_seq() {
    return scope().read([](stores::Reading& reading) { return reading.sql.query_integer("SELECT max(seq) FROM changes", {}); }).value() + 1;
  }

  static std::vector<std::string> ids_of(const std::vector<Task>& tasks) {
    std::vector<std::string> ids;
    for (const Task& task : tasks) ids.push_back(task.id);
    return ids;
  }
};

// The code of a result's error; nullopt when it is a value.
template <typename T>
std::optional<Code> code_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().code());
}

using Ids = std::vector<std::string>;

}  // namespace waggle::test

#endif  // WAGGLE_TEST_STORES_TASK_FIXTURE_H
