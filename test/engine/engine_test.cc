// engine_test.cc: the engine as a whole: writers and readers at once, waiting for changes, closing.

#include "engine/engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine_fixture.h"
#include "support/child_process.h"
#include "support/files.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

// Some 20 MB go through the WAL while somebody reads at any time, and it begins anew in between. How small it stays meanwhile depends on how long
// the machine leaves a thread unscheduled in the middle of its read, so that is looked at when the readers have ended.
TEST_F(EngineTest, WritersAndReadersAtOnceWithABoundedWal) {
  constexpr std::size_t kCheckpointBytes = 128 << 10;
  constexpr int kWriters = 4;
  constexpr int kWrites = 300;
  const auto engine = make({.checkpoint_bytes = kCheckpointBytes});
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> restarts = 0;
  const auto looking = Connection::open(path(), {}, soon()).value();
  ASSERT_TRUE(looking->query_integer("SELECT count(*) FROM items"));
  const WalIndex index = WalIndex::map(*looking).value();
  std::vector<std::thread> writers;
  for (int t = 0; t < kWriters; ++t) {
    writers.emplace_back([&, t] {
      std::uint32_t frames = 0;
      for (int i = 0; i < kWrites; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i) + std::string(2000, 'x');
        if (!put(*engine, name)) wrong.fetch_add(1);
        const auto header = index.header();
        if (!header) continue;
        if (header->frames < frames) restarts.fetch_add(1);
        frames = header->frames;
      }
    });
  }
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      std::int64_t seen = 0;
      while (!done) {
        const Status read = engine->read(soon(), [&](sql::Reader& reader) -> Status {
          WAGGLE_ASSIGN_OR_RETURN(const std::int64_t now, reader.query_integer("SELECT max(rowid) FROM items", {}));
          if (now < seen) wrong.fetch_add(1);
          seen = now;
          return {};
        });
        if (!read) wrong.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : writers) thread.join();
  done = true;
  for (std::thread& thread : readers) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(restarts, 0);
  EXPECT_EQ(count(*engine), kWriters * kWrites);
  EXPECT_GT(engine->stats(soon()).value().checkpoints, 3);
  int later = 0;
  EXPECT_TRUE(eventually([&] {
    EXPECT_TRUE(put(*engine, std::to_string(++later) + std::string(4000, 'y')));
    return test::file_bytes(path() + "-wal") <= static_cast<std::int64_t>(3 * kCheckpointBytes);
  }));
  EXPECT_TRUE(engine->check(soon()).value().empty());
}

TEST_F(EngineTest, AForeignProgramWritesAndCheckpointsAtTheSameTime) {
  const auto engine = make({.checkpoint_bytes = 64 << 10});
  ASSERT_EQ(test::RawSqlite(path()).run("CREATE TABLE foreign_items(n)"), SQLITE_OK);
  test::ChildProcess python({WAGGLE_PYTHON, "-c",
                             "import sqlite3, sys\n"
                             "db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)\n"
                             "for i in range(100):\n"
                             "    db.execute('INSERT INTO foreign_items VALUES(?)', (i,))\n"
                             "    if i % 10 == 0: db.execute('PRAGMA wal_checkpoint(PASSIVE)')\n"
                             "print('done', flush=True)\n",
                             path()});
  for (int i = 0; i < 200; ++i) {
    const Status stored = put(*engine, std::to_string(i));
    ASSERT_TRUE(stored) << stored.error().describe();
  }
  EXPECT_EQ(python.read_line(), "done");
  EXPECT_EQ(count(*engine), 200);
  EXPECT_EQ(test::RawSqlite(path()).integer("SELECT count(*) FROM foreign_items"), 100);
  EXPECT_TRUE(engine->check(soon()).value().empty());
}

TEST_F(EngineTest, WaitingEndsWithTheNextCommit) {
  const auto engine = make();
  const sql::Version seen = engine->version();
  std::thread writer([&] { EXPECT_TRUE(put(*engine, "a")); });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(engine->wait_for_change(seen, soon()));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
  writer.join();
  EXPECT_FALSE(engine->version() == seen);
  // What has changed already is not waited for.
  EXPECT_TRUE(engine->wait_for_change(seen, soon()));
}

TEST_F(EngineTest, WaitingEndsWithACommitOfAProgramThatRingsNoBell) {
  const auto engine = make();
  const sql::Version seen = engine->version();
  test::RawSqlite foreign(path());
  std::thread writer([&] { EXPECT_EQ(foreign.run("INSERT INTO items VALUES('foreign', 1)"), SQLITE_OK); });
  EXPECT_TRUE(engine->wait_for_change(seen, soon()));
  EXPECT_FALSE(engine->version() == seen);
  writer.join();
}

TEST_F(EngineTest, WaitingEndsAtTheDeadlineAndTheStop) {
  const auto engine = make();
  const sql::Version seen = engine->version();
  EXPECT_TRUE(engine->wait_for_change(seen, within(std::chrono::milliseconds(10))));
  EXPECT_TRUE(engine->version() == seen);
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(engine->wait_for_change(seen, base::Deadline::after(std::chrono::seconds(20), stop.get_token())));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
  stopper.join();
}

TEST_F(EngineTest, ASmallWalIsLeftAtClosingAndALargeOneIsNot) {
  auto engine = make();
  ASSERT_TRUE(put(*engine, "a"));
  engine.reset();
  EXPECT_GT(test::file_bytes(path() + "-wal"), 0);

  engine = make();
  EXPECT_EQ(count(*engine), 1);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(put(*engine, std::string(100'000, 'x') + std::to_string(i)));
  engine.reset();
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
  EXPECT_EQ(count(*make()), 11);
}

TEST_F(EngineTest, ClosingDoesNotWaitForAnotherProcess) {
  auto engine = make();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(put(*engine, std::string(100'000, 'x') + std::to_string(i)));
  const auto other = WriteLock::open(path()).value();
  other->acquire(soon()).value();
  const auto begin = std::chrono::steady_clock::now();
  engine.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_GT(test::file_bytes(path() + "-wal"), 0);
  other->release();
}

TEST_F(EngineTest, TheCompanionMayWriteAtTheEnd) {
  struct Companion {
    Engine& engine;
    ~Companion() { EXPECT_TRUE(put(engine, "last words")); }
  };
  make().reset();
  open({.make_companion = [](Engine& engine) { return std::make_shared<Companion>(engine); }}).value().reset();
  EXPECT_EQ(count(*make()), 1);
}

TEST_F(EngineTest, SaysWhichEngineItIs) { EXPECT_EQ(engine_version().find("libSQL "), 0U); }

}  // namespace
}  // namespace waggle::engine
