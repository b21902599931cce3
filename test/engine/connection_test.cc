// connection_test.cc: one connection: its settings, its kept statements, and how it gives up.

#include "engine/connection.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <thread>

#include "engine/engine_fixture.h"
#include "support/files.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

constexpr char kEndless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

class ConnectionTest : public PartsTest {
 protected:
  ConnectionTest() { make_database(path(), {}, soon()).value(); }

  std::unique_ptr<Connection> connect(const ConnectionOptions& options = {}) { return Connection::open(path(), options, soon()).value(); }
};

TEST_F(ConnectionTest, MakesNoFileUnlessAsked) {
  const auto missing = Connection::open(path("other.db"), {}, soon());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("other.db"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("other.db")));
}

TEST_F(ConnectionTest, IsSetUpAsDesigned) {
  const auto connection = connect({.page_cache_bytes = 1 << 20});
  EXPECT_EQ(connection->query_integer("PRAGMA foreign_keys").value(), 1);
  EXPECT_EQ(connection->query_integer("PRAGMA wal_autocheckpoint").value(), 0);
  EXPECT_EQ(connection->query_integer("PRAGMA synchronous").value(), 2);
  EXPECT_EQ(connection->query_integer("PRAGMA cache_size").value(), -1024);
  EXPECT_EQ(connection->query_integer("PRAGMA temp_store").value(), 2);
  EXPECT_EQ(connection->query_integer("PRAGMA page_size").value(), 4096);
  EXPECT_EQ(connect({.durability = Durability::kNormal})->query_integer("PRAGMA synchronous").value(), 1);
  EXPECT_EQ(connect({.durability = Durability::kOff})->query_integer("PRAGMA synchronous").value(), 0);
  EXPECT_TRUE(connect({.access = Access::kReadOnly})->is_read_only());
}

TEST_F(ConnectionTest, PreparesALiteralOnce) {
  const auto connection = connect();
  const auto statements = [&] {
    int number = 0;
    for (sqlite3_stmt* one = sqlite3_next_stmt(connection->handle(), nullptr); one != nullptr; one = sqlite3_next_stmt(connection->handle(), one)) {
      ++number;
    }
    return number;
  };
  const int before = statements();
  for (int i = 0; i < 10; ++i) {
    std::int64_t answer = 0;
    ASSERT_TRUE(connection->query("SELECT ?1 + 1", {i}, [&](const sql::Row& row) -> Status {
      answer = row.integer(0);
      return {};
    }));
    ASSERT_EQ(answer, i + 1);
  }
  EXPECT_EQ(statements(), before + 1);
}

TEST_F(ConnectionTest, AStatementLeavesNothingRunningAfterAnError) {
  const auto connection = connect();
  const Status stopped =
      connection->query("SELECT 1 UNION ALL SELECT 2", {}, [](const sql::Row&) -> Status { return Error(Code::kConflict, "enough"); });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kConflict);
  EXPECT_EQ(sqlite3_stmt_busy(sqlite3_next_stmt(connection->handle(), nullptr)), 0);
  EXPECT_FALSE(connection->in_transaction());
}

TEST_F(ConnectionTest, InterruptsAStatementAtTheDeadlineOrTheStop) {
  const auto connection = connect();
  const auto deadline = within(std::chrono::milliseconds(30));
  connection->set_deadline(&deadline);
  const auto late = connection->query_integer(kEndless);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_NE(late.error().message().find(path()), std::string::npos);

  std::stop_source stop;
  const auto stoppable = base::Deadline::after(std::chrono::seconds(20), stop.get_token());
  connection->set_deadline(&stoppable);
  std::thread stopper([&] { stop.request_stop(); });
  const auto stopped = connection->query_integer(kEndless);
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  connection->set_deadline(nullptr);
}

TEST_F(ConnectionTest, WaitsForAForeignLockUntilTheDeadline) {
  const auto connection = connect();
  ASSERT_TRUE(connection->execute("CREATE TABLE t(x)"));
  test::RawSqlite foreign(path());
  ASSERT_EQ(foreign.run("BEGIN IMMEDIATE; INSERT INTO t VALUES(1)"), SQLITE_OK);

  ASSERT_FALSE(connection->execute("INSERT INTO t VALUES(2)"));  // without a deadline locks are not waited for
  const auto brief = within(std::chrono::milliseconds(30));
  connection->set_deadline(&brief);
  const Status late = connection->execute("INSERT INTO t VALUES(2)");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_NE(late.error().message().find(path()), std::string::npos);
  EXPECT_FALSE(late.error().hint().empty());

  const auto ample = soon();
  connection->set_deadline(&ample);
  std::thread other([&] { EXPECT_EQ(foreign.run("COMMIT"), SQLITE_OK); });
  EXPECT_TRUE(connection->execute("INSERT INTO t VALUES(2)"));
  other.join();
  EXPECT_EQ(connection->query_integer("SELECT count(*) FROM t").value(), 2);
  connection->set_deadline(nullptr);
}

TEST_F(ConnectionTest, ErrorsHoldNoBoundValue) {
  const auto connection = connect();
  ASSERT_TRUE(connection->execute("CREATE TABLE t(x TEXT PRIMARY KEY)"));
  ASSERT_TRUE(run(*connection, "INSERT INTO t VALUES(?1)", {"hunter2"}));
  const Status taken = run(*connection, "INSERT INTO t VALUES(?1)", {"hunter2"});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), Code::kAlreadyExists);
  EXPECT_EQ(taken.error().describe().find("hunter2"), std::string::npos);
}

TEST_F(ConnectionTest, ClosingCopiesNothingUnlessItCleansUp) {
  auto connection = connect();
  ASSERT_TRUE(connection->execute("CREATE TABLE t(x)"));
  connection.reset();
  EXPECT_GT(test::file_bytes(path() + "-wal"), 0);

  connection = connect();
  ASSERT_EQ(connection->query_integer("SELECT count(*) FROM t").value(), 0);
  connection->clean_up_on_close();
  connection.reset();
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
  EXPECT_EQ(connect()->query_integer("SELECT count(*) FROM t").value(), 0);
}

}  // namespace
}  // namespace waggle::engine
