// tasks_test.cc: tasks made, read and listed.

#include "waggle/tasks.h"

#include <gtest/gtest.h>

#include <map>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

class Tasks : public TaskFixture {};

TEST_F(Tasks, NamesOfStatusesReadBack) {
  for (const std::string_view name : {"pending", "ready", "running", "completed", "failed", "cancelled"}) {
    const std::optional<TaskStatus> status = parse_task_status(name);
    ASSERT_TRUE(status) << name;
    EXPECT_EQ(to_string(*status), name);
  }
  EXPECT_FALSE(parse_task_status("done"));
}

TEST_F(Tasks, NewTaskIsReadyAndHasWhatItWasGiven) {
  create_swarm("hive");
  create("parent");
  const Task made = tasks()
                        .create({.description = "read the text",
                                 .id = "t",
                                 .priority = -7,
                                 .required_capabilities = {"sql", "c++", "sql"},
                                 .not_before = clock().now() - 1h,
                                 .max_attempts = 3,
                                 .parent_id = "parent",
                                 .swarm_id = "hive"})
                        .value();
  for (const Task& task : {made, get("t")}) {
    EXPECT_EQ(task.id, "t");
    EXPECT_EQ(task.description, "read the text");
    EXPECT_EQ(task.priority, -7);
    EXPECT_EQ(task.status, TaskStatus::kReady);
    EXPECT_EQ(task.swarm_id, "hive");
    EXPECT_EQ(task.parent_id, "parent");
    EXPECT_EQ(task.required_capabilities, (Ids{"c++", "sql"}));
    EXPECT_EQ(task.not_before, clock().now() - 1h);
    EXPECT_EQ(task.max_attempts, 3);
    EXPECT_EQ(task.attempt, 0);
    EXPECT_TRUE(task.assigned_agents.empty() && task.dependencies.empty());
    EXPECT_FALSE(task.lease_owner || task.lease_expires_at || task.lease_token || task.result || task.error || task.completed_at);
    EXPECT_EQ(task.created_at, clock().now());
    EXPECT_EQ(task.updated_at, clock().now());
  }
}

TEST_F(Tasks, NewTaskWithoutAnIdGetsAFreshOne) {
  const Task first = create(NewTask{});
  const Task second = create(NewTask{});
  EXPECT_LT(first.id, second.id);
}

TEST_F(Tasks, NotBeforeHoldsATaskBackUntilItsTime) {
  const Task task = create(NewTask{.id = "t", .not_before = clock().now() + 2s});
  EXPECT_EQ(task.status, TaskStatus::kPending);
  clock().advance(2s - 1us);
  EXPECT_EQ(status_of("t"), TaskStatus::kPending);
  EXPECT_TRUE(claim().empty());
  clock().advance(1us);
  EXPECT_EQ(status_of("t"), TaskStatus::kReady);
  claim_only("t");
}

TEST_F(Tasks, DependenciesHoldATaskBackUntilAllAreCompleted) {
  create("a");
  create("b");
  const Task task = create("c", {"b", "a", "b"});
  EXPECT_EQ(task.status, TaskStatus::kPending);
  EXPECT_EQ(task.dependencies, (Ids{"b", "a"})) << "one named twice counts once";
  complete("a");
  EXPECT_EQ(status_of("c"), TaskStatus::kPending);
  complete("b");
  EXPECT_EQ(status_of("c"), TaskStatus::kReady);
  EXPECT_EQ(create("d", {"a", "b"}).status, TaskStatus::kReady) << "both are completed already";
}

TEST_F(Tasks, NewTaskOnAFailedOrCancelledDependencyFailsAtOnce) {
  create(NewTask{.id = "a", .max_attempts = 1});
  fail("a");
  create("b");
  ASSERT_TRUE(tasks().cancel("b"));
  create("open");
  const std::int64_t seq = next_seq();
  const Task on_failed = create("c", {"open", "a"});
  EXPECT_EQ(on_failed.status, TaskStatus::kFailed);
  EXPECT_EQ(on_failed.error, "task a, on which this one depends, has failed");
  EXPECT_EQ(on_failed.completed_at, clock().now());
  EXPECT_EQ(get("c").error, on_failed.error);
  EXPECT_EQ(create("d", {"b"}).error, "task b, on which this one depends, was cancelled");
  EXPECT_EQ(log_from(seq), (Ids{"create c", "fail c", "create d", "fail d"}));
}

