// sqlite_error_test.cc: result codes become errors that name the file and the mend.

#include "engine/sqlite_error.h"

#include <gtest/gtest.h>

#include <string>

namespace waggle::engine {
namespace {

TEST(SqliteError, CodesAreChosenByWhatTheCallerShouldDo) {
  const std::pair<int, Code> expected[] = {
      {SQLITE_BUSY, Code::kBusy},
      {SQLITE_BUSY_SNAPSHOT, Code::kBusy},
      {SQLITE_PROTOCOL, Code::kBusy},
      {SQLITE_FULL, Code::kExhausted},
      {SQLITE_NOMEM, Code::kExhausted},
      {SQLITE_TOOBIG, Code::kExhausted},
      {SQLITE_CORRUPT, Code::kCorruption},
      {SQLITE_CORRUPT_INDEX, Code::kCorruption},
      {SQLITE_NOTADB, Code::kCorruption},
      {SQLITE_READONLY, Code::kReadOnly},
      {SQLITE_READONLY_DIRECTORY, Code::kReadOnly},
      {SQLITE_CANTOPEN, Code::kIo},
      {SQLITE_PERM, Code::kPermission},
      {SQLITE_AUTH, Code::kPermission},
      {SQLITE_INTERRUPT, Code::kDeadline},
      {SQLITE_CONSTRAINT_UNIQUE, Code::kAlreadyExists},
      {SQLITE_CONSTRAINT_PRIMARYKEY, Code::kAlreadyExists},
      {SQLITE_CONSTRAINT_CHECK, Code::kInvalidArgument},
      {SQLITE_CONSTRAINT_FOREIGNKEY, Code::kInvalidArgument},
      {SQLITE_ERROR, Code::kInvalidArgument},
      {SQLITE_IOERR_FSYNC, Code::kIo},
      {SQLITE_IOERR_SHORT_READ, Code::kCorruption},
      {SQLITE_IOERR_WRITE, Code::kIo},
      {SQLITE_MISUSE, Code::kInternal},
  };
  for (const auto& [sqlite, code] : expected) {
    const Error error = make_error(sqlite, "/x/hive.db", "open the database");
    EXPECT_EQ(error.code(), code) << sqlite;
    EXPECT_EQ(error.sqlite_code(), sqlite);
    EXPECT_EQ(error.message().find("/x/hive.db: cannot open the database: "), 0U) << error.message();
  }
}

TEST(SqliteError, WhatTheUserCanMendHasAHint) {
  for (const int code : {SQLITE_BUSY, SQLITE_FULL, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_IOERR_FSYNC,
                         SQLITE_IOERR_SHMMAP, SQLITE_IOERR_READ}) {
    EXPECT_FALSE(make_error(code, "f", "do").hint().empty()) << code;
  }
}

TEST(SqliteError, SaysWhatIsWrongWithAStatementButNoStoredValue) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  sqlite3_extended_result_codes(db, 1);
  EXPECT_NE(sqlite3_exec(db, "SELECT x FROM nowhere", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_NE(last_error(db, "f", "run a statement").message().find("no such table: nowhere"), std::string::npos);

  ASSERT_EQ(sqlite3_exec(db, "CREATE TABLE t(x CHECK(x <> 'secret'))", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, "INSERT INTO t VALUES('secret')", nullptr, nullptr, nullptr), SQLITE_CONSTRAINT_CHECK);
  const Error refused = last_error(db, "f", "run a statement");
  EXPECT_EQ(refused.code(), Code::kInvalidArgument);
  EXPECT_EQ(refused.describe().find("secret"), std::string::npos);
  sqlite3_close(db);
}

}  // namespace
}  // namespace waggle::engine
