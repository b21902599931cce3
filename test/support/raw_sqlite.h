// raw_sqlite.h: a plain connection of libSQL's C interface, for what a program that is not Waggle does to a database file.

#ifndef WAGGLE_TEST_SUPPORT_RAW_SQLITE_H
#define WAGGLE_TEST_SUPPORT_RAW_SQLITE_H

#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sqlite3.h"

namespace waggle::test {

class RawSqlite {
 public:
  // Makes the file when there is none. Checks no foreign keys.
  explicit RawSqlite(const std::string& path) {
    WAGGLE_ASSERT(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
    sqlite3_busy_timeout(db_, 10'000);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  }
  ~RawSqlite() { sqlite3_close(db_); }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;

  // Answers the result code.
  int run(const std::string& sql) { return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); }
  // The first column of the first row; -1 when there is none.
  std::int64_t integer(const std::string& sql) {
    std::int64_t number = -1;
    sqlite3_stmt* statement = nullptr;
    WAGGLE_ASSERT(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW) number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
  }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_RAW_SQLITE_H
