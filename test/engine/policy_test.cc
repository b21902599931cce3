// policy_test.cc: what the authorizer lets users' SQL do, action by action.

#include "engine/policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/engine_fixture.h"

namespace waggle::engine {
namespace {

using Access = sql::UntrustedStatement::Access;

class PolicyTest : public PartsTest {
 protected:
  PolicyTest() {
    make_database(path(), {}, soon()).value();
    connection_ = Connection::open(path(), {}, soon()).value();
    for (const sql::Text text :
         {sql::Text("CREATE TABLE guarded(id INTEGER PRIMARY KEY AUTOINCREMENT, x)"), sql::Text("INSERT INTO guarded(x) VALUES(1)"),
          sql::Text("CREATE TABLE own(id INTEGER PRIMARY KEY AUTOINCREMENT, x)"), sql::Text("INSERT INTO own(x) VALUES(1)")}) {
      connection_->execute(text).value();
    }
  }

  // "ok", or the name of the code.
  std::string answer(const std::string& text, Access access) {
    sql::UntrustedStatement statement;
    statement.text = text;
    statement.access = access;
    statement.rows_max = 1000;
    const auto result = connection_->run_untrusted(statement, {access, protected_});
    return result ? "ok" : std::string(to_string(result.error().code()));
  }

  const std::vector<std::string> protected_ = {"guarded"};
  std::unique_ptr<Connection> connection_;
};

TEST_F(PolicyTest, Reading) {
  for (const char* text :
       {"SELECT * FROM guarded", "SELECT x FROM own", "SELECT name FROM sqlite_schema", "EXPLAIN QUERY PLAN SELECT * FROM own",
        "PRAGMA table_info(own)", "PRAGMA user_version", "SELECT abs(-1), json_object('a', 1)", "SELECT * FROM sqlite_sequence", "VALUES (1), (2)"}) {
    EXPECT_EQ(answer(text, Access::kRead), "ok") << text;
  }
  for (const char* text : {"INSERT INTO own(x) VALUES(2)", "DELETE FROM own", "UPDATE own SET x = 3", "CREATE TABLE t(x)", "DROP TABLE own",
                           "CREATE INDEX i ON own(x)", "INSERT INTO own(x) VALUES(2) RETURNING id", "ALTER TABLE own ADD COLUMN y"}) {
    EXPECT_EQ(answer(text, Access::kRead), "read_only") << text;
  }
}

TEST_F(PolicyTest, TablesOfTheUsersOwn) {
  for (const char* text : {"CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE)", "INSERT INTO t(x) VALUES(1), (2)",
                           "CREATE INDEX i ON t(x)", "CREATE VIEW v AS SELECT x FROM t", "ALTER TABLE t ADD COLUMN y", "ALTER TABLE t RENAME TO u",
                           "UPDATE u SET y = x", "DELETE FROM u WHERE x = 1", "INSERT INTO u(x) VALUES(3)", "DROP VIEW v", "DROP INDEX i",
                           "DROP TABLE u", "CREATE TABLE c AS SELECT * FROM guarded"}) {
    EXPECT_EQ(answer(text, Access::kWrite), "ok") << text;
  }
}

TEST_F(PolicyTest, ProtectedTables) {
  for (const char* text :
       {"INSERT INTO guarded(x) VALUES(2)", "INSERT INTO GUARDED(x) VALUES(2)", "DELETE FROM guarded", "UPDATE guarded SET x = 3",
        "DROP TABLE guarded", "ALTER TABLE guarded RENAME TO mine", "ALTER TABLE guarded ADD COLUMN y", "CREATE INDEX i ON guarded(x)",
        "REPLACE INTO main.guarded VALUES(1, 9)", "CREATE TRIGGER t AFTER INSERT ON guarded BEGIN SELECT 1; END",
        "WITH w AS (SELECT 1) INSERT INTO guarded(x) SELECT * FROM w", "INSERT INTO guarded(x) VALUES(1) RETURNING id",
        "EXPLAIN DELETE FROM guarded"}) {
    EXPECT_EQ(answer(text, Access::kWrite), "permission") << text;
  }
  // A trigger of the user's would run with Waggle's rights, for example when a cascade reaches its table.
  EXPECT_EQ(answer("CREATE TRIGGER sly AFTER INSERT ON own BEGIN DELETE FROM guarded; END", Access::kWrite), "permission");
  EXPECT_EQ(answer("INSERT INTO own(x) VALUES(5)", Access::kWrite), "ok");
  EXPECT_EQ(connection_->query_integer("SELECT count(*) FROM guarded").value(), 1);
}

TEST_F(PolicyTest, TablesOfSqliteItself) {
  for (const char* text : {"DELETE FROM sqlite_sequence", "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'guarded'",
                           "INSERT INTO sqlite_sequence VALUES('guarded', 99)", "DROP TABLE sqlite_sequence"}) {
    EXPECT_NE(answer(text, Access::kWrite), "ok") << text;
  }
  EXPECT_NE(answer("DELETE FROM sqlite_schema", Access::kWrite), "ok");
  EXPECT_NE(answer("UPDATE sqlite_master SET sql = ''", Access::kWrite), "ok");
  EXPECT_EQ(connection_->query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'guarded'").value(), 1);
}

TEST_F(PolicyTest, WhatReachesBeyondTheDatabase) {
  for (const char* text :
       {"ATTACH 'other.db' AS other", "DETACH main", "PRAGMA user_version = 2", "PRAGMA writable_schema = 1", "PRAGMA journal_mode",
        "PRAGMA journal_mode = DELETE", "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA wal_checkpoint",
        "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA database_list", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "CREATE TEMP TABLE t(x)",
        "CREATE VIRTUAL TABLE f USING fts5(x)", "SELECT load_extension('x')", "CREATE TEMP TRIGGER t AFTER INSERT ON guarded BEGIN SELECT 1; END"}) {
    EXPECT_EQ(answer(text, Access::kWrite), "permission") << text;
    EXPECT_NE(answer(text, Access::kRead), "ok") << text;
  }
}

TEST_F(PolicyTest, LimitsAreLoweredForUsersAndThenLifted) {
  std::string deep = "1";
  for (int i = 0; i < 200; ++i) deep = "(" + deep + " + 1)";
  EXPECT_NE(answer("SELECT " + deep, Access::kRead), "ok");
  EXPECT_EQ(sqlite3_limit(connection_->handle(), SQLITE_LIMIT_EXPR_DEPTH, -1), 1000);
  EXPECT_NE(answer("SELECT zeroblob(200000000)", Access::kRead), "ok");
  EXPECT_NE(answer("SELECT " + std::string(2'000'000, ' ') + "1", Access::kRead), "ok");
}

TEST_F(PolicyTest, WagglesOwnStatementsRunFree) {
  EXPECT_EQ(answer("SELECT * FROM guarded", Access::kRead), "ok");
  EXPECT_TRUE(connection_->execute("DELETE FROM guarded"));
  EXPECT_TRUE(connection_->execute("SAVEPOINT s"));
  EXPECT_TRUE(connection_->execute("RELEASE s"));
}

}  // namespace
}  // namespace waggle::engine
