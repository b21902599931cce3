// task_claim_test.cc: who gets which task.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "task_fixture.h"

namespace waggle::test {
namespace {

class TasksClaim : public TaskFixture {
 protected:
  // Ids of up to ten tasks that an agent with these capabilities gets.
  Ids get_with(Ids capabilities, std::optional<std::string> swarm_id = {}) {
    return ids_of(tasks().claim({.agent = "ann", .capabilities = std::move(capabilities), .swarm_id = std::move(swarm_id), .count = 10}).value());
  }
};

TEST_F(TasksClaim, HighestPriorityFirstThenTheOldest) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const auto& [id, priority] : std::vector<std::pair<std::string, std::int64_t>>{
           {"low", 1}, {"old", 5}, {"new", 5}, {"top", kMost}, {"negative", -3}, {"bottom", kLeast}}) {
    create(NewTask{.id = id, .priority = priority});
  }
  EXPECT_EQ(ids_of(claim()), Ids{"top"});
  EXPECT_EQ(ids_of(claim(3)), (Ids{"old", "new", "low"}));
  EXPECT_EQ(ids_of(claim(5)), (Ids{"negative", "bottom"}));
  EXPECT_EQ(ids_of(claim()), Ids{});
}

TEST_F(TasksClaim, AClaimGivesALease) {
  create("t");
  const std::int64_t seq = next_seq();
  const Task task = claim_only("t", "ann", 30s);
  EXPECT_EQ(task.status, TaskStatus::kRunning);
  EXPECT_EQ(task.lease_owner, "ann");
  EXPECT_EQ(task.lease_expires_at, clock().now() + 30s);
  EXPECT_EQ(task.attempt, 1);
  EXPECT_EQ(task.assigned_agents, Ids{"ann"});
  EXPECT_EQ(log_from(seq), Ids{"claim t"});
  const Task seen = get("t");
  EXPECT_EQ(seen.status, TaskStatus::kRunning);
  EXPECT_EQ(seen.lease_owner, "ann");
  EXPECT_EQ(seen.lease_expires_at, task.lease_expires_at);
  EXPECT_FALSE(seen.lease_token) << "only the holder knows it";
  EXPECT_FALSE(tasks().list().value().items.front().lease_token);
  EXPECT_FALSE(tasks().graph().value().nodes.front().lease_token);
}

TEST_F(TasksClaim, EachHolderIsNamedOnce) {
  create("t");
  for (const std::string agent : {"ann", "bob", "ann"}) {
    const Task task = claim_only("t", agent);
    ASSERT_TRUE(tasks().release({"t", *task.lease_token}));
  }
  EXPECT_EQ(get("t").assigned_agents, (Ids{"ann", "bob"}));
  EXPECT_EQ(get("t").attempt, 3);
}

TEST_F(TasksClaim, TokensGrowWithEveryClaimAndDiffer) {
  for (int i = 0; i < 30; ++i) create(NewTask{});
  std::vector<std::string> tokens;
  for (const int count : {1, 12, 1, 9}) {
    for (const Task& task : claim(count)) tokens.push_back(*task.lease_token);
  }
  create("again");
  for (int i = 0; i < 5; ++i) {
    const std::vector<Task> claimed = claim(10);
    for (const Task& task : claimed) {
      tokens.push_back(*task.lease_token);
      ASSERT_TRUE(tasks().release({task.id, *task.lease_token}));
    }
  }
  EXPECT_TRUE(std::is_sorted(tokens.begin(), tokens.end()));
  EXPECT_EQ(std::adjacent_find(tokens.begin(), tokens.end()), tokens.end());
  for (const std::string& token : tokens) EXPECT_EQ(token.size(), 33U) << token;
  std::set<std::string> random_halves;
  for (const std::string& token : tokens) random_halves.insert(token.substr(17));
  EXPECT_EQ(random_halves.size(), tokens.size());
}

TEST_F(TasksClaim, EveryRequiredCapabilityIsNeeded) {
  create(NewTask{.id = "none"});
  create(NewTask{.id = "sql", .required_capabilities = {"sql"}});
  create(NewTask{.id = "both", .priority = 1, .required_capabilities = {"sql", "c++"}});
  create(NewTask{.id = "gpu", .priority = 9, .required_capabilities = {"gpu"}});
  create(NewTask{.id = "quoted", .priority = -1, .required_capabilities = {"\"],[\""}});
  EXPECT_EQ(get_with({"c+", "SQL", "sq"}), Ids{"none"});
  EXPECT_EQ(get_with({"sql"}), Ids{"sql"});
  EXPECT_EQ(get_with({"sql", "zig", "c++", "sql"}), Ids{"both"});
  EXPECT_EQ(get_with({}), Ids{});
  EXPECT_EQ(get_with({"\"],[\"", "gpu"}), (Ids{"gpu", "quoted"}));
}

TEST_F(TasksClaim, CapabilitiesDefaultToTheRegisteredAgents) {
  ASSERT_TRUE(AgentStore(scope()).register_agent({.id = "ann", .agent_type = "t", .capabilities = {"sql", "c++"}}));
  create(NewTask{.id = "x", .required_capabilities = {"c++", "sql"}});
  create(NewTask{.id = "y", .required_capabilities = {"gpu"}});
  EXPECT_EQ(ids_of(claim(9, "unregistered")), Ids{});
  EXPECT_EQ(get_with({}), Ids{}) << "what is given counts, not what is registered";
  EXPECT_EQ(ids_of(claim(9, "ann")), Ids{"x"});
}

