// agents_test.cc: agents come, are found, are heard of, and go.

#include "waggle/agents.h"

#include <gtest/gtest.h>

#include "support/store_fixture.h"
#include "waggle/messages.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"

namespace waggle {
namespace {

using std::chrono::seconds;

class Agents : public test::StoreTest {
 protected:
  AgentStore agents_{scope_};

  Agent add(const std::string& id, std::vector<std::string> capabilities = {}) {
    return agents_.register_agent({.id = id, .agent_type = "worker", .capabilities = std::move(capabilities)}).value();
  }
  std::vector<std::string> listed(const AgentFilter& filter) {
    std::vector<std::string> ids;
    const Page<Agent> page = agents_.list(filter).value();
    for (const Agent& agent : page.items) ids.push_back(agent.id);
    return ids;
  }
  // "agent:ann:register by tester", oldest first.
  std::vector<std::string> log() {
    std::vector<std::string> lines;
    Watcher watcher = ChangeLog(scope_).watch().value();
    const std::vector<Change> changes = watcher.next({}).value();
    for (const Change& change : changes) {
      lines.push_back(std::string(to_string(change.entity)) + ":" + change.entity_id + ":" + change.op + " by " + change.actor.value_or("nobody"));
    }
    return lines;
  }
};

TEST_F(Agents, RegisterAnswersWhatGetFinds) {
  SwarmStore(scope_).create({.name = "hive", .id = "hive"}).value();
  const Agent agent = agents_
                          .register_agent({.id = "ann",
                                           .agent_type = "coder",
                                           .capabilities = {"sql", "c++", "sql"},
                                           .metadata = Json(R"( { "b" : 1.50 , "a" : null } )"),
                                           .swarm_id = "hive",
                                           .location = "eu"})
                          .value();
  EXPECT_EQ(agent.id, "ann");
  EXPECT_EQ(agent.agent_type, "coder");
  EXPECT_EQ(agent.capabilities, (std::vector<std::string>{"sql", "c++"}));
  EXPECT_EQ(agent.status, "idle");
  EXPECT_EQ(agent.metadata.text, R"({"b":1.50,"a":null})");
  EXPECT_EQ(agent.swarm_id, "hive");
  EXPECT_EQ(agent.location, "eu");
  EXPECT_EQ(agent.heartbeat_at, std::nullopt);
  EXPECT_EQ(agent.created_at, db_.clock.now());
  EXPECT_EQ(agent.updated_at, db_.clock.now());

  const Agent found = agents_.get("ann").value();
  EXPECT_EQ(found.capabilities, agent.capabilities);
  EXPECT_EQ(found.metadata, agent.metadata);
  EXPECT_EQ(found.swarm_id, agent.swarm_id);
  EXPECT_EQ(found.location, agent.location);
  EXPECT_EQ(found.created_at, agent.created_at);
  EXPECT_EQ(log().back(), "agent:ann:register by tester");
}

TEST_F(Agents, AnAgentWithoutIdGetsAFreshOne) {
  const Agent first = agents_.register_agent({.agent_type = "t"}).value();
  const Agent second = agents_.register_agent({.agent_type = "t"}).value();
  EXPECT_EQ(first.id.size(), 36U);
  EXPECT_NE(first.id, second.id);
}

TEST_F(Agents, ATakenIdIsRefusedAndLogsNothing) {
  add("ann");
  const auto before = log();
  EXPECT_EQ(agents_.register_agent({.id = "ann", .agent_type = "other"}).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(agents_.get("ann").value().agent_type, "worker");
  EXPECT_EQ(log(), before);
}

TEST_F(Agents, ARemovedIdCanBeTakenAgain) {
  add("ann");
  agents_.remove("ann").value();
  EXPECT_TRUE(agents_.register_agent({.id = "ann", .agent_type = "other"}).has_value());
}

TEST_F(Agents, WhatIsNotInOrderIsRefused) {
  const auto refusal = [&](const NewAgent& agent) { return agents_.register_agent(agent).error().code(); };
  EXPECT_EQ(refusal({.id = "", .agent_type = "t"}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.id = "ann", .agent_type = ""}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.id = "\xff", .agent_type = "t"}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.id = "ann", .agent_type = "t", .capabilities = {""}}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.id = "ann", .agent_type = "t", .capabilities = std::vector<std::string>(257, "c")}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.id = "ann", .agent_type = "t", .metadata = Json("{bad")}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.id = "ann", .agent_type = "t", .swarm_id = "nowhere"}), Code::kNotFound);
  EXPECT_EQ(refusal({.id = std::string(65'537, 'a'), .agent_type = "t"}), Code::kInvalidArgument);
  EXPECT_TRUE(agents_.register_agent({.id = std::string(65'536, 'a'), .agent_type = "t"}).has_value());
  EXPECT_EQ(agents_.get("ann").error().code(), Code::kNotFound);
}

TEST_F(Agents, AClosedSwarmTakesNobody) {
  SwarmStore swarms(scope_);
  swarms.create({.name = "hive", .id = "hive"}).value();
  swarms.pause("hive").value();
  EXPECT_TRUE(agents_.register_agent({.id = "ann", .agent_type = "t", .swarm_id = "hive"}).has_value());
  swarms.close("hive").value();
  EXPECT_EQ(agents_.register_agent({.id = "bob", .agent_type = "t", .swarm_id = "hive"}).error().code(), Code::kConflict);
}

TEST_F(Agents, UnknownOnesAreNotFound) {
  EXPECT_EQ(agents_.get("x").error().code(), Code::kNotFound);
  EXPECT_EQ(agents_.heartbeat("x").error().code(), Code::kNotFound);
  EXPECT_EQ(agents_.set_status({"x", "busy"}).error().code(), Code::kNotFound);
  EXPECT_EQ(agents_.merge_metadata("x", Json("{}")).error().code(), Code::kNotFound);
  EXPECT_EQ(agents_.remove("x").error().code(), Code::kNotFound);
  EXPECT_TRUE(log().empty());
}

TEST_F(Agents, EachFieldFilters) {
  SwarmStore(scope_).create({.name = "hive", .id = "hive"}).value();
  agents_.register_agent({.id = "ann", .agent_type = "coder", .capabilities = {"c++", "sql"}, .swarm_id = "hive", .location = "eu"}).value();
  agents_.register_agent({.id = "bob", .agent_type = "tester", .capabilities = {"sql", "say \"hi\""}}).value();
  agents_.register_agent({.id = "cid", .agent_type = "coder"}).value();
  agents_.set_status({"bob", "busy"}).value();
  using Ids = std::vector<std::string>;
  EXPECT_EQ(listed({}), (Ids{"cid", "bob", "ann"}));
  EXPECT_EQ(listed({.agent_type = "coder"}), (Ids{"cid", "ann"}));
  EXPECT_EQ(listed({.capability = "sql"}), (Ids{"bob", "ann"}));
  EXPECT_EQ(listed({.capability = "c"}), Ids{});
  EXPECT_EQ(listed({.capability = "say \"hi\""}), Ids{"bob"});
  EXPECT_EQ(listed({.status = "busy"}), Ids{"bob"});
  EXPECT_EQ(listed({.swarm_id = "hive"}), Ids{"ann"});
  EXPECT_EQ(listed({.location = "eu"}), Ids{"ann"});
  EXPECT_EQ(listed({.agent_type = "tester", .capability = "sql"}), Ids{"bob"});
  EXPECT_EQ(listed({.agent_type = "tester", .location = "eu"}), Ids{});
}

TEST_F(Agents, PagesHoldEachAgentOnce) {
  for (int i = 0; i < 7; ++i) add("agent-" + std::to_string(i));
  std::vector<std::string> seen;
  PageRequest request{.limit = 3};
  for (;;) {
    const Page<Agent> page = agents_.list({}, request).value();
    for (const Agent& agent : page.items) seen.push_back(agent.id);
    if (seen.size() == 3) add("late");  // newer than every page to come
    if (!page.next) break;
    request.cursor = *page.next;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"agent-6", "agent-5", "agent-4", "agent-3", "agent-2", "agent-1", "agent-0"}));
}

TEST_F(Agents, HeartbeatMovesAndFindsTheLost) {
  add("ann");
  agents_.set_status({"ann", "busy"}).value();
  db_.clock.advance(seconds(5));
  Agent agent = agents_.heartbeat("ann").value();
  EXPECT_EQ(agent.heartbeat_at, db_.clock.now());
  EXPECT_EQ(agent.updated_at, db_.clock.now());
  EXPECT_EQ(agent.status, "busy");

  agents_.set_status({"ann", "lost"}).value();
  EXPECT_EQ(agents_.heartbeat("ann").value().status, "idle");
  EXPECT_EQ(agents_.get("ann").value().status, "idle");
}

TEST_F(Agents, StatusIsFreeTextButNotNothing) {
  add("ann");
  EXPECT_EQ(agents_.set_status({"ann", "out for lunch"}).value().status, "out for lunch");
  EXPECT_EQ(agents_.set_status({"ann", ""}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(agents_.get("ann").value().status, "out for lunch");
}

TEST_F(Agents, MetadataIsMerged) {
  agents_.register_agent({.id = "ann", .agent_type = "t", .metadata = Json(R"({"a":1,"b":{"c":2,"d":3}})")}).value();
  EXPECT_EQ(agents_.merge_metadata("ann", Json(R"({"b":{"c":null,"e":4},"f":[1]})")).value().metadata.text, R"({"a":1,"b":{"d":3,"e":4},"f":[1]})");
  EXPECT_EQ(agents_.merge_metadata("ann", Json("{bad")).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(agents_.get("ann").value().metadata.text, R"({"a":1,"b":{"d":3,"e":4},"f":[1]})");
}

TEST_F(Agents, RemoveTakesLeasesSubscriptionsAndUndeliveredMessagesAlong) {
  SwarmStore(scope_).create({.name = "hive", .id = "hive"}).value();
  for (const char* id : {"ann", "bob"}) agents_.register_agent({.id = id, .agent_type = "t", .swarm_id = "hive"}).value();
  MessageStore messages(scope_);
  messages.subscribe({.swarm_id = "hive", .agent_id = "ann", .topic = "news"}).value();
  messages.send({.swarm_id = "hive", .from = "bob", .to = Recipients::agent("ann"), .message_type = "t"}).value();
  TaskStore tasks(scope_);
  tasks.create({.description = "d", .id = "t1"}).value();
  const Task held = tasks.claim({.agent = "ann"}).value().at(0);

  EXPECT_EQ(agents_.remove("ann").value().id, "ann");
  EXPECT_EQ(agents_.get("ann").error().code(), Code::kNotFound);
  EXPECT_EQ(tasks.complete({held.id, *held.lease_token}).error().code(), Code::kConflict);
  EXPECT_EQ(tasks.claim({.agent = "bob"}).value().size(), 1U);
  const auto left = scope_.read([](stores::Reading& reading) {
    return reading.sql.query_integer(
        "SELECT (SELECT count(*) FROM topic_subscriptions WHERE agent_id = 'ann') + (SELECT count(*) FROM message_receipts WHERE agent_id = 'ann')",
        {});
  });
  EXPECT_EQ(left.value(), 0);
}

TEST_F(Agents, ReapTakesTheSilentAndOnlyThem) {
  for (const char* id : {"zoe", "ann", "bob", "new"}) {
    if (std::string_view(id) == "new") db_.clock.advance(seconds(10));
    add(id);
  }
  agents_.heartbeat("bob").value();
  TaskStore tasks(scope_);
  for (int i = 0; i < 3; ++i) tasks.create({.description = "d"}).value();
  const std::vector<Task> held = tasks.claim({.agent = "ann", .count = 2}).value();
  ASSERT_EQ(held.size(), 2U);
  ASSERT_EQ(tasks.claim({.agent = "bob"}).value().size(), 1U);

  const ReapResult result = agents_.reap(seconds(5)).value();
  EXPECT_EQ(result.lost, (std::vector<std::string>{"ann", "zoe"}));
  EXPECT_EQ(result.released_tasks, 2);
  EXPECT_EQ(agents_.get("ann").value().status, "lost");
  EXPECT_EQ(agents_.get("bob").value().status, "idle");
  EXPECT_EQ(agents_.get("new").value().status, "idle");
  EXPECT_EQ(tasks.complete({held[0].id, *held[0].lease_token}).error().code(), Code::kConflict);
  EXPECT_EQ(tasks.claim({.agent = "new", .count = 9}).value().size(), 2U);

  const auto before = log();
  const ReapResult again = agents_.reap(seconds(5)).value();
  EXPECT_TRUE(again.lost.empty());
  EXPECT_EQ(log(), before);
}

TEST_F(Agents, ReapSparesWhoIsExactlyAsOldAndRefusesANegativeAge) {
  add("ann");
  db_.clock.advance(seconds(5));
  EXPECT_TRUE(agents_.reap(seconds(5)).value().lost.empty());
  db_.clock.advance(std::chrono::microseconds(1));
  EXPECT_EQ(agents_.reap(seconds(5)).value().lost, std::vector<std::string>{"ann"});
  EXPECT_EQ(agents_.reap(seconds(-1)).error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(agents_.reap(Duration::max()).value().lost.empty());
}

TEST_F(Agents, EveryWriteLogsOneChangeWithItsActor) {
  add("ann");
  agents_.heartbeat("ann").value();
  agents_.set_status({"ann", "busy"}).value();
  agents_.merge_metadata("ann", Json("{}")).value();
  agents_.remove("ann").value();
  const stores::Scope nobody = db_.as("");
  AgentStore(nobody).register_agent({.id = "bob", .agent_type = "t"}).value();
  EXPECT_EQ(log(), (std::vector<std::string>{"agent:ann:register by tester", "agent:ann:heartbeat by tester", "agent:ann:set_status by tester",
                                             "agent:ann:merge_metadata by tester", "agent:ann:remove by tester", "agent:bob:register by nobody"}));
}

}  // namespace
}  // namespace waggle
