// task_graph_test.cc: dependencies added later, cycles refused, and the whole graph.

#include <gtest/gtest.h>

#include <algorithm>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

class TasksGraph : public TaskFixture {
 protected:
  Result<Task> add(std::string_view task_id, std::string_view depends_on) { return tasks().add_dependency({task_id, depends_on}); }

  static Ids edges_of(const TaskGraph& graph) {
    Ids edges;
    for (const TaskEdge& edge : graph.edges) edges.push_back(edge.from + ">" + edge.to);
    return edges;
  }
};

TEST_F(TasksGraph, ALaterDependencyHoldsATaskBack) {
  create("a");
  create("b");
  const std::int64_t seq = next_seq();
  const Task task = add("a", "b").value();
  EXPECT_EQ(task.status, TaskStatus::kPending);
  EXPECT_EQ(task.dependencies, Ids{"b"});
  EXPECT_EQ(get("a").dependencies, Ids{"b"});
  EXPECT_EQ(status_of("a"), TaskStatus::kPending);
  EXPECT_EQ(log_from(seq), Ids{"depend a"});
  complete("b");
  EXPECT_EQ(status_of("a"), TaskStatus::kReady);
}

TEST_F(TasksGraph, OneThatIsThereChangesNothing) {
  create("a");
  create("b", {"a"});
  const std::int64_t seq = next_seq();
  EXPECT_EQ(add("b", "a").value().dependencies, Ids{"a"});
  EXPECT_EQ(next_seq(), seq);
  complete("a");
  EXPECT_EQ(status_of("b"), TaskStatus::kReady) << "it counted once";
}

TEST_F(TasksGraph, ACompletedDependencyHoldsNothingBack) {
  create("a");
  complete("a");
  create("b");
  EXPECT_EQ(add("b", "a").value().status, TaskStatus::kReady);
  create(NewTask{.id = "c", .not_before = clock().now() + 1s});
  EXPECT_EQ(add("c", "a").value().status, TaskStatus::kPending);
  clock().advance(1s);
  create("d");
  EXPECT_EQ(add("c", "d").value().status, TaskStatus::kPending);
  EXPECT_EQ(status_of("c"), TaskStatus::kPending) << "its time has come, its dependency is not completed";
}

TEST_F(TasksGraph, AFailedOrCancelledDependencyFailsTheTaskAndItsDependents) {
  create(NewTask{.id = "failed", .max_attempts = 1});
  fail("failed");
  create("cancelled");
  ASSERT_TRUE(tasks().cancel("cancelled"));
  create("a");
  create("after a", {"a"});
  create("b");
  EXPECT_EQ(add("a", "failed").value().status, TaskStatus::kFailed);
  EXPECT_EQ(get("a").error, "task failed, on which this one depends, has failed");
  EXPECT_EQ(get("after a").error, "task a, on which this one depends, has failed");
  EXPECT_EQ(add("b", "cancelled").value().error, "task cancelled, on which this one depends, was cancelled");
}

TEST_F(TasksGraph, CyclesAreRefused) {
  create("a");
  create("b", {"a"});
  create("c", {"b"});
  create("d", {"b", "c"});
  create("apart");
  const std::int64_t seq = next_seq();
  for (const auto& [task, depends_on] :
       std::vector<std::pair<std::string, std::string>>{{"a", "a"}, {"a", "b"}, {"a", "c"}, {"a", "d"}, {"b", "d"}, {"b", "c"}}) {
    EXPECT_EQ(code_of(add(task, depends_on)), Code::kInvalidArgument) << task << " on " << depends_on;
  }
  EXPECT_EQ(next_seq(), seq);
  EXPECT_TRUE(add("d", "a"));
  EXPECT_TRUE(add("a", "apart"));
  EXPECT_EQ(code_of(add("apart", "d")), Code::kInvalidArgument) << "closed by the edge before";
}

TEST_F(TasksGraph, UnknownRunningAndEndedTasksAreRefused) {
  create("a");
  create("b");
  EXPECT_EQ(code_of(add("unknown", "a")), Code::kNotFound);
  EXPECT_EQ(code_of(add("a", "unknown")), Code::kNotFound);
  claim_only("a", "ann", 1min);
  EXPECT_EQ(code_of(add("a", "b")), Code::kConflict);
  clock().advance(1min);
  EXPECT_EQ(add("a", "b").value().status, TaskStatus::kPending) << "its lease has expired";
  EXPECT_FALSE(get("a").lease_owner);
  create("c");
  complete("b");
  EXPECT_EQ(code_of(add("b", "c")), Code::kConflict);
  ASSERT_TRUE(tasks().cancel("a"));
  EXPECT_EQ(code_of(add("a", "c")), Code::kConflict);
}

TEST_F(TasksGraph, HasEveryDependencyBeforeItsDependents) {
  create_swarm("hive");
  create("late");
  create("outside");
  for (const std::string id : {"d", "c", "b", "a"}) create(NewTask{.id = id, .swarm_id = "hive"});
  for (const auto& [task, depends_on] :
       std::vector<std::pair<std::string, std::string>>{{"d", "b"}, {"d", "c"}, {"b", "a"}, {"c", "a"}, {"late", "d"}, {"a", "outside"}}) {
    ASSERT_TRUE(add(task, depends_on));
  }
  const TaskGraph all = tasks().graph().value();
  EXPECT_EQ(ids_of(all.nodes), (Ids{"outside", "a", "c", "b", "d", "late"})) << "the oldest first where the edges leave a choice";
  EXPECT_EQ(edges_of(all), (Ids{"b>d", "c>d", "a>b", "a>c", "d>late", "outside>a"}));
  const TaskGraph hive = tasks().graph("hive").value();
  EXPECT_EQ(ids_of(hive.nodes), (Ids{"a", "c", "b", "d"}));
  EXPECT_EQ(edges_of(hive), (Ids{"b>d", "c>d", "a>b", "a>c"})) << "edges that lead out of the swarm are not its own";
  EXPECT_TRUE(tasks().graph("unknown").value().nodes.empty());
}

TEST_F(TasksGraph, ACycleThatSomebodyWroteByHandIsCorruption) {
  create("a");
  create("b", {"a"});
  ASSERT_TRUE(scope().write([](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("INSERT INTO task_dependencies(task_id, depends_on) VALUES('a', 'b')", {}));
    return {};
  }));
  EXPECT_EQ(code_of(tasks().graph()), Code::kCorruption);
  EXPECT_TRUE(tasks().cancel("a", CancelScope::kWithDependents)) << "walks end all the same";
}

}  // namespace
}  // namespace waggle::test