TEST_F(TasksClaim, TheBestOfAllGroupsAreMerged) {
  create_swarm("a");
  create_swarm("b");
  // Priorities interleave across swarms and sets of capabilities.
  const std::vector<std::optional<std::string>> swarms = {std::nullopt, "a", "b"};
  const std::vector<Ids> sets = {{}, {"c++"}, {"sql"}, {"c++", "sql"}};
  for (std::int64_t i = 0; i < 60; ++i) {
    create(NewTask{.id = std::to_string(i),
                   .priority = i * 7 % 20,
                   .required_capabilities = sets[static_cast<std::size_t>(i) % 4],
                   .swarm_id = swarms[static_cast<std::size_t>(i) % 3]});
  }
  Ids wanted;
  for (std::int64_t priority = 19; priority >= 0; --priority) {
    for (std::int64_t i = 0; i < 60; ++i) {
      if (i * 7 % 20 == priority && i % 4 != 1 && i % 4 != 3) wanted.push_back(std::to_string(i));
    }
  }
  Ids got;
  for (const int count : {1, 2, 5, 1, 50}) {
    for (const Task& task : tasks().claim({.agent = "ann", .capabilities = Ids{"sql"}, .count = count}).value()) got.push_back(task.id);
  }
  EXPECT_EQ(got, wanted);
}

TEST_F(TasksClaim, StaysInTheSwarmAskedFor) {
  create_swarm("hive");
  create_swarm("other");
  create(NewTask{.id = "free", .priority = 9});
  create(NewTask{.id = "a", .swarm_id = "hive"});
  create(NewTask{.id = "b", .swarm_id = "other"});
  EXPECT_EQ(get_with({}, "other"), Ids{"b"});
  EXPECT_EQ(get_with({}, "other"), Ids{});
  EXPECT_EQ(get_with({}, "unknown"), Ids{});
  EXPECT_EQ(get_with({}), (Ids{"free", "a"}));
}

TEST_F(TasksClaim, PausedAndClosedSwarmsArePassedOver) {
  SwarmStore swarms(scope());
  for (const std::string id : {"a", "b", "c"}) {
    create_swarm(id);
    create(NewTask{.id = "of " + id, .priority = 5, .swarm_id = id});
  }
  create(NewTask{.id = "free"});
  ASSERT_TRUE(swarms.pause("a"));
  ASSERT_TRUE(swarms.close("c"));
  EXPECT_EQ(get_with({}, "a"), Ids{});
  EXPECT_EQ(get_with({}, "c"), Ids{});
  EXPECT_EQ(get_with({}), (Ids{"of b", "free"}));
  ASSERT_TRUE(swarms.resume("a"));
  EXPECT_EQ(get_with({}), Ids{"of a"});
}

TEST_F(TasksClaim, ExpiredLeasesAreClaimableAtOnce) {
  create("t");
  const std::string old = *claim_only("t", "ann", 300ms).lease_token;
  EXPECT_TRUE(claim(1, "bob").empty());
  clock().advance(300ms);
  const std::int64_t seq = next_seq();
  const Task task = claim_only("t", "bob");
  EXPECT_EQ(task.attempt, 2);
  EXPECT_GT(*task.lease_token, old);
  EXPECT_EQ(log_from(seq), (Ids{"expire t", "claim t"}));
}

TEST_F(TasksClaim, AnExpiredLastAttemptFailsTheTaskAndItsDependents) {
  create(NewTask{.id = "t", .max_attempts = 1});
  create("after", {"t"});
  claim_only("t", "ann", 1s);
  clock().advance(1s);
  const std::int64_t seq = next_seq();
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(status_of("t"), TaskStatus::kFailed);
  EXPECT_EQ(get("after").error, "task t, on which this one depends, has failed");
  EXPECT_EQ(log_from(seq), (Ids{"fail t", "fail after"}));
}

// More is due than one transaction settles: the best task must be found although it comes last in the order in which they become due.
TEST_F(TasksClaim, NothingDueIsOverlookedHoweverMuchItIs) {
  for (int i = 0; i < 2'300; ++i) create(NewTask{.priority = 1, .not_before = clock().now() + 1s + Duration(i)});
  create(NewTask{.id = "best", .priority = 2, .not_before = clock().now() + 2s});
  for (int i = 0; i < 3; ++i) create(NewTask{.id = "held" + std::to_string(i), .priority = 3});
  EXPECT_EQ(claim(3, "bob", 2s).size(), 3U);
  clock().advance(2s);
  EXPECT_EQ(ids_of(claim(4)), (Ids{"held0", "held1", "held2", "best"}));
  EXPECT_EQ(claim(1'000).size(), 1'000U);
  EXPECT_EQ(claim(1'000).size(), 1'000U);
  EXPECT_EQ(claim(1'000).size(), 300U);
}

TEST_F(TasksClaim, AClaimThatGetsNothingWritesNothing) {
  create(NewTask{.required_capabilities = {"gpu"}});
  const std::int64_t seq = next_seq();
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(next_seq(), seq);
}

TEST_F(TasksClaim, RequestsOutOfRangeAreRefused) {
  create("t");
  const std::vector<ClaimRequest> refused = {
      {.agent = ""},
      {.agent = "\xff"},
      {.agent = "ann", .capabilities = Ids{""}},
      {.agent = "ann", .lease = 1ms - 1us},
      {.agent = "ann", .lease = std::chrono::hours(24 * 365) + 1us},
      {.agent = "ann", .count = 0},
      {.agent = "ann", .count = 1'001},
  };
  for (std::size_t i = 0; i < refused.size(); ++i) EXPECT_EQ(code_of(tasks().claim(refused[i])), Code::kInvalidArgument) << "row " << i;
  EXPECT_EQ(status_of("t"), TaskStatus::kReady);
  EXPECT_EQ(tasks().claim({.agent = "ann", .lease = 1ms, .count = 1'000}).value().size(), 1U);
}

}  // namespace
}  // namespace waggle::test
