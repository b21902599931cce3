// task_outcomes_test.cc: every transition of a task: what each call does in each state.

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

// What a call came to: an error's code, or the status of the task in its answer.
std::string outcome_of(const Result<Task>& result) { return std::string(result ? to_string(result->status) : to_string(result.error().code())); }

class TasksOutcomes : public TaskFixture {
 protected:
  // Makes a task of this id, of higher priority than all before, brings it into the state of this name and answers the token of its latest lease,
  // which may be over, or a made-up one.
  std::string bring_to(std::string_view state, const std::string& id) {
    std::string token = "0000000000000001-0123456789abcdef";
    const bool is_last = state == "last attempt" || state == "last attempt expired" || state == "failed";
    create(NewTask{.id = id,
                   .priority = ++priority_,
                   .dependencies = state == "waits for a task" ? Ids{"another dependency"} : Ids{},
                   .not_before = state == "waits for its time" ? std::optional(clock().now() + 1h) : std::nullopt,
                   .max_attempts = is_last ? std::optional<std::int64_t>(1) : std::nullopt});
    if (state == "cancelled") tasks().cancel(id).value();
    if (state == "ready" || state.starts_with("waits") || state == "cancelled") return token;
    token = *claim_only(id, "ann", 1min).lease_token;
    if (state == "completed") tasks().complete({id, token}).value();
    if (state == "failed") tasks().fail({id, token}, {.error = "broken"}).value();
    if (state == "released") tasks().release({id, token}).value();
    if (state == "expired" || state == "last attempt expired") clock().advance(1min);
    if (state == "claimed by another") {
      clock().advance(1min);
      claim_only(id, "bob");
    }
    return token;
  }

  Result<Task> call(std::string_view name, const TaskLease& lease) {
    if (name == "renew") return tasks().renew(lease, 1h);
    if (name == "complete") return tasks().complete(lease, Json(R"({ "n" : [1.50] })"));
    if (name == "fail") return tasks().fail(lease, {.error = "it broke"});
    if (name == "fail, retry later") return tasks().fail(lease, {.error = "it broke", .retry_after = 5s});
    if (name == "release") return tasks().release(lease);
    if (name == "cancel") return tasks().cancel(lease.task_id);
    return tasks().add_dependency({lease.task_id, "dependency"});
  }

  std::int64_t priority_ = 0;
};

struct Row {
  std::string_view state;
  std::vector<std::string_view> outcomes;  // of the calls, in the order of kCalls
};

constexpr std::string_view kCalls[] = {"renew", "complete", "fail", "fail, retry later", "release", "cancel", "depend"};

TEST_F(TasksOutcomes, EveryCallInEveryState) {
  const std::vector<Row> rows = {
      {"waits for a task", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "pending"}},
      {"waits for its time", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "pending"}},
      {"ready", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "pending"}},
      {"running", {"running", "completed", "ready", "pending", "ready", "cancelled", "conflict"}},
      {"last attempt", {"running", "completed", "failed", "failed", "failed", "cancelled", "conflict"}},
      {"expired", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "pending"}},
      {"last attempt expired", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "conflict"}},
      {"claimed by another", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "conflict"}},
      {"released", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "pending"}},
      {"completed", {"conflict", "conflict", "conflict", "conflict", "conflict", "conflict", "conflict"}},
      {"failed", {"conflict", "conflict", "conflict", "conflict", "conflict", "conflict", "conflict"}},
      {"cancelled", {"conflict", "conflict", "conflict", "conflict", "conflict", "cancelled", "conflict"}},
  };
  create("dependency");
  create("another dependency");
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
      const std::string cell = std::string(kCalls[i]) + " when " + std::string(row.state);
      const std::string token = bring_to(row.state, cell);
      const Task before = get(cell);
      const std::int64_t seq = next_seq();
      const Result<Task> result = call(kCalls[i], {cell, token});
      EXPECT_EQ(outcome_of(result), row.outcomes[i]) << cell;
      EXPECT_EQ(status_of(cell), result ? result->status : before.status) << cell;
      EXPECT_TRUE(result || next_seq() == seq) << cell << " is refused and logs";
    }
  }
}

TEST_F(TasksOutcomes, UnknownTasksAreNotFound) {
  for (const std::string_view name : kCalls) EXPECT_EQ(outcome_of(call(name, {"unknown", "token"})), "not_found") << name;
}

TEST_F(TasksOutcomes, OtherTokensAreRefused) {
  create("a");
  create("b");
  const std::vector<Task> claimed = claim(2);
  const std::string& token = *claimed[0].lease_token;
  for (const std::string& wrong :
       {std::string("made-up"), std::string(), token.substr(0, 17), token + "0", std::string("%"), *claimed[1].lease_token}) {
    for (const std::string_view name : {"renew", "complete", "fail", "fail, retry later", "release"}) {
      EXPECT_EQ(outcome_of(call(name, {"a", wrong})), "conflict") << name;
    }
  }
  EXPECT_EQ(outcome_of(call("complete", {"a", token})), "completed");
}

