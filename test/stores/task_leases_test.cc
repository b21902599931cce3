// task_leases_test.cc: leases that end without a word from their holder.

#include "stores/task_leases.h"

#include <gtest/gtest.h>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

class TasksLeases : public TaskFixture {
 protected:
  std::int64_t free_leases(std::string_view agent) {
    return scope().write([&](stores::Writing& writing) { return stores::free_leases(writing, agent); }).value();
  }
};

TEST_F(TasksLeases, FreedTasksAreClaimableAndTheirTokensStale) {
  create("a");
  create(NewTask{.id = "b", .max_attempts = 1});
  create("after b", {"b"});
  create("other");
  const std::vector<Task> held = claim(2, "ann");
  claim_only("other", "bob");
  const std::int64_t seq = next_seq();
  EXPECT_EQ(free_leases("ann"), 2);
  EXPECT_EQ(log_from(seq), (Ids{"release a", "fail b", "fail after b"}));
  EXPECT_EQ(status_of("a"), TaskStatus::kReady);
  EXPECT_FALSE(get("a").lease_owner);
  EXPECT_EQ(status_of("b"), TaskStatus::kFailed) << "no attempts were left";
  EXPECT_EQ(get("b").error, "the agent that held the last attempt is lost or was removed");
  EXPECT_EQ(status_of("other"), TaskStatus::kRunning);
  EXPECT_EQ(code_of(tasks().complete({"a", *held[0].lease_token})), Code::kConflict);
  EXPECT_EQ(free_leases("ann"), 0);
  claim_only("a", "bob");
}

TEST_F(TasksLeases, AgentsThatGoGiveTheirTasksBack) {
  AgentStore agents(scope());
  for (const std::string id : {"ann", "bob"}) {
    ASSERT_TRUE(agents.register_agent({.id = id, .agent_type = "t"}));
    create("of " + id);
    claim_only("of " + id, id, 1h);
  }
  ASSERT_TRUE(agents.remove("ann"));
  EXPECT_EQ(status_of("of ann"), TaskStatus::kReady);
  EXPECT_EQ(status_of("of bob"), TaskStatus::kRunning);
  clock().advance(1min);
  const ReapResult reaped = agents.reap(30s).value();
  EXPECT_EQ(reaped.lost, Ids{"bob"});
  EXPECT_EQ(reaped.released_tasks, 1);
  EXPECT_EQ(status_of("of bob"), TaskStatus::kReady);
}

TEST_F(TasksLeases, DurationsHaveLimits) {
  EXPECT_TRUE(stores::check_lease_duration(1ms));
  EXPECT_TRUE(stores::check_lease_duration(std::chrono::hours(24 * 365)));
  EXPECT_FALSE(stores::check_lease_duration(999us));
  EXPECT_FALSE(stores::check_lease_duration(-1s));
  EXPECT_FALSE(stores::check_lease_duration(std::chrono::hours(24 * 366)));
}

TEST_F(TasksLeases, WhatIsDueIsSettledInBatches) {
  for (int i = 0; i < 1'001; ++i) create(NewTask{.not_before = clock().now() + 1s});
  const auto settle = [&] { return scope().write([](stores::Writing& writing) { return stores::settle_due_tasks(writing); }).value(); };
  const auto look = [](stores::Reading& reading) { return stores::has_due_tasks(reading.sql, reading.now()); };
  const auto has_due = [&] { return scope().read(look).value(); };
  EXPECT_FALSE(has_due());
  EXPECT_EQ(settle(), stores::Upkeep::kDone);
  clock().advance(1s);
  EXPECT_TRUE(has_due());
  EXPECT_EQ(settle(), stores::Upkeep::kMoreIsDue);
  EXPECT_TRUE(has_due());
  EXPECT_EQ(settle(), stores::Upkeep::kDone);
  EXPECT_FALSE(has_due());
}

}  // namespace
}  // namespace waggle::test
