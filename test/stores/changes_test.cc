// changes_test.cc: the change log is followed without gap or repetition, and says so when it was trimmed.

#include "waggle/changes.h"

#include <gtest/gtest.h>

#include <thread>

#include "support/store_fixture.h"
#include "waggle/agents.h"
#include "waggle/swarms.h"

namespace waggle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Changes : public test::StoreTest {
 protected:
  ChangeLog log_{scope_};

  void add_agents(int count) {
    scope_
        .write([&](stores::Writing& writing) -> Status {
          for (int i = 0; i < count; ++i) WAGGLE_TRY(writing.log(Entity::kAgent, "a" + std::to_string(i), "register"));
          return {};
        })
        .value();
  }
  void add(Entity entity) {
    scope_.write([&](stores::Writing& writing) { return writing.log(entity, "x", "create"); }).value();
  }
  void trim_below(std::int64_t seq) {
    scope_
        .write([&](stores::Writing& writing) -> Status {
          WAGGLE_TRY(writing.sql.execute("DELETE FROM changes WHERE seq < ?1", {seq}));
          return {};
        })
        .value();
  }
};

TEST_F(Changes, AnEmptyLogHasNothingAndIsNotStale) {
  const ChangeRange range = log_.range().value();
  EXPECT_EQ(range.oldest, 1);
  EXPECT_EQ(range.newest, 0);
  Watcher watcher = log_.watch().value();
  EXPECT_TRUE(watcher.next({}).value().empty());
  EXPECT_EQ(watcher.position(), 1);
  EXPECT_TRUE(log_.watch(0).has_value());
  EXPECT_TRUE(log_.watch(1).has_value());
}

TEST_F(Changes, EachChangeComesOnceInOrderWithWhatItIs) {
  SwarmStore(scope_).create({.name = "s", .id = "s"}).value();
  const stores::Scope nobody = db_.as("");
  AgentStore(nobody).register_agent({.id = "ann", .agent_type = "t"}).value();
  Watcher watcher = log_.watch().value();
  const std::vector<Change> changes = watcher.next({}).value();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].seq, 1);
  EXPECT_EQ(changes[0].entity, Entity::kSwarm);
  EXPECT_EQ(changes[0].entity_id, "s");
  EXPECT_EQ(changes[0].op, "create");
  EXPECT_EQ(changes[0].actor, "tester");
  EXPECT_EQ(changes[0].at, db_.clock.now());
  EXPECT_EQ(changes[1].seq, 2);
  EXPECT_EQ(changes[1].actor, std::nullopt);
  EXPECT_TRUE(watcher.next({}).value().empty());
  EXPECT_EQ(watcher.position(), 3);
  add_agents(1);
  EXPECT_EQ(watcher.next({}).value().size(), 1U);
}

TEST_F(Changes, AThousandComeAtATime) {
  add_agents(2'100);
  Watcher watcher = log_.watch().value();
  std::int64_t expected = 1;
  for (const std::size_t size : {1'000U, 1'000U, 100U, 0U}) {
    const std::vector<Change> changes = watcher.next({}).value();
    ASSERT_EQ(changes.size(), size);
    for (const Change& change : changes) EXPECT_EQ(change.seq, expected++);
  }
}

TEST_F(Changes, AFilterShowsItsEntitiesAndPassesTheOthers) {
  for (const Entity entity : {Entity::kSwarm, Entity::kTask, Entity::kMemory, Entity::kTask, Entity::kVote}) add(entity);
  Watcher tasks = log_.watch({}, {.entities = {Entity::kTask}}).value();
  std::vector<Change> changes = tasks.next({}).value();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].seq, 2);
  EXPECT_EQ(changes[1].seq, 4);
  EXPECT_EQ(tasks.position(), 6);

  Watcher both = log_.watch(2, {.entities = {Entity::kVote, Entity::kMemory}}).value();
  EXPECT_EQ(both.next({}).value().size(), 2U);

  // A match beyond a thousand others is found by one call.
  add_agents(1'500);
  add(Entity::kTask);
  changes = tasks.next({}).value();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].seq, 1'506);
}

TEST_F(Changes, FromIsInclusiveAndMayLieAhead) {
  add_agents(3);
  Watcher second = log_.watch(2).value();
  EXPECT_EQ(second.next({}).value().front().seq, 2);
  Watcher ahead = log_.watch(6).value();
  EXPECT_TRUE(ahead.next({}).value().empty());
  EXPECT_EQ(ahead.position(), 6);
  add_agents(4);
  const std::vector<Change> changes = ahead.next({}).value();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].seq, 6);
  EXPECT_EQ(log_.watch(-1).error().code(), Code::kInvalidArgument);
}

