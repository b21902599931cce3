// reader_pool_test.cc: snapshots that are kept, fresh and short-lived.

#include "engine/reader_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include "engine/engine_fixture.h"
#include "support/child_process.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

using ReaderPoolTest = PartsTest;

TEST_F(ReaderPoolTest, ASnapshotServesManyReadsUntilSomebodyCommits) {
  Parts parts(path(), std::size_t{4} << 20, 1);
  EXPECT_EQ(parts.count(), 0);
  int reused = 0;
  // The time keeper may end the snapshot between two reads, but not between all of them.
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(parts.read([&](Connection& connection) -> Status {
      if (sqlite3_txn_state(connection.handle(), "main") == SQLITE_TXN_READ) ++reused;
      return connection.query("SELECT count(*) FROM items", {}, [](const sql::Row&) -> Status { return {}; });
    }));
  }
  EXPECT_GT(reused, 0);
}

TEST_F(ReaderPoolTest, TheNextReadSeesEveryCommit) {
  Parts parts(path());
  test::RawSqlite foreign(path());
  for (int i = 0; i < 50; ++i) {
    if (i % 2 == 0) {
      ASSERT_TRUE(parts.write_bytes(10));
    } else {
      ASSERT_EQ(foreign.run("INSERT INTO items VALUES(hex(randomblob(8)), 1)"), SQLITE_OK);
    }
    ASSERT_EQ(parts.count(), i + 1);
  }
}

TEST_F(ReaderPoolTest, TheNextReadSeesACommitOfAnotherProcess) {
  Parts parts(path());
  EXPECT_EQ(parts.count(), 0);
  test::ChildProcess python({WAGGLE_PYTHON, "-c",
                             "import sqlite3, sys\n"
                             "db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)\n"
                             "for line in sys.stdin:\n"
                             "    db.execute('INSERT INTO items VALUES(?, 1)', (line,))\n"
                             "    print('stored', flush=True)\n",
                             path()});
  for (int i = 0; i < 20; ++i) {
    python.write_line(std::to_string(i));
    ASSERT_EQ(python.read_line(), "stored");
    ASSERT_EQ(parts.count(), i + 1);
  }
}

TEST_F(ReaderPoolTest, ARunningReadKeepsItsMoment) {
  Parts parts(path());
  ASSERT_TRUE(parts.read([&](Connection& connection) -> Status {
    EXPECT_EQ(connection.query_integer("SELECT count(*) FROM items").value(), 0);
    EXPECT_TRUE(parts.write_bytes(10));
    EXPECT_EQ(connection.query_integer("SELECT count(*) FROM items").value(), 0);
    return {};
  }));
  EXPECT_EQ(parts.count(), 1);
}

TEST_F(ReaderPoolTest, IdleSnapshotsEndByThemselves) {
  Parts parts(path(), std::size_t{4} << 20, 1);
  ASSERT_TRUE(parts.write_bytes(10));
  EXPECT_EQ(parts.count(), 1);
  // A truncating checkpoint succeeds only when no connection holds a snapshot of the WAL.
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually(
      [&] { return sqlite3_wal_checkpoint_v2(parts.writing->handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(ReaderPoolTest, MoreThreadsThanConnectionsTakeTurns) {
  Parts parts(path(), std::size_t{4} << 20, 2);
  ASSERT_TRUE(parts.write_bytes(10));
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const Status read = parts.read([&](Connection& connection) -> Status {
          const int now = inside.fetch_add(1) + 1;
          int seen = most.load();
          while (now > seen && !most.compare_exchange_weak(seen, now)) {}
          if (connection.query_integer("SELECT count(*) FROM items").value() != 1) wrong.fetch_add(1);
          inside.fetch_sub(1);
          return {};
        });
        if (!read) wrong.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(most, 2);
}

TEST_F(ReaderPoolTest, AWaitingReaderEndsAtItsDeadlineOrItsStop) {
  Parts parts(path(), std::size_t{4} << 20, 1);
  std::latch reads(1);
  std::latch may_end(1);
  std::thread holder([&] {
    EXPECT_TRUE(parts.read([&](Connection&) -> Status {
      reads.count_down();
      may_end.wait();
      return {};
    }));
  });
  reads.wait();
  EXPECT_TRUE(parts.pool->oldest_age());
  const Status late = parts.read([](Connection&) -> Status { return {}; }, within(std::chrono::milliseconds(30)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_NE(late.error().message().find(path()), std::string::npos);
  EXPECT_NE(late.error().hint().find("max_connections"), std::string::npos);

  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const Status stopped = parts.read([](Connection&) -> Status { return {}; }, base::Deadline::after(std::chrono::seconds(20), stop.get_token()));
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  may_end.count_down();
  holder.join();
  EXPECT_FALSE(parts.pool->oldest_age());
}

TEST_F(ReaderPoolTest, AnExceptionReturnsTheConnection) {
  Parts parts(path(), std::size_t{4} << 20, 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(static_cast<void>(parts.read([](Connection&) -> Status { throw std::runtime_error("mine"); })), std::runtime_error);
  }
  ASSERT_TRUE(parts.write_bytes(10));
  EXPECT_EQ(parts.count(), 1);
}

TEST_F(ReaderPoolTest, AFailedStatementDoesNotSpoilTheNextRead) {
  Parts parts(path(), std::size_t{4} << 20, 1);
  EXPECT_FALSE(parts.read([](Connection& connection) -> Status {
    WAGGLE_TRY(connection.query_integer("SELECT nothing FROM items"));
    return {};
  }));
  EXPECT_FALSE(parts.read(
      [](Connection& connection) -> Status {
        WAGGLE_TRY(connection.query_integer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"));
        return {};
      },
      within(std::chrono::milliseconds(20))));
  ASSERT_TRUE(parts.write_bytes(10));
  EXPECT_EQ(parts.count(), 1);
}

}  // namespace
}  // namespace waggle::engine
