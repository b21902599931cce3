// task_dependents_test.cc: what becomes of the tasks that depend on one that has ended.

#include "stores/task_dependents.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

class TasksDependents : public TaskFixture {};

//     a -> b -> d -> e      a fails or is cancelled; x is completed before
//      \-> c -/    x -> c
TEST_F(TasksDependents, AFailureFailsAllThatDependOnItOnceEach) {
  create("x");
  complete("x");
  create(NewTask{.id = "a", .max_attempts = 1});
  create("b", {"a"});
  create("c", {"a", "x"});
  create("d", {"b", "c"});
  create("e", {"d"});
  create("apart");
  const std::int64_t seq = next_seq();
  clock().advance(1s);
  EXPECT_EQ(fail("a").error, "broken");
  for (const std::string id : {"b", "c", "d", "e"}) {
    const Task task = get(id);
    EXPECT_EQ(task.status, TaskStatus::kFailed) << id;
    EXPECT_EQ(task.error, "task a, on which this one depends, has failed") << id;
    EXPECT_EQ(task.completed_at, clock().now()) << id;
    EXPECT_EQ(task.attempt, 0) << id;
  }
  EXPECT_EQ(status_of("x"), TaskStatus::kCompleted);
  EXPECT_EQ(status_of("apart"), TaskStatus::kReady);
  Ids log = log_from(seq);
  EXPECT_EQ((Ids{log[0], log[1]}), (Ids{"claim a", "fail a"}));
  std::sort(log.begin(), log.end());
  EXPECT_EQ(log, (Ids{"claim a", "fail a", "fail b", "fail c", "fail d", "fail e"}));
}

TEST_F(TasksDependents, AFailureGoesThroughDependentsThatAreCancelled) {
  create(NewTask{.id = "a", .max_attempts = 1});
  create("b", {"a"});
  create("c", {"b"});
  ASSERT_TRUE(tasks().cancel("b"));
  EXPECT_EQ(status_of("c"), TaskStatus::kPending);
  fail("a");
  EXPECT_EQ(status_of("b"), TaskStatus::kCancelled);
  EXPECT_FALSE(get("b").error);
  EXPECT_EQ(status_of("c"), TaskStatus::kFailed);
}

TEST_F(TasksDependents, CancellingAloneLeavesThemPending) {
  create("a");
  create("b", {"a"});
  EXPECT_EQ(tasks().cancel("a").value().status, TaskStatus::kCancelled);
  EXPECT_EQ(status_of("b"), TaskStatus::kPending);
  EXPECT_TRUE(claim().empty());
  const std::int64_t seq = next_seq();
  EXPECT_EQ(tasks().cancel("a", CancelScope::kWithDependents).value().status, TaskStatus::kCancelled);
  EXPECT_EQ(status_of("b"), TaskStatus::kCancelled) << "also when the task itself was cancelled before";
  EXPECT_EQ(log_from(seq), Ids{"cancel b"});
}

TEST_F(TasksDependents, CompletingTellsWhoIsReadyNow) {
  create("a");
  create("b");
  create("both", {"a", "b"});
  create("one", {"a"});
  create(NewTask{.id = "later", .dependencies = {"a"}, .not_before = clock().now() + 1h});
  create("cancelled", {"a"});
  ASSERT_TRUE(tasks().cancel("cancelled"));
  const std::int64_t seq = next_seq();
  complete("a");
  EXPECT_EQ(log_from(seq), (Ids{"claim a", "complete a", "ready one"}));
  EXPECT_EQ(status_of("both"), TaskStatus::kPending);
  EXPECT_EQ(status_of("later"), TaskStatus::kPending);
  EXPECT_EQ(status_of("cancelled"), TaskStatus::kCancelled);
  clock().advance(1h);
  EXPECT_EQ(status_of("later"), TaskStatus::kReady);
}

// A chain as long as this would overflow the stack of a recursive walk.
TEST_F(TasksDependents, LongChainsAreWalkedInALoop) {
  constexpr int kLength = 3'000;
  create(NewTask{.id = "0", .max_attempts = 1});
  for (int i = 1; i < kLength; ++i) create(std::to_string(i), {std::to_string(i - 1)});
  fail("0");
  EXPECT_EQ(status_of(std::to_string(kLength - 1)), TaskStatus::kFailed);
  EXPECT_TRUE(claim().empty());
}

TEST_F(TasksDependents, TheErrorNamesTheDependency) {
  EXPECT_EQ(stores::dependency_error("t", TaskStatus::kFailed), "task t, on which this one depends, has failed");
  EXPECT_EQ(stores::dependency_error("t", TaskStatus::kCancelled), "task t, on which this one depends, was cancelled");
}

}  // namespace
}  // namespace waggle::test
