// engine_fixture.h: what the tests of the engine share: open engines, the parts of one, and waiting for an event.

#ifndef WAGGLE_TEST_ENGINE_ENGINE_FIXTURE_H
#define WAGGLE_TEST_ENGINE_ENGINE_FIXTURE_H

#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "engine/checkpoint.h"
#include "engine/connection.h"
#include "engine/database_file.h"
#include "engine/engine.h"
#include "engine/group_commit.h"
#include "engine/reader_pool.h"
#include "engine/wal_index.h"
#include "engine/write_lock.h"
#include "support/temp_dir.h"

namespace waggle::engine {

// Until when a call of a test may take: generous, for slow machines and sanitizers.
inline base::Deadline soon() { return base::Deadline::after(std::chrono::seconds(20)); }
inline base::Deadline within(Duration duration) { return base::Deadline::after(duration); }

// Waits until `condition` holds, at most until soon(). Answers whether it does.
template <typename Condition>
bool eventually(Condition&& condition) {
  const auto deadline = soon();
  while (!condition()) {
    if (deadline.passed()) return false;
    std::this_thread::yield();
  }
  return true;
}

// A statement without an answer, as Status.
template <typename Runs>
Status run(Runs& runs, sql::Text text, sql::ArgList args = {}) {
  auto outcome = runs.execute(text, sql::Args(args.begin(), args.size()));
  return outcome ? Status() : Status(outcome.error());
}

// The remarks of an engine.
class LogLines {
 public:
  LogSink sink() {
    return [this](LogLevel, std::string_view message) {
      const std::scoped_lock lock(mutex_);
      lines_.emplace_back(message);
    };
  }
  int count(std::string_view part) const {
    const std::scoped_lock lock(mutex_);
    int number = 0;
    for (const std::string& line : lines_) {
      if (line.find(part) != std::string::npos) ++number;
    }
    return number;
  }
  bool has(std::string_view part) const { return count(part) > 0; }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// An open engine with a table `items(name, number)`.
class EngineTest : public ::testing::Test {
 protected:
  std::string path(std::string_view name = "test.db") const { return dir_.file(name); }

  Result<std::shared_ptr<Engine>> open(EngineOptions options, const base::Deadline& deadline = soon()) const {
    if (options.path.empty()) options.path = path();
    return Engine::open(options, deadline);
  }
  std::shared_ptr<Engine> make(EngineOptions options = {}) const {
    options.open_mode = OpenMode::kCreateIfMissing;
    std::shared_ptr<Engine> engine = open(options).value();
    engine->write(soon(), [](sql::Writer& writer) { return run(writer, "CREATE TABLE IF NOT EXISTS items(name TEXT PRIMARY KEY, number INTEGER)"); })
        .value();
    return engine;
  }

  static Status put(Engine& engine, const std::string& name, std::int64_t number = 1, const base::Deadline& deadline = soon()) {
    return engine.write(deadline, [&](sql::Writer& writer) {
      return run(writer, "INSERT INTO items VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET number = excluded.number", {name, number});
    });
  }
  static std::int64_t count(Engine& engine) {
    std::int64_t number = -1;
    engine
        .read(soon(),
              [&](sql::Reader& reader) -> Status {
                WAGGLE_ASSIGN_OR_RETURN(number, reader.query_integer("SELECT count(*) FROM items", {}));
                return {};
              })
        .value();
    return number;
  }

  test::TempDir dir_;
};

// The parts of an engine, each within reach.
struct Parts {
  explicit Parts(const std::string& path, std::size_t checkpoint_bytes = std::size_t{4} << 20, int readers = 2, LogSink sink = {},
                 Durability durability = Durability::kOff)
      : log(std::move(sink)) {
    make_database(path, {}, soon()).value();
    std::unique_ptr<Connection> first = Connection::open(path, {}, soon()).value();
    first->query_integer("SELECT count(*) FROM sqlite_schema").value();
    index = std::make_unique<WalIndex>(WalIndex::map(*first).value());
    pool = std::make_unique<ReaderPool>(std::move(first), ConnectionOptions{}, readers, *index);
    writing = Connection::open(path, {.durability = durability}, soon()).value();
    lock = WriteLock::open(path).value();
    checkpointer = std::make_unique<Checkpointer>(*index, *pool, checkpoint_bytes, log);
    checkpointer->bound_wal_file(*writing).value();
    group = std::make_unique<GroupCommit>(*writing, *lock, *index, *checkpointer);
    write("CREATE TABLE items(name TEXT PRIMARY KEY, number INTEGER)").value();
  }

  Status write(sql::Text text, sql::ArgList args = {}, const base::Deadline& deadline = soon()) {
    return group->write(deadline, [&](GroupWriter& writer) { return run(writer, text, args); });
  }
  // A row of about that many bytes.
  Status write_bytes(std::size_t bytes) { return write("INSERT INTO items VALUES(hex(randomblob(8)), ?1)", {std::string(bytes, 'x')}); }
  Status read(ReaderPool::Work work, const base::Deadline& deadline = soon()) { return pool->read(deadline, work); }
  std::int64_t count() {
    std::int64_t number = -1;
    read([&](Connection& connection) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(number, connection.query_integer("SELECT count(*) FROM items"));
      return {};
    }).value();
    return number;
  }

  base::Log log;
  std::unique_ptr<WalIndex> index;
  std::unique_ptr<ReaderPool> pool;
  std::unique_ptr<Connection> writing;
  std::unique_ptr<WriteLock> lock;
  std::unique_ptr<Checkpointer> checkpointer;
  std::unique_ptr<GroupCommit> group;
};

class PartsTest : public ::testing::Test {
 protected:
  std::string path(std::string_view name = "parts.db") const { return dir_.file(name); }

  test::TempDir dir_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_TEST_ENGINE_ENGINE_FIXTURE_H
