// session_test.cc: who acts, transactions and snapshots.

#include <atomic>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "db/database_fixture.h"

namespace waggle::test {
namespace {

using SessionTest = DatabaseTest;

TEST_F(SessionTest, TheActingAgentIsRecorded) {
  const auto database = make();
  ASSERT_TRUE(put(database->as("ann"), "a"));
  ASSERT_TRUE(put(database->as(""), "b"));
  ASSERT_TRUE(database->as("ben").transaction([](Session& session) -> Status {
    const auto stored = put(session, "c");
    return stored ? Status() : Status(stored.error());
  }));
  auto watcher = database->as("").changes().watch().value();
  const auto changes = watcher.next(Duration::zero()).value();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].actor, "ann");
  EXPECT_EQ(changes[1].actor, std::nullopt);
  EXPECT_EQ(changes[2].actor, "ben");
  EXPECT_EQ(database->as("").memory().get({"ann", "c"})->writer, "ben");
}

TEST_F(SessionTest, ATransactionIsAllOrNothing) {
  const auto database = make();
  const Session session = database->as("ann");
  const Status failed = session.transaction([](Session& inside) -> Status {
    EXPECT_TRUE(put(inside, "a"));
    EXPECT_TRUE(inside.swarms().create({.name = "hive"}));
    return Error(Code::kConflict, "changed my mind");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kConflict);
  EXPECT_EQ(entries(session), 0);
  EXPECT_EQ(session.swarms().list()->items.size(), 0U);
  EXPECT_EQ(session.changes().range()->newest, 0);

  ASSERT_TRUE(session.transaction([](Session& inside) -> Status {
    EXPECT_TRUE(put(inside, "a"));
    EXPECT_EQ(entries(inside), 1);  // reads see the writes before them
    EXPECT_TRUE(inside.memory().get({"ann", "a"}));
    EXPECT_TRUE(put(inside, "b"));
    return {};
  }));
  EXPECT_EQ(entries(session), 2);
}

TEST_F(SessionTest, AnExceptionUndoesTheTransactionAndGoesOn) {
  const auto database = make();
  const Session session = database->as("ann");
  EXPECT_THROW(static_cast<void>(session.transaction([](Session& inside) -> Status {
    EXPECT_TRUE(put(inside, "a"));
    throw std::runtime_error("mine");
  })),
               std::runtime_error);
  EXPECT_THROW(static_cast<void>(session.snapshot([](Session&) -> Status { throw std::runtime_error("mine"); })), std::runtime_error);
  EXPECT_EQ(entries(session), 0);
  EXPECT_TRUE(put(session, "b"));
}

TEST_F(SessionTest, TransactionsOfManyThreadsLoseNoUpdate) {
  const auto database = make();
  ASSERT_TRUE(put(database->as("ann"), "counter", "0"));
  constexpr int kThreads = 8;
  constexpr int kSteps = 25;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const Session session = database->as("ann");
      for (int i = 0; i < kSteps; ++i) {
        const Status stepped = session.transaction([](Session& inside) -> Status {
          const auto now = inside.memory().get({"ann", "counter"});
          if (!now) return now.error();
          const auto next = put(inside, "counter", std::to_string(std::stoi(now->value.text) + 1));
          return next ? Status() : Status(next.error());
        });
        if (!stepped) failed.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(database->as("ann").memory().get({"ann", "counter"})->value.text, std::to_string(kThreads * kSteps));
}

TEST_F(SessionTest, ASnapshotStaysAndRefusesWrites) {
  const auto database = make();
  const Session session = database->as("ann");
  ASSERT_TRUE(put(session, "a", "1"));
  ASSERT_TRUE(session.snapshot([&](Session& inside) -> Status {
    EXPECT_EQ(entries(inside), 1);
    EXPECT_EQ(inside.memory().get({"ann", "a"})->value.text, "1");
    std::thread other([&] {
      EXPECT_TRUE(put(session, "a", "2"));
      EXPECT_TRUE(put(session, "b"));
    });
    other.join();
    EXPECT_EQ(entries(inside), 1);
    EXPECT_EQ(inside.memory().get({"ann", "a"})->value.text, "1");
    const auto refused = put(inside, "c");
    EXPECT_FALSE(refused);
    if (!refused) {
      EXPECT_EQ(refused.error().code(), Code::kReadOnly);
    }
    return {};
  }));
  EXPECT_EQ(entries(session), 2);
  EXPECT_EQ(session.memory().get({"ann", "a"})->value.text, "2");
  const Status passed_on = session.snapshot([](Session&) -> Status { return Error(Code::kConflict, "mine"); });
  ASSERT_FALSE(passed_on);
  EXPECT_EQ(passed_on.error().code(), Code::kConflict);
}

TEST_F(SessionTest, TimeoutAndStopAreTheSessionsOwn) {
  const auto database = make();
  std::atomic<bool> runs = false;
  std::atomic<bool> may_end = false;
  std::thread slow([&] {
    EXPECT_TRUE(database->as("ann").transaction([&](Session&) -> Status {
      runs = true;
      while (!may_end) std::this_thread::yield();
      return {};
    }));
  });
  while (!runs) std::this_thread::yield();
  const auto late = put(database->as("ben", {.timeout = std::chrono::milliseconds(20), .stop = {}}), "a");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const auto stopped = put(database->as("ben", {.timeout = {}, .stop = stop.get_token()}), "a");
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  may_end = true;
  slow.join();
  EXPECT_EQ(entries(database->as("")), 0);
}

TEST_F(SessionTest, SessionsMove) {
  const auto database = make();
  Session first = database->as("ann");
  Session second = std::move(first);
  ASSERT_TRUE(put(second, "a"));
  first = std::move(second);
  EXPECT_EQ(entries(first), 1);
}

}  // namespace
}  // namespace waggle::test
