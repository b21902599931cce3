// database_test.cc: opening, SQL of the user's own, stats, check and backup through the public API.

#include "waggle/database.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>

#include "db/database_fixture.h"
#include "support/files.h"
#include "support/raw_sqlite.h"

namespace waggle::test {
namespace {

using Access = SqlQuery::Access;

TEST_F(DatabaseTest, OptionsAreCheckedBeforeAnythingIsTouched) {
  const std::pair<Options, Code> cases[] = {
      {{.mode = Mode::kRemote}, Code::kUnsupported},
      {{.mode = Mode::kHybrid}, Code::kUnsupported},
      {{.open_mode = OpenMode::kCreateNew, .max_connections = 0}, Code::kInvalidArgument},
      {{.open_mode = OpenMode::kCreateNew, .checkpoint_bytes = 1}, Code::kInvalidArgument},
  };
  for (const auto& [options, code] : cases) {
    const auto refused = open(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), code) << refused.error().describe();
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(DatabaseTest, OpenModes) {
  const auto missing = open();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_NE(missing.error().message().find(path()), std::string::npos);
  EXPECT_NE(missing.error().hint().find("waggle init"), std::string::npos);

  auto made = open({.open_mode = OpenMode::kCreateNew});
  ASSERT_TRUE(made) << made.error().describe();
  const DatabaseInfo info = (*made)->info();
  EXPECT_EQ(info.path, std::filesystem::canonical(path()).string());
  EXPECT_EQ(info.id.size(), 36U);
  EXPECT_GE(info.schema_version, 1);
  made->reset();

  EXPECT_EQ(open({.open_mode = OpenMode::kCreateNew}).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(open().value()->info().id, info.id);
  EXPECT_EQ(open({.open_mode = OpenMode::kCreateIfMissing}).value()->info().id, info.id);
}

TEST_F(DatabaseTest, ANewerSchemaIsRefusedByNameAndStaysAsItIs) {
  make().reset();
  ASSERT_EQ(RawSqlite(path()).run("UPDATE waggle_meta SET value = '999' WHERE name = 'schema_version'"), SQLITE_OK);
  const std::string before = read_file(path());
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kUnsupported);
  EXPECT_NE(refused.error().message().find(path()), std::string::npos) << refused.error().describe();
  EXPECT_NE(refused.error().message().find("999"), std::string::npos);
  EXPECT_FALSE(refused.error().hint().empty());
  EXPECT_EQ(read_file(path()), before);
}

TEST_F(DatabaseTest, ADatabaseThatLostItsIdentityIsRefusedByName) {
  make().reset();
  ASSERT_EQ(RawSqlite(path()).run("DELETE FROM waggle_meta"), SQLITE_OK);
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kCorruption);
  EXPECT_NE(refused.error().message().find(path()), std::string::npos) << refused.error().describe();
}

TEST_F(DatabaseTest, TwoHandlesOnOneFileShareTheCache) {
  const auto first = make();
  std::filesystem::create_symlink(path(), path("link.db"));
  const auto second = open({.path = path("link.db")}).value();
  const Session here = first->as("ann");
  const Session there = second->as("ben");
  ASSERT_TRUE(put(here, "k", "1"));
  ASSERT_TRUE(there.memory().get({"ann", "k"}));
  const std::int64_t hits = first->stats().value().cache_hits;
  ASSERT_TRUE(here.memory().get({"ann", "k"}));
  EXPECT_GT(second->stats().value().cache_hits, hits);
  ASSERT_TRUE(put(there, "k", "2"));
  EXPECT_EQ(here.memory().get({"ann", "k"})->value.text, "2");
}

TEST_F(DatabaseTest, SqlReadsWagglesTablesAndWritesItsOwn) {
  const auto database = make();
  ASSERT_TRUE(put(database->as("ann"), "k"));
  const auto rows = database->sql({.text = "SELECT key FROM memory WHERE agent_id = :agent", .parameters = {{"agent", std::string("ann")}}});
  ASSERT_TRUE(rows) << rows.error().describe();
  EXPECT_EQ(rows->columns, std::vector<std::string>{"key"});
  EXPECT_EQ(rows->rows, (std::vector<std::vector<Value>>{{std::string("k")}}));

  for (const char* table : {"waggle_meta", "swarms", "agents", "tasks", "task_dependencies", "memory", "memory_quotas", "messages",
                            "message_receipts", "topic_subscriptions", "proposals", "proposal_electors", "consensus", "changes"}) {
    const auto refused = database->sql({.text = std::string("DELETE FROM ") + table, .access = Access::kWrite});
    ASSERT_FALSE(refused) << table;
    EXPECT_EQ(refused.error().code(), Code::kPermission) << table;
    EXPECT_TRUE(database->sql({.text = std::string("SELECT * FROM ") + table})) << table;
  }
  EXPECT_EQ(database->sql({.text = "CREATE TABLE own(x)"}).error().code(), Code::kReadOnly);
  EXPECT_TRUE(database->sql({.text = "CREATE TABLE own(x)", .access = Access::kWrite}));
  EXPECT_EQ(database->sql({.text = "INSERT INTO own VALUES(1), (2)", .access = Access::kWrite})->rows_affected, 2);
  EXPECT_EQ(database->sql({.text = "SELECT x FROM own", .rows_max = 1}).error().code(), Code::kExhausted);
  const auto wrong = database->sql({.text = "SELEC 1"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code(), Code::kInvalidArgument);
  EXPECT_NE(wrong.error().sqlite_code(), 0);
  EXPECT_TRUE(database->check()->problems.empty());
}

// What a user's row refers to, or a user's trigger follows, would bind or bypass the stores.
TEST_F(DatabaseTest, SqlTiesNothingToWagglesTables) {
  const auto database = make();
  const auto write = [&](const char* text) { return database->sql({.text = text, .access = SqlQuery::Access::kWrite}); };
  ASSERT_TRUE(put(database->as("ann"), "k"));
  for (const char* text : {"CREATE TABLE kid(m TEXT REFERENCES memory(id) ON DELETE CASCADE)", "CREATE TABLE kid(m REFERENCES Memory)",
                           "CREATE TABLE kid(m, FOREIGN KEY(m) REFERENCES agents(id))"}) {
    const auto refused = write(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code(), Code::kPermission) << text;
  }
  ASSERT_TRUE(write("CREATE TABLE own(id INTEGER PRIMARY KEY, x)"));
  ASSERT_TRUE(write("CREATE TABLE kid(own REFERENCES own(id))"));
  EXPECT_EQ(write("ALTER TABLE kid ADD COLUMN m REFERENCES memory(id)").error().code(), Code::kPermission);
  EXPECT_EQ(write("CREATE TRIGGER t AFTER INSERT ON own BEGIN DELETE FROM kid; END").error().code(), Code::kPermission);
  EXPECT_EQ(database->sql({.text = "SELECT count(*) FROM pragma_table_info('kid')"})->rows[0][0], Value(std::int64_t{1}));
  EXPECT_TRUE(database->as("ann").memory().remove({"ann", "k"}));
}

TEST_F(DatabaseTest, SqlEndsAtItsTimeoutAndItsStop) {
  const auto database = make();
  const SqlQuery endless{.text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"};
  const auto late = database->sql(endless, {.timeout = std::chrono::milliseconds(20), .stop = {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const auto stopped = database->sql(endless, {.timeout = {}, .stop = stop.get_token()});
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
}

TEST_F(DatabaseTest, StatsCountWhatIsThere) {
  const auto database = make();
  const Session session = database->as("ann");
  const DatabaseStats before = database->stats().value();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(put(session, std::to_string(i)));
  ASSERT_TRUE(session.swarms().create({.name = "hive"}));
  const DatabaseStats after = database->stats().value();
  EXPECT_EQ(after.rows.at("memory"), 5);
  EXPECT_EQ(after.rows.at("swarms"), 1);
  EXPECT_EQ(after.rows.at("tasks"), 0);
  EXPECT_EQ(after.rows.at("changes"), 6);
  EXPECT_EQ(after.changes.oldest, 1);
  EXPECT_EQ(after.changes.newest, 6);
  EXPECT_EQ(after.commits - before.commits, 6);
  EXPECT_EQ(after.committed_writes - before.committed_writes, 6);
  EXPECT_GT(after.page_count, 10);
  EXPECT_GT(after.wal_bytes, 0);
  EXPECT_FALSE(after.oldest_reader_age);
}

TEST_F(DatabaseTest, BackupHasTheSameIdentityAndTheSameEntries) {
  const auto database = make();
  ASSERT_TRUE(put(database->as("ann"), "k"));
  std::int64_t told = 0;
  const auto bytes = database->backup({.path = path("copy.db"), .progress = [&](std::int64_t done, std::int64_t total) {
                                         told = done;
                                         EXPECT_LE(done, total);
                                       }});
  ASSERT_TRUE(bytes) << bytes.error().describe();
  EXPECT_EQ(*bytes, file_bytes(path("copy.db")));
  EXPECT_GT(told, 0);
  const auto copy = open({.path = path("copy.db")}).value();
  EXPECT_EQ(copy->info().id, database->info().id);
  EXPECT_EQ(entries(copy->as("")), 1);
  EXPECT_EQ(database->backup({.path = path("copy.db")}).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(database->backup({.path = path(), .if_exists = Backup::IfExists::kReplace}).error().code(), Code::kInvalidArgument);
}

TEST_F(DatabaseTest, CheckAndBackupEndWhenTheirCallerWants) {
  const auto database = make();
  ASSERT_TRUE(database->sql({.text = "CREATE TABLE mine(t TEXT NOT NULL)", .access = Access::kWrite}));
  ASSERT_TRUE(
      database->sql({.text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO mine SELECT i FROM n",
                     .access = Access::kWrite}));
  std::stop_source stop;
  stop.request_stop();
  for (const auto& [options, code] : {std::pair<SessionOptions, Code>{{.timeout = Duration::zero()}, Code::kDeadline},
                                      std::pair<SessionOptions, Code>{{.stop = stop.get_token()}, Code::kCancelled}}) {
    const auto report = database->check(options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), code);
    const auto bytes = database->backup({.path = path("copy.db")}, options);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code(), code);
  }
  EXPECT_FALSE(std::filesystem::exists(path("copy.db")));
  EXPECT_TRUE(database->check()->problems.empty());
}

TEST_F(DatabaseTest, WhatWasWrittenIsThereAfterClosing) {
  ASSERT_TRUE(put(make()->as("ann"), "k", R"({"deep":[1,2.50]})"));
  EXPECT_EQ(open().value()->as("").memory().get({"ann", "k"})->value.text, R"({"deep":[1,2.50]})");
}

}  // namespace
}  // namespace waggle::test
