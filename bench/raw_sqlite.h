// raw_sqlite.h: the baseline, SQLite's C interface used well by hand: statements prepared once, values bound without copies, all columns decoded.
// Compiled twice: against the libSQL that Waggle has inside, and against the SQLite of the system (system_sqlite.cc).
//
// Errors end the benchmark: they throw std::runtime_error.

#ifndef WAGGLE_BENCH_RAW_SQLITE_H
#define WAGGLE_BENCH_RAW_SQLITE_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sqlite3.h"
#include "waggle/memory.h"

namespace waggle::bench {

enum class Sync : std::uint8_t { kFull, kNormal, kOff };

class RawDatabase {
 public:
  // Opens an existing file with what a careful program sets: WAL, the sync mode, a busy timeout of 5 s, a page cache of 16 MiB like Waggle's.
  explicit RawDatabase(const std::string& path, Sync sync = Sync::kFull);
  ~RawDatabase();
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  void run(const char* sql);
  std::int64_t integer(const char* sql);
  // `entry` is the function in the file that begins.
  void load_extension(const std::string& path, const char* entry);
  sqlite3* handle() { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

class RawStatement {
 public:
  RawStatement(RawDatabase& database, const char* sql);
  ~RawStatement();
  RawStatement(const RawStatement&) = delete;
  RawStatement& operator=(const RawStatement&) = delete;

  sqlite3_stmt* get() const { return statement_; }
  void bind(int position, std::string_view text) {
    sqlite3_bind_text(statement_, position, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void bind(int position, std::int64_t number) { sqlite3_bind_int64(statement_, position, number); }
  void bind(int position, std::span<const std::byte> blob) {
    sqlite3_bind_blob(statement_, position, blob.data(), static_cast<int>(blob.size()), SQLITE_STATIC);
  }
  // Steps to the next row; false, and reset, behind the last one.
  bool next();
  // Steps to the end and resets; answers SQLite's code.
  int run();
  // The same; throws unless it is SQLITE_DONE.
  void run_or_throw();

 private:
  sqlite3_stmt* statement_ = nullptr;
};

// Reads one memory entry with all of its columns.
class RawGet {
 public:
  explicit RawGet(RawDatabase& database);
  // False when there is none.
  bool operator()(const MemoryKey& key, MemoryEntry& out);

 private:
  RawStatement select_;
};

// Stores one new memory entry with its row in the change log.
class RawPut {
 public:
  explicit RawPut(RawDatabase& database);
  // As a transaction of its own. SQLITE_OK, or the code of the first statement that failed.
  int in_transaction(const MemoryKey& key, std::string_view value);
  // Inside the caller's.
  int operator()(const MemoryKey& key, std::string_view value);

 private:
  std::string next_id();

  RawStatement begin_;
  RawStatement commit_;
  RawStatement rollback_;
  RawStatement insert_;
  RawStatement log_;
  std::string id_prefix_;
  std::uint32_t count_ = 0;
};

// Microseconds since 1970.
std::int64_t unix_microseconds();

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_RAW_SQLITE_H
