// swarms_test.cc: swarms and the counts of what they hold.

#include "waggle/swarms.h"

#include <gtest/gtest.h>

#include "support/store_fixture.h"
#include "waggle/agents.h"
#include "waggle/consensus.h"
#include "waggle/messages.h"
#include "waggle/tasks.h"

namespace waggle {
namespace {

using std::chrono::seconds;

class Swarms : public test::StoreTest {
 protected:
  SwarmStore swarms_{scope_};

  std::int64_t changes() { return ChangeLog(scope_).range().value().newest; }
};

TEST_F(Swarms, CreateAnswersWhatGetFinds) {
  const Swarm made = swarms_.create({.name = "hive", .id = "h", .topology = Topology::kStar, .config = Json(R"({ "n": 1e2 })")}).value();
  EXPECT_EQ(made.id, "h");
  EXPECT_EQ(made.status, SwarmStatus::kActive);
  const Swarm found = swarms_.get("h").value();
  EXPECT_EQ(found.name, "hive");
  EXPECT_EQ(found.topology, Topology::kStar);
  EXPECT_EQ(found.config.text, R"({"n":1e2})");
  EXPECT_EQ(found.status, SwarmStatus::kActive);
  EXPECT_EQ(found.created_at, db_.clock.now());
  EXPECT_EQ(found.updated_at, db_.clock.now());
}

TEST_F(Swarms, DefaultsAreAMeshAndNoConfig) {
  const Swarm made = swarms_.create({.name = "hive"}).value();
  EXPECT_EQ(made.id.size(), 36U);
  EXPECT_EQ(made.topology, Topology::kMesh);
  EXPECT_EQ(made.config.text, "null");
}

TEST_F(Swarms, ATakenIdIsRefusedATakenNameIsNot) {
  swarms_.create({.name = "hive", .id = "h"}).value();
  EXPECT_EQ(swarms_.create({.name = "other", .id = "h"}).error().code(), Code::kAlreadyExists);
  EXPECT_TRUE(swarms_.create({.name = "hive"}).has_value());
}

TEST_F(Swarms, WhatIsNotInOrderIsRefused) {
  EXPECT_EQ(swarms_.create({.name = ""}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(swarms_.create({.name = std::string(65'537, 'n')}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(swarms_.create({.name = "n", .id = ""}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(swarms_.create({.name = "n", .config = Json("{")}).error().code(), Code::kInvalidArgument);
  swarms_.create({.name = "n", .id = "h"}).value();
  EXPECT_EQ(swarms_.update("h", {.name = ""}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(swarms_.update("h", {.config = Json("nope")}).error().code(), Code::kInvalidArgument);
}

TEST_F(Swarms, UnknownOnesAreNotFound) {
  EXPECT_EQ(swarms_.get("x").error().code(), Code::kNotFound);
  EXPECT_EQ(swarms_.update("x", {}).error().code(), Code::kNotFound);
  EXPECT_EQ(swarms_.pause("x").error().code(), Code::kNotFound);
  EXPECT_EQ(swarms_.resume("x").error().code(), Code::kNotFound);
  EXPECT_EQ(swarms_.close("x").error().code(), Code::kNotFound);
  EXPECT_EQ(swarms_.status("x").error().code(), Code::kNotFound);
}

TEST_F(Swarms, UpdateChangesWhatItNamesAndNothingElse) {
  const Swarm made = swarms_.create({.name = "hive", .id = "h", .topology = Topology::kStar, .config = Json("[1]")}).value();
  db_.clock.advance(seconds(1));
  Swarm changed = swarms_.update("h", {.name = "uno"}).value();
  EXPECT_EQ(changed.name, "uno");
  EXPECT_EQ(changed.topology, Topology::kStar);
  EXPECT_EQ(changed.config.text, "[1]");
  EXPECT_EQ(changed.created_at, made.created_at);
  EXPECT_EQ(changed.updated_at, db_.clock.now());
  changed = swarms_.update("h", {.topology = Topology::kRing, .config = Json(R"({"a":1})")}).value();
  EXPECT_EQ(changed.name, "uno");
  EXPECT_EQ(swarms_.get("h").value().topology, Topology::kRing);
  EXPECT_EQ(swarms_.get("h").value().config.text, R"({"a":1})");
}

TEST_F(Swarms, PauseResumeAndCloseChangeTheStatusOnce) {
  swarms_.create({.name = "hive", .id = "h"}).value();
  std::int64_t logged = changes();
  EXPECT_EQ(swarms_.pause("h").value().status, SwarmStatus::kPaused);
  EXPECT_EQ(changes(), ++logged);
  EXPECT_EQ(swarms_.pause("h").value().status, SwarmStatus::kPaused);
  EXPECT_EQ(changes(), logged);
  EXPECT_EQ(swarms_.resume("h").value().status, SwarmStatus::kActive);
  EXPECT_EQ(swarms_.resume("h").value().status, SwarmStatus::kActive);
  EXPECT_EQ(changes(), ++logged);
  EXPECT_EQ(swarms_.close("h").value().status, SwarmStatus::kClosed);
  EXPECT_EQ(swarms_.close("h").value().status, SwarmStatus::kClosed);
  EXPECT_EQ(changes(), ++logged);
  EXPECT_EQ(swarms_.pause("h").error().code(), Code::kConflict);
  EXPECT_EQ(swarms_.resume("h").error().code(), Code::kConflict);
  EXPECT_EQ(swarms_.get("h").value().status, SwarmStatus::kClosed);
  EXPECT_EQ(changes(), logged);
}

TEST_F(Swarms, ListIsNewestFirst) {
  for (int i = 0; i < 5; ++i) swarms_.create({.name = "n", .id = "s" + std::to_string(i)}).value();
  const Page<Swarm> first = swarms_.list({.limit = 3}).value();
  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_EQ(first.items[0].id, "s4");
  ASSERT_TRUE(first.next.has_value());
  const Page<Swarm> second = swarms_.list({.limit = 3, .cursor = *first.next}).value();
  ASSERT_EQ(second.items.size(), 2U);
  EXPECT_EQ(second.items[1].id, "s0");
  EXPECT_EQ(second.next, std::nullopt);
}

TEST_F(Swarms, StatusCountsWhatTheSwarmHolds) {
  for (const char* id : {"hive", "other"}) swarms_.create({.name = id, .id = id}).value();
  AgentStore agents(scope_);
  for (const char* id : {"ann", "bob", "cid"}) agents.register_agent({.id = id, .agent_type = "t", .swarm_id = "hive"}).value();
  agents.register_agent({.id = "far", .agent_type = "t", .swarm_id = "other"}).value();
  agents.set_status({"ann", "busy"}).value();
  TaskStore tasks(scope_);
  tasks.create({.description = "d", .id = "a", .swarm_id = "hive"}).value();
  tasks.create({.description = "d", .dependencies = {"a"}, .swarm_id = "hive"}).value();
  tasks.create({.description = "d", .not_before = db_.clock.now() + seconds(5), .swarm_id = "hive"}).value();
  tasks.create({.description = "d", .swarm_id = "other"}).value();
  MessageStore messages(scope_);
  messages.send({.swarm_id = "hive", .from = "ann", .to = Recipients::everyone(), .message_type = "t"}).value();
  messages.send({.swarm_id = "hive", .from = "ann", .to = Recipients::agent("bob"), .message_type = "t", .ttl = seconds(5)}).value();
  ConsensusStore consensus(scope_);
  for (const auto deadline : {std::optional<Duration>(), std::optional<Duration>(seconds(5))}) {
    consensus.propose({.swarm_id = "hive", .proposer = "ann", .topic = "q", .electorate = {{"ann", 1}}, .deadline = deadline}).value();
  }

  using Counts = std::map<std::string, std::int64_t>;
  SwarmSummary summary = swarms_.status("hive").value();
  std::erase_if(summary.tasks, [](const auto& entry) { return entry.second == 0; });
  EXPECT_EQ(summary.swarm.id, "hive");
  EXPECT_EQ(summary.agents, (Counts{{"busy", 1}, {"idle", 2}}));
  EXPECT_EQ(summary.tasks, (Counts{{"pending", 2}, {"ready", 1}}));
  EXPECT_EQ(summary.messages, 2);
  EXPECT_EQ(summary.proposals, (Counts{{"open", 2}}));

  // Time alone makes a task ready, ends a message and decides a proposal.
  db_.clock.advance(seconds(5));
  summary = swarms_.status("hive").value();
  std::erase_if(summary.tasks, [](const auto& entry) { return entry.second == 0; });
  EXPECT_EQ(summary.tasks, (Counts{{"pending", 1}, {"ready", 2}}));
  EXPECT_EQ(summary.messages, 1);
  EXPECT_EQ(summary.proposals, (Counts{{"decided", 1}, {"open", 1}}));
}

TEST(SwarmNames, EveryTopologyIsReadBack) {
  for (const char* name : {"mesh", "hierarchical", "ring", "star", "custom"}) {
    const std::optional<Topology> topology = parse_topology(name);
    ASSERT_TRUE(topology.has_value()) << name;
    EXPECT_EQ(to_string(*topology), name);
  }
  EXPECT_EQ(parse_topology("Mesh"), std::nullopt);
  EXPECT_EQ(to_string(SwarmStatus::kActive), "active");
  EXPECT_EQ(to_string(SwarmStatus::kPaused), "paused");
  EXPECT_EQ(to_string(SwarmStatus::kClosed), "closed");
}

}  // namespace
}  // namespace waggle
