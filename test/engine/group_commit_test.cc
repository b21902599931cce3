// group_commit_test.cc: writers share commits; each keeps its own outcome.

#include "engine/group_commit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <new>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include "engine/engine_fixture.h"
#include "support/fault_vfs.h"
#include "support/raw_sqlite.h"
#include "support/temp_dir.h"

namespace waggle::engine {
namespace {

constexpr char kEndlessInsert[] =
    "INSERT INTO items SELECT 'endless' || i, i FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)";

// A group whose members are known: the leader's work waits until so many calls are in the queue behind it. Then the first of them is taken into its
// group, and the others as well unless the waiting took longer than a group may last.
class GroupCommitTest : public PartsTest {
 protected:
  using Work = std::function<Status(GroupWriter&)>;
  struct Member {
    Work work;
    base::Deadline deadline = soon();
    Status outcome;
  };

  static Work put(std::string name) {
    return [name = std::move(name)](GroupWriter& writer) { return run(writer, "INSERT INTO items VALUES(?1, 1)", {name}); };
  }

  // Runs `first` as leader and the others in its group, in this order.
  void run_group(const Work& first, std::vector<Member>& others) {
    std::latch leads(1);
    std::atomic<bool> all_wait = false;
    std::thread leader([&] {
      bool waited = false;
      leader_outcome_ = parts_.group->write(soon(), [&](GroupWriter& writer) -> Status {
        if (!waited) {
          waited = true;
          leads.count_down();
          EXPECT_TRUE(eventually([&] { return all_wait.load(); }));
        }
        return first(writer);
      });
    });
    leads.wait();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < others.size(); ++i) {
      Member& member = others[i];
      threads.emplace_back([&] { member.outcome = parts_.group->write(member.deadline, [&](GroupWriter& writer) { return member.work(writer); }); });
      EXPECT_TRUE(eventually([&] { return parts_.group->waiting() == i + 1; }));
    }
    all_wait = true;
    leader.join();
    for (std::thread& thread : threads) thread.join();
  }

  // Runs `failing` as the first in the group of a leader, before two others, and expects that it fails so and that all else is stored.
  void expect_fails_alone(Member failing, Code code) {
    std::vector<Member> others(3);
    others[0] = std::move(failing);
    others[1].work = put("second");
    others[2].work = put("last");
    run_group(put("leader"), others);
    EXPECT_TRUE(leader_outcome_);
    EXPECT_TRUE(others[1].outcome);
    EXPECT_TRUE(others[2].outcome);
    ASSERT_FALSE(others[0].outcome);
    EXPECT_EQ(others[0].outcome.error().code(), code);
    EXPECT_EQ(count(), 3);
  }

  std::int64_t count() { return parts_.count(); }