TEST_F(Tasks, RefusedCreationsTellWhyAndChangeNothing) {
  create("taken");
  create_swarm("closed");
  ASSERT_TRUE(SwarmStore(scope()).close("closed"));
  const std::int64_t seq = next_seq();
  const std::vector<std::pair<NewTask, Code>> refused = {
      {{.id = "taken"}, Code::kAlreadyExists},
      {{.id = ""}, Code::kInvalidArgument},
      {{.id = std::string(65'537, 'k')}, Code::kInvalidArgument},
      {{.id = "\xff"}, Code::kInvalidArgument},
      {{.description = std::string((std::size_t{1} << 20) + 1, 'd')}, Code::kInvalidArgument},
      {{.id = "t", .dependencies = {"t"}}, Code::kInvalidArgument},
      {{.id = "t", .dependencies = {"taken", "unknown"}}, Code::kNotFound},
      {{.dependencies = {""}}, Code::kInvalidArgument},
      {{.required_capabilities = {"\xc3("}}, Code::kInvalidArgument},
      {{.required_capabilities = Ids(257)}, Code::kInvalidArgument},
      {{.max_attempts = 0}, Code::kInvalidArgument},
      {{.max_attempts = -1}, Code::kInvalidArgument},
      {{.parent_id = "unknown"}, Code::kNotFound},
      {{.swarm_id = "unknown"}, Code::kNotFound},
      {{.swarm_id = "closed"}, Code::kConflict},
  };
  for (std::size_t i = 0; i < refused.size(); ++i) EXPECT_EQ(code_of(tasks().create(refused[i].first)), refused[i].second) << "row " << i;
  EXPECT_EQ(code_of(tasks().get("t")), Code::kNotFound);
  EXPECT_EQ(next_seq(), seq);
}

TEST_F(Tasks, MoreDependenciesThanTheLimitAreRefused) {
  Ids dependencies(10'001);
  for (std::size_t i = 0; i < dependencies.size(); ++i) dependencies[i] = std::to_string(i);
  EXPECT_EQ(code_of(tasks().create({.dependencies = dependencies})), Code::kInvalidArgument);
  dependencies.pop_back();
  EXPECT_EQ(code_of(tasks().create({.dependencies = dependencies})), Code::kNotFound) << "as many as may be, of which none exists";
}

TEST_F(Tasks, IdsAndTextsAreTakenAsTheyAre) {
  for (const std::string& name :
       {std::string("'; DROP TABLE tasks; --"), std::string("a\nb\"\\\t"), std::string("é👩‍🚀"), std::string(65'536, 'k')}) {
    const Task task = create(NewTask{.description = name, .id = name, .required_capabilities = {name}});
    EXPECT_EQ(get(name).description, name);
    EXPECT_EQ(get(name).required_capabilities, Ids{name});
    EXPECT_EQ(create(NewTask{.dependencies = {name}}).dependencies, Ids{name});
  }
}

TEST_F(Tasks, ListIsNewestFirstAndFilters) {
  create_swarm("hive");
  create("a");
  create(NewTask{.id = "b", .swarm_id = "hive"});
  create("c", {"a"});
  create(NewTask{.id = "d", .not_before = clock().now() + 1h});
  create(NewTask{.id = "e", .priority = 9, .swarm_id = "hive"});
  create(NewTask{.id = "f", .not_before = clock().now() + 1s});
  claim_only("e", "bob");
  clock().advance(1s);
  const auto listed = [&](const TaskFilter& filter) { return ids_of(tasks().list(filter).value().items); };
  EXPECT_EQ(listed({}), (Ids{"f", "e", "d", "c", "b", "a"}));
  EXPECT_EQ(listed({.status = TaskStatus::kReady}), (Ids{"f", "b", "a"}));
  EXPECT_EQ(listed({.status = TaskStatus::kPending}), (Ids{"d", "c"}));
  EXPECT_EQ(listed({.status = TaskStatus::kRunning}), (Ids{"e"}));
  EXPECT_EQ(listed({.swarm_id = "hive"}), (Ids{"e", "b"}));
  EXPECT_EQ(listed({.status = TaskStatus::kReady, .swarm_id = "hive"}), (Ids{"b"}));
  EXPECT_EQ(listed({.lease_owner = "bob"}), (Ids{"e"}));
  EXPECT_EQ(listed({.status = TaskStatus::kReady, .lease_owner = "bob"}), Ids{});
  EXPECT_EQ(listed({.swarm_id = "hive", .lease_owner = "bob"}), (Ids{"e"}));
  EXPECT_EQ(listed({.swarm_id = "other", .lease_owner = "bob"}), Ids{});
  EXPECT_EQ(listed({.lease_owner = "ann"}), Ids{});
  EXPECT_EQ(listed({.swarm_id = "unknown"}), Ids{});
  clock().advance(1min);
  EXPECT_EQ(listed({.status = TaskStatus::kReady}), (Ids{"f", "e", "b", "a"})) << "the lease has expired";
  EXPECT_EQ(listed({.lease_owner = "bob"}), Ids{});
}

TEST_F(Tasks, ListPagesNeitherRepeatNorSkip) {
  create_swarm("hive");
  Ids all;
  for (int i = 0; i < 23; ++i) all.insert(all.begin(), create(NewTask{.swarm_id = "hive"}).id);
  for (const TaskFilter& filter : {TaskFilter{}, TaskFilter{.swarm_id = "hive"}, TaskFilter{.status = TaskStatus::kReady}}) {
    Ids got;
    PageRequest request{.limit = 5, .cursor = {}};
    for (int pages = 0; pages < 10; ++pages) {
      const Page<Task> page = tasks().list(filter, request).value();
      for (const Task& task : page.items) got.push_back(task.id);
      if (!page.next) break;
      request.cursor = *page.next;
    }
    EXPECT_EQ(got, all);
  }
  EXPECT_EQ(code_of(tasks().list({}, {.limit = 0, .cursor = {}})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(tasks().list({}, {.limit = 1, .cursor = "made-up"})), Code::kInvalidArgument);
}

}  // namespace
}  // namespace waggle::test