TEST_F(Changes, AWatcherBehindTheTrimmedLogIsStale) {
  add_agents(10);
  Watcher behind = log_.watch().value();
  Watcher just = log_.watch(5).value();
  trim_below(5);
  const ChangeRange range = log_.range().value();
  EXPECT_EQ(range.oldest, 5);
  EXPECT_EQ(range.newest, 10);
  const auto stale = behind.next({});
  ASSERT_FALSE(stale.has_value());
  EXPECT_EQ(stale.error().code(), Code::kStale);
  EXPECT_NE(stale.error().message().find(" 5"), std::string::npos) << stale.error().message();
  EXPECT_EQ(just.next({}).value().size(), 6U);
  EXPECT_EQ(log_.watch(4).error().code(), Code::kStale);
  EXPECT_EQ(log_.watch(0).error().code(), Code::kStale);
  EXPECT_EQ(log_.watch().value().position(), 5);
}

TEST_F(Changes, AnEmptyTrimmedLogRemembersItsNumbers) {
  add_agents(10);
  Watcher all_seen = log_.watch().value();
  EXPECT_EQ(all_seen.next({}).value().size(), 10U);
  trim_below(11);
  const ChangeRange range = log_.range().value();
  EXPECT_EQ(range.oldest, 11);
  EXPECT_EQ(range.newest, 10);
  EXPECT_TRUE(all_seen.next({}).value().empty());
  EXPECT_EQ(log_.watch(10).error().code(), Code::kStale);
  add_agents(1);
  EXPECT_EQ(all_seen.next({}).value().front().seq, 11);
}

TEST_F(Changes, WaitingEndsWithTheCommit) {
  Watcher watcher = log_.watch({}, {.entities = {Entity::kTask}}).value();
  std::jthread writer([&] {
    add(Entity::kAgent);  // does not end the wait
    add(Entity::kTask);
  });
  const std::vector<Change> changes = watcher.next(seconds(20)).value();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].entity, Entity::kTask);
}

TEST_F(Changes, WaitingEndsWithoutAChangeAtItsTimeout) {
  Watcher watcher = log_.watch().value();
  EXPECT_TRUE(watcher.next(milliseconds(20)).value().empty());
}

TEST_F(Changes, WaitingEndsWhenTheCallerStops) {
  std::stop_source stop;
  stores::Caller caller;
  caller.timeout = seconds(10);
  caller.stop = stop.get_token();
  const stores::Scope scope(db_.shared(), std::move(caller));
  Watcher watcher = ChangeLog(scope).watch().value();
  std::jthread stopper([&] { stop.request_stop(); });
  const auto stopped = watcher.next(seconds(20));
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
}

TEST_F(Changes, InsideATransactionNothingWaits) {
  const Status done = scope_.write([&](stores::Writing& writing) -> Status {
    const stores::Scope inner(scope_, writing.sql, writing.now);
    AgentStore(inner).register_agent({.id = "ann", .agent_type = "t"}).value();
    Watcher watcher = ChangeLog(inner).watch().value();
    EXPECT_EQ(watcher.next(seconds(60)).value().size(), 1U);
    EXPECT_TRUE(watcher.next(seconds(60)).value().empty());
    return {};
  });
  EXPECT_TRUE(done.has_value());
}

TEST_F(Changes, WhatIsRolledBackIsNeverSeen) {
  const Status undone = scope_.write([&](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.log(Entity::kTask, "x", "create"));
    return Error(Code::kConflict, "no");
  });
  EXPECT_FALSE(undone.has_value());
  EXPECT_TRUE(log_.watch().value().next({}).value().empty());
  add(Entity::kAgent);
  EXPECT_EQ(log_.range().value().newest, 1);
}

TEST(EntityNames, EveryEntityIsReadBack) {
  for (const char* name : {"swarm", "agent", "task", "memory", "message", "proposal", "vote"}) {
    const std::optional<Entity> entity = parse_entity(name);
    ASSERT_TRUE(entity.has_value()) << name;
    EXPECT_EQ(to_string(*entity), name);
  }
  EXPECT_EQ(parse_entity("agents"), std::nullopt);
}

}  // namespace
}  // namespace waggle
