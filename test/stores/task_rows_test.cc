// task_rows_test.cc: what a task reads as when time has passed.

#include "stores/task_rows.h"

#include <gtest/gtest.h>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

class TasksRows : public TaskFixture {
 protected:
  using Counts = std::map<std::string, std::int64_t>;

  Counts count(std::string_view swarm_id) {
    Counts counts = {{"left over", 1}};
    EXPECT_TRUE(scope().read([&](stores::Reading& reading) { return stores::count_tasks_by_status(reading, swarm_id, counts); }));
    return counts;
  }
};

TEST_F(TasksRows, AnExpiredLeaseReadsAsReadyWhileAttemptsAreLeft) {
  create(NewTask{.id = "t", .max_attempts = 2});
  claim_only("t", "ann", 10s);
  clock().advance(10s - 1us);
  EXPECT_EQ(get("t").status, TaskStatus::kRunning);
  EXPECT_EQ(get("t").lease_owner, "ann");
  clock().advance(1us);
  EXPECT_EQ(get("t").status, TaskStatus::kReady);
  EXPECT_FALSE(get("t").lease_owner || get("t").lease_expires_at);
  EXPECT_EQ(get("t").attempt, 1);

  claim_only("t", "bob", 10s);
  clock().advance(10s);
  EXPECT_EQ(get("t").status, TaskStatus::kRunning) << "it fails when the next claim writes it down";
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(get("t").status, TaskStatus::kFailed);
  EXPECT_EQ(get("t").error, "the lease of the last attempt expired");
  EXPECT_EQ(get("t").assigned_agents, (Ids{"ann", "bob"}));
}

TEST_F(TasksRows, CountsGoByWhatTasksReadAs) {
  create_swarm("hive");
  create_swarm("other");
  EXPECT_EQ(count("hive"), Counts{});
  create(NewTask{.id = "a", .priority = 9, .swarm_id = "hive"});
  create(NewTask{.id = "b", .dependencies = {"a"}, .swarm_id = "hive"});
  create(NewTask{.id = "c", .not_before = clock().now() + 5s, .swarm_id = "hive"});
  create(NewTask{.id = "d", .priority = 8, .max_attempts = 1, .swarm_id = "hive"});
  create(NewTask{.swarm_id = "other"});
  create(NewTask{});
  EXPECT_EQ(claim(2, "ann", 10s).size(), 2U);
  EXPECT_EQ(count("hive"), (Counts{{"pending", 2}, {"running", 2}}));
  clock().advance(5s);
  EXPECT_EQ(count("hive"), (Counts{{"pending", 1}, {"ready", 1}, {"running", 2}}));
  clock().advance(5s);
  EXPECT_EQ(count("hive"), (Counts{{"pending", 1}, {"ready", 2}, {"running", 1}}));
  claim_only("a");
  EXPECT_EQ(count("hive"), (Counts{{"pending", 1}, {"ready", 1}, {"running", 1}, {"failed", 1}}));
  EXPECT_EQ(count("other"), (Counts{{"ready", 1}}));
}

TEST_F(TasksRows, AStatusThatDoesNotExistIsCorruption) {
  create("t");
  ASSERT_TRUE(scope().write([](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("UPDATE tasks SET status = 'nonsense'", {}));
    return {};
  }));
  EXPECT_EQ(code_of(tasks().get("t")), Code::kCorruption);
}

}  // namespace
}  // namespace waggle::test