  Parts parts_{path()};
  Status leader_outcome_;
};

TEST_F(GroupCommitTest, WhoeverWaitsSharesACommit) {
  const std::int64_t before = parts_.group->commits();
  std::vector<Member> others(10);
  for (std::size_t i = 0; i < others.size(); ++i) others[i].work = put("m" + std::to_string(i));
  run_group(put("leader"), others);
  ASSERT_TRUE(leader_outcome_);
  for (const Member& member : others) EXPECT_TRUE(member.outcome);
  EXPECT_EQ(count(), 11);
  EXPECT_LT(parts_.group->commits() - before, 11);
}

TEST_F(GroupCommitTest, ManyThreadsLoseNothing) {
  constexpr int kThreads = 16;
  constexpr int kWrites = 50;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kWrites; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        if (!parts_.group->write(soon(), put(name))) failed.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(count(), kThreads * kWrites);
  EXPECT_EQ(parts_.group->committed_writes(), kThreads * kWrites + 1);  // and the table
}

TEST_F(GroupCommitTest, AMemberThatFailsUndoesItselfAlone) {
  expect_fails_alone({[](GroupWriter& writer) -> Status {
                       WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('undone', 1)"));
                       return Error(Code::kConflict, "changed my mind");
                     }},
                     Code::kConflict);
}

TEST_F(GroupCommitTest, AMemberThatBeginsWithReturningUndoesItselfToo) {
  expect_fails_alone({[](GroupWriter& writer) -> Status {
                       const auto ignore = [](const sql::Row&) -> Status { return {}; };
                       WAGGLE_TRY(writer.query("INSERT INTO items VALUES('undone', 1) RETURNING number", {}, ignore));
                       return Error(Code::kConflict, "changed my mind");
                     }},
                     Code::kConflict);
}

TEST_F(GroupCommitTest, AnInterruptedMemberFailsAloneAlthoughSqliteUndoesAll) {
  expect_fails_alone({[](GroupWriter& writer) { return run(writer, kEndlessInsert); }, within(std::chrono::milliseconds(700))}, Code::kDeadline);
}

TEST_F(GroupCommitTest, AWorkThatEndsTheTransactionFailsAlone) {
  expect_fails_alone({[](GroupWriter& writer) { return writer.connection().execute("ROLLBACK"); }}, Code::kInternal);
}

TEST_F(GroupCommitTest, AfterALostTransactionAGroupTakesNobodyElseIn) {
  const std::int64_t before = parts_.group->commits();
  expect_fails_alone({[](GroupWriter& writer) { return writer.connection().execute("ROLLBACK"); }}, Code::kInternal);
  EXPECT_GE(parts_.group->commits() - before, 2);  // the leader's, and that of those who were still queued
}

TEST_F(GroupCommitTest, ALeaderThatFailsDoesNotHarmItsGroup) {
  std::vector<Member> others(2);
  others[0].work = put("first");
  others[1].work = put("last");
  run_group(
      [](GroupWriter& writer) -> Status {
        WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('undone', 1)"));
        return Error(Code::kConflict, "changed my mind");
      },
      others);
  EXPECT_FALSE(leader_outcome_);
  for (const Member& member : others) EXPECT_TRUE(member.outcome);
  EXPECT_EQ(count(), 2);
}

TEST_F(GroupCommitTest, AWorkThatGoesOnWithoutItsTransactionWritesNothing) {
  const auto goes_on = [](GroupWriter& writer) -> Status {
    WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('before', 1)"));
    WAGGLE_TRY(writer.connection().execute("ROLLBACK"));  // as a full disk does
    EXPECT_FALSE(run(writer, "INSERT INTO items VALUES('after', 1)"));
    return {};
  };
  std::vector<Member> others(2);
  others[0].work = goes_on;
  others[1].work = put("second");
  run_group(goes_on, others);
  EXPECT_FALSE(leader_outcome_);
  EXPECT_FALSE(others[0].outcome);
  EXPECT_TRUE(others[1].outcome);
  EXPECT_EQ(count(), 1);
}

TEST_F(GroupCommitTest, AnExceptionGoesBackToItsOwnThreadAndUndoesItself) {
  EXPECT_THROW(static_cast<void>(parts_.group->write(soon(),
                                                     [](GroupWriter& writer) -> Status {
                                                       WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('undone', 1)"));
                                                       throw std::runtime_error("mine");
                                                     })),
               std::runtime_error);
  EXPECT_TRUE(parts_.group->write(soon(), put("a")));
  EXPECT_EQ(count(), 1);
}

TEST_F(GroupCommitTest, AnExceptionOfAMemberReachesTheMember) {
  std::latch leads(1);
  std::atomic<bool> caught = false;
  std::thread leader([&] {
    EXPECT_TRUE(parts_.group->write(soon(), [&](GroupWriter& writer) -> Status {
      leads.count_down();
      EXPECT_TRUE(eventually([&] { return parts_.group->waiting() == 1; }));
      return run(writer, "INSERT INTO items VALUES('leader', 1)");
    }));
  });
  leads.wait();
  std::thread member([&] {
    try {
      static_cast<void>(parts_.group->write(soon(), [](GroupWriter& writer) -> Status {
        WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('undone', 1)"));
        throw std::runtime_error("mine");
      }));
    } catch (const std::runtime_error&) {
      caught = true;
    }
  });
  leader.join();
  member.join();
  EXPECT_TRUE(caught);
  EXPECT_EQ(count(), 1);
}

TEST_F(GroupCommitTest, AQueuedCallEndsAtItsDeadlineOrItsStop) {
  std::latch leads(1);
  std::latch may_end(1);
  std::thread leader([&] {
    EXPECT_TRUE(parts_.group->write(soon(), [&](GroupWriter& writer) -> Status {
      leads.count_down();
      may_end.wait();
      return run(writer, "INSERT INTO items VALUES('leader', 1)");
    }));
  });
  leads.wait();
  const Status late = parts_.group->write(within(std::chrono::milliseconds(20)), put("late"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_FALSE(late.error().hint().empty());

  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const Status stopped = parts_.group->write(base::Deadline::after(std::chrono::seconds(20), stop.get_token()), put("stopped"));
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  may_end.count_down();
  leader.join();
  EXPECT_EQ(count(), 1);
}

TEST_F(GroupCommitTest, AForeignLockIsWaitedForUntilTheDeadline) {
  test::RawSqlite foreign(path());
  ASSERT_EQ(foreign.run("BEGIN IMMEDIATE; INSERT INTO items VALUES('foreign', 1)"), SQLITE_OK);
  const Status late = parts_.group->write(within(std::chrono::milliseconds(20)), put("late"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_NE(late.error().message().find(path()), std::string::npos);
  std::thread other([&] { EXPECT_EQ(foreign.run("COMMIT"), SQLITE_OK); });
  EXPECT_TRUE(parts_.group->write(soon(), put("patient")));
  other.join();
  EXPECT_EQ(count(), 2);
}

// ---------------------------------------------------------------------------------------------------------------- syncs

TEST(SyncTest, OfAWriteThatDoesNotAskForItComesWithTheNextThatDoes) {
  const test::TempDir dir;
  const test::FaultVfs vfs;
  Parts parts(dir.file("a.db"), std::size_t{4} << 20, 2, {}, Durability::kFull);
  const auto put = [](GroupWriter& writer) { return run(writer, "INSERT INTO items VALUES(hex(randomblob(8)), 1)"); };
  ASSERT_TRUE(parts.group->write(soon(), put));
  const int before = test::FaultVfs::wal_syncs;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(parts.group->write(soon(), sql::Sync::kLater, put));
  EXPECT_EQ(test::FaultVfs::wal_syncs, before);
  ASSERT_TRUE(parts.group->write(soon(), put));
  EXPECT_EQ(test::FaultVfs::wal_syncs, before + 1);
  ASSERT_TRUE(parts.group->write(soon(), put));
  EXPECT_EQ(test::FaultVfs::wal_syncs, before + 2);
}

// A leader that asks for no sync, and behind it one that asks for none and one that does.
TEST_F(GroupCommitTest, WhoeverNeedsASyncTakesNoPartInACommitWithout) {
  std::atomic<bool> all_wait = false;
  const std::int64_t before = parts_.group->commits();
  const auto write = [&](sql::Sync sync, const Work& work) {
    return [this, sync, work] { EXPECT_TRUE(parts_.group->write(soon(), sync, [&](GroupWriter& writer) { return work(writer); })); };
  };
  const auto waits_for = [&](std::size_t callers) { return eventually([&] { return parts_.group->waiting() == callers; }); };
  std::latch leads(1);
  std::vector<std::thread> threads;
  threads.emplace_back(write(sql::Sync::kLater, [&](GroupWriter& writer) -> Status {
    leads.count_down();
    EXPECT_TRUE(eventually([&] { return all_wait.load(); }));
    return put("leader")(writer);
  }));
  leads.wait();
  threads.emplace_back(write(sql::Sync::kLater, put("with it")));
  EXPECT_TRUE(waits_for(1));
  threads.emplace_back(write(sql::Sync::kNow, put("apart")));
  EXPECT_TRUE(waits_for(2));
  threads.emplace_back(write(sql::Sync::kLater, put("with that")));
  EXPECT_TRUE(waits_for(3));
  all_wait = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count(), 4);
  EXPECT_EQ(parts_.group->commits() - before, 2);
}

// ---------------------------------------------------------------------------------------------------------------- the observer

class Observer final : public sql::CommitObserver {
 public:
  Status before_commit(sql::Writer& writer) override { return chore ? chore(writer) : Status(); }
  void after_commit(const sql::Commit& commit) override {
    before = commit.before;
    after = commit.after;
    changed.assign(commit.changed.begin(), commit.changed.end());
    ++commits;
  }

  std::function<Status(sql::Writer&)> chore;
  sql::Version before;
  sql::Version after;
  std::vector<std::uint64_t> changed;
  int commits = 0;
};

TEST_F(GroupCommitTest, TheObserverIsToldBothVersionsAndTheHashes) {
  Observer observer;
  parts_.group->set_observer(&observer);
  const sql::Version before = parts_.index->version();
  ASSERT_TRUE(parts_.group->write(soon(), [](GroupWriter& writer) -> Status {
    writer.note_changed(7);
    writer.note_changed(9);
    return run(writer, "INSERT INTO items VALUES('a', 1)");
  }));
  EXPECT_TRUE(observer.before == before);
  EXPECT_TRUE(observer.after == parts_.index->version());
  EXPECT_EQ(observer.changed, (std::vector<std::uint64_t>{7, 9}));

  // Hashes do not stay for the next commit.
  const sql::Version between = parts_.index->version();
  ASSERT_TRUE(parts_.group->write(soon(), put("b")));
  EXPECT_TRUE(observer.before == between);
  EXPECT_TRUE(observer.changed.empty());

  // Nor is anything told of what was not committed.
  EXPECT_FALSE(parts_.group->write(soon(), [](GroupWriter&) -> Status { return Error(Code::kConflict, "no"); }));
  EXPECT_EQ(observer.commits, 2);
  parts_.group->set_observer(nullptr);
}

// As when memory runs out at the worst moments.
TEST_F(GroupCommitTest, AnObserverThatThrowsHarmsNoWriterAndHoldsNoLock) {
  class Throwing final : public sql::CommitObserver {
   public:
    Status before_commit(sql::Writer& writer) override {
      const Status chore = run(writer, "INSERT INTO items VALUES('chore', 1)");
      if (!chore || throws_before) throw std::bad_alloc();
      return {};
    }
    void after_commit(const sql::Commit&) override {
      if (throws_after) throw std::bad_alloc();
    }
    bool throws_before = false;
    bool throws_after = false;
  };
  Throwing observer;
  parts_.group->set_observer(&observer);
  observer.throws_before = true;
  std::vector<Member> others(2);
  others[0].work = put("b");
  others[1].work = put("c");
  run_group(put("a"), others);
  EXPECT_TRUE(leader_outcome_);
  EXPECT_TRUE(others[0].outcome);
  EXPECT_TRUE(others[1].outcome);
  EXPECT_EQ(count(), 3);  // without the chore
  observer.throws_before = false;
  observer.throws_after = true;
  EXPECT_TRUE(parts_.group->write(soon(), put("d")));
  EXPECT_EQ(count(), 5);
  parts_.group->set_observer(nullptr);
  EXPECT_TRUE(parts_.group->write(soon(), put("e")));
  EXPECT_TRUE(parts_.lock->try_acquire());
  parts_.lock->release();
}

TEST_F(GroupCommitTest, ACommitOnTopOfAForeignOneBeginsAtTheForeignState) {
  Observer observer;
  parts_.group->set_observer(&observer);
  const sql::Version old = parts_.index->version();
  ASSERT_EQ(test::RawSqlite(path()).run("INSERT INTO items VALUES('foreign', 1)"), SQLITE_OK);
  ASSERT_TRUE(parts_.group->write(soon(), put("a")));
  EXPECT_FALSE(observer.before == old);
  EXPECT_TRUE(observer.after == parts_.index->version());
  parts_.group->set_observer(nullptr);
}

// A foreign program that commits all the time, so that some of its commits fall between one of ours and the look at the header after it. Whatever
// `after` says then, it never names a state that holds more than our commit: the next commit would otherwise hide the foreign one from the cache.
TEST_F(GroupCommitTest, AForeignCommitInBetweenMakesAfterUnknown) {
  class Chain final : public sql::CommitObserver {
   public:
    Status before_commit(sql::Writer& writer) override {
      // Inside the transaction: how many foreign rows there are in the state that the commit is made on.
      WAGGLE_ASSIGN_OR_RETURN(foreign_now, writer.query_integer("SELECT count(*) FROM foreign_items", {}));
      return {};
    }
    void after_commit(const sql::Commit& commit) override {
      // The state is called the same as after our commit before: then no foreign commit may lie between.
      if (commit.before == last_after && foreign_now != foreign_at_last) ++hidden;
      last_after = commit.after;
      foreign_at_last = foreign_now;
    }
    std::int64_t foreign_now = 0;
    std::int64_t foreign_at_last = 0;
    sql::Version last_after;
    int hidden = 0;
  };
  ASSERT_TRUE(parts_.write("CREATE TABLE foreign_items(n INTEGER)"));
  Chain chain;
  parts_.group->set_observer(&chain);
  std::atomic<bool> done = false;
  std::thread foreign([&] {
    test::RawSqlite raw(path());
    raw.run("PRAGMA synchronous = OFF");
    while (!done) raw.run("INSERT INTO foreign_items VALUES(1)");
  });
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(parts_.group->write(soon(), put("n" + std::to_string(i))));
  done = true;
  foreign.join();
  EXPECT_EQ(chain.hidden, 0);
  parts_.group->set_observer(nullptr);
}

TEST_F(GroupCommitTest, AFailedChoreUndoesItselfAlone) {
  Observer observer;
  observer.chore = [](sql::Writer& writer) -> Status {
    WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('chore', 1)"));
    return Error(Code::kConflict, "not today");
  };
  parts_.group->set_observer(&observer);
  ASSERT_TRUE(parts_.group->write(soon(), put("a")));
  EXPECT_EQ(count(), 1);
  observer.chore = [](sql::Writer& writer) { return run(writer, "INSERT INTO items VALUES('chore', 1)"); };
  ASSERT_TRUE(parts_.group->write(soon(), put("b")));
  EXPECT_EQ(count(), 3);
  EXPECT_EQ(observer.commits, 2);
  parts_.group->set_observer(nullptr);
}

TEST_F(GroupCommitTest, AChoreThatLosesTheTransactionHarmsNoWriter) {
  Observer observer;
  int runs = 0;
  observer.chore = [&](sql::Writer& writer) {
    ++runs;
    // What a full disk or an interruption inside a statement would do.
    return static_cast<GroupWriter&>(writer).connection().execute("ROLLBACK");
  };
  parts_.group->set_observer(&observer);
  std::vector<Member> others(1);
  others[0].work = put("member");
  run_group(put("leader"), others);
  EXPECT_TRUE(leader_outcome_);
  EXPECT_TRUE(others[0].outcome);
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(runs, 1);
  parts_.group->set_observer(nullptr);
}

TEST_F(GroupCommitTest, AChoreIsNotCutShortByAWritersDeadline) {
  Observer observer;
  observer.chore = [](sql::Writer& writer) {
    return run(writer, "INSERT INTO items SELECT 'chore' || i, i FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) "
                       "SELECT i FROM n)");
  };
  parts_.group->set_observer(&observer);
  const auto deadline = within(std::chrono::milliseconds(200));
  ASSERT_TRUE(parts_.group->write(deadline, [&](GroupWriter& writer) -> Status {
    WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('a', 1)"));
    EXPECT_TRUE(eventually([&] { return deadline.passed(); }));
    return {};
  }));
  EXPECT_EQ(count(), 2001);
  parts_.group->set_observer(nullptr);
}

}  // namespace
}  // namespace waggle::engine