TEST_F(TasksOutcomes, RenewKeepsTheTokenAndMovesTheEnd) {
  create("t");
  const Task task = claim_only("t", "ann", 10s);
  clock().advance(9s);
  const Task renewed = tasks().renew({"t", *task.lease_token}, 1min).value();
  EXPECT_EQ(renewed.lease_token, task.lease_token);
  EXPECT_EQ(renewed.lease_expires_at, clock().now() + 1min);
  EXPECT_EQ(renewed.attempt, 1);
  clock().advance(59s);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(tasks().renew({"t", *task.lease_token}, 1s).value().lease_expires_at, clock().now() + 1s);
  clock().advance(1s);
  EXPECT_EQ(outcome_of(tasks().renew({"t", *task.lease_token}, 1min)), "conflict");
  EXPECT_EQ(outcome_of(tasks().renew({"t", *task.lease_token}, 0s)), "invalid_argument");
}

TEST_F(TasksOutcomes, CompleteKeepsTheResultAndEndsTheLease) {
  create("t");
  const Task task = claim_only("t");
  clock().advance(1s);
  EXPECT_EQ(outcome_of(tasks().complete({"t", *task.lease_token}, Json("{not json"))), "invalid_argument");
  const Task done = tasks().complete({"t", *task.lease_token}, Json(R"({ "n" : [1.50] })")).value();
  for (const Task& seen : {done, get("t")}) {
    EXPECT_EQ(seen.status, TaskStatus::kCompleted);
    EXPECT_EQ(seen.result, Json(R"({"n":[1.50]})"));
    EXPECT_EQ(seen.completed_at, clock().now());
    EXPECT_EQ(seen.updated_at, clock().now());
    EXPECT_FALSE(seen.lease_owner || seen.lease_expires_at || seen.lease_token);
    EXPECT_EQ(seen.assigned_agents, Ids{"ann"});
  }
}

TEST_F(TasksOutcomes, FailuresAreRetriedUntilTheAttemptsAreUsedUp) {
  create(NewTask{.id = "t", .max_attempts = 3});
  Task task = claim_only("t");
  task = tasks().fail({"t", *task.lease_token}, {.error = "first"}).value();
  EXPECT_EQ(task.status, TaskStatus::kReady);
  EXPECT_EQ(task.error, "first");
  EXPECT_FALSE(task.completed_at);

  task = claim_only("t");
  task = tasks().fail({"t", *task.lease_token}, {.error = "second", .retry_after = 1500ms}).value();
  EXPECT_EQ(task.status, TaskStatus::kPending);
  EXPECT_EQ(task.not_before, clock().now() + 1500ms);
  EXPECT_TRUE(claim().empty());
  clock().advance(1500ms);

  task = claim_only("t");
  EXPECT_EQ(task.error, "second");
  task = tasks().fail({"t", *task.lease_token}, {.error = "third", .retry_after = 1s}).value();
  EXPECT_EQ(task.status, TaskStatus::kFailed);
  EXPECT_EQ(task.error, "third");
  EXPECT_EQ(task.attempt, 3);
  EXPECT_EQ(task.completed_at, clock().now());
  clock().advance(1h);
  EXPECT_TRUE(claim().empty());
}

TEST_F(TasksOutcomes, FailuresOutOfRangeAreRefused) {
  create("t");
  const TaskLease lease{"t", "token"};
  EXPECT_EQ(outcome_of(tasks().fail(lease, {.error = "\xff"})), "invalid_argument");
  EXPECT_EQ(outcome_of(tasks().fail(lease, {.error = std::string((std::size_t{1} << 20) + 1, 'e')})), "invalid_argument");
  EXPECT_EQ(outcome_of(tasks().fail(lease, {.error = "", .retry_after = -1us})), "invalid_argument");
  EXPECT_EQ(outcome_of(tasks().fail(lease, {.error = "", .retry_after = std::chrono::hours(24 * 366)})), "invalid_argument");
}

TEST_F(TasksOutcomes, AReleasedLastAttemptFailsTheTask) {
  create(NewTask{.id = "t", .max_attempts = 1});
  create("after", {"t"});
  const Task task = claim_only("t");
  EXPECT_EQ(tasks().release({"t", *task.lease_token}).value().error, "released after the last attempt");
  EXPECT_EQ(status_of("after"), TaskStatus::kFailed);
}

TEST_F(TasksOutcomes, ChangesAreLogged) {
  create("t");
  const std::int64_t seq = next_seq();
  std::string token = *claim_only("t").lease_token;
  ASSERT_TRUE(tasks().renew({"t", token}, 1min));
  ASSERT_TRUE(tasks().release({"t", token}));
  token = *claim_only("t").lease_token;
  ASSERT_TRUE(tasks().fail({"t", token}, {.error = "broken"}));
  token = *claim_only("t").lease_token;
  ASSERT_TRUE(tasks().complete({"t", token}));
  EXPECT_EQ(log_from(seq), (Ids{"claim t", "renew t", "release t", "claim t", "fail t", "claim t", "complete t"}));
}

}  // namespace
}  // namespace waggle::test
