// raw_sqlite.cc: see raw_sqlite.h.

#include "raw_sqlite.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <random>
#include <stdexcept>

namespace waggle::bench {
namespace {

constexpr int kBusyMilliseconds = 5000;

[[noreturn]] void fail(sqlite3* db, const char* doing) { throw std::runtime_error(std::string(doing) + ": " + sqlite3_errmsg(db)); }

std::string text(sqlite3_stmt* statement, int column) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

bool is_null(sqlite3_stmt* statement, int column) { return sqlite3_column_type(statement, column) == SQLITE_NULL; }

Timestamp timestamp(sqlite3_stmt* statement, int column) { return Timestamp(std::chrono::microseconds(sqlite3_column_int64(statement, column))); }

}  // namespace

std::int64_t unix_microseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

RawDatabase::RawDatabase(const std::string& path, Sync sync) {
  if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) fail(db_, "open");
  sqlite3_busy_timeout(db_, kBusyMilliseconds);
  run("PRAGMA journal_mode=WAL");
  run(sync == Sync::kFull ? "PRAGMA synchronous=FULL" : sync == Sync::kNormal ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=OFF");
  run("PRAGMA foreign_keys=ON");
  run("PRAGMA cache_size=-16384");
}

RawDatabase::~RawDatabase() { sqlite3_close(db_); }

void RawDatabase::run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(db_, sql);
}

std::int64_t RawDatabase::integer(const char* sql) {
  RawStatement statement(*this, sql);
  if (sqlite3_step(statement.get()) != SQLITE_ROW) fail(db_, sql);
  const std::int64_t number = sqlite3_column_int64(statement.get(), 0);
  sqlite3_reset(statement.get());
  return number;
}

void RawDatabase::load_extension(const std::string& path, const char* entry) {
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, nullptr);
  if (sqlite3_load_extension(db_, path.c_str(), entry, nullptr) != SQLITE_OK) fail(db_, path.c_str());
}

RawStatement::RawStatement(RawDatabase& database, const char* sql) {
  if (sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK) fail(database.handle(), sql);
}

RawStatement::~RawStatement() { sqlite3_finalize(statement_); }

bool RawStatement::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_);
  if (code != SQLITE_DONE) fail(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
  return false;
}

int RawStatement::run() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement_);
  sqlite3_reset(statement_);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

void RawStatement::run_or_throw() {
  if (run() != SQLITE_OK) fail(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
}

RawGet::RawGet(RawDatabase& database)
    : select_(database, "SELECT id, value, metadata, created_at, ttl, access_count, updated_at, expires_at, version, writer"
                        " FROM memory WHERE agent_id = ?1 AND key = ?2") {}

bool RawGet::operator()(const MemoryKey& key, MemoryEntry& out) {
  sqlite3_stmt* const row = select_.get();
  select_.bind(1, key.agent_id);
  select_.bind(2, key.key);
  const int code = sqlite3_step(row);
  if (code == SQLITE_ROW) {
    out.agent_id = key.agent_id;
    out.key = key.key;
    out.id = text(row, 0);
    out.value.text = text(row, 1);
    out.metadata = is_null(row, 2) ? std::nullopt : std::optional(Json(text(row, 2)));
    out.created_at = timestamp(row, 3);
    out.ttl = is_null(row, 4) ? std::nullopt : std::optional(Duration(sqlite3_column_int64(row, 4)));
    out.access_count = sqlite3_column_int64(row, 5);
    out.updated_at = timestamp(row, 6);
    out.expires_at = is_null(row, 7) ? std::nullopt : std::optional(timestamp(row, 7));
    out.version = sqlite3_column_int64(row, 8);
    out.writer = is_null(row, 9) ? std::nullopt : std::optional(text(row, 9));
  } else if (code != SQLITE_DONE) {
    fail(sqlite3_db_handle(row), "get");
  }
  sqlite3_reset(row);
  return code == SQLITE_ROW;
}

RawPut::RawPut(RawDatabase& database)
    : begin_(database, "BEGIN IMMEDIATE"),
      commit_(database, "COMMIT"),
      rollback_(database, "ROLLBACK"),
      insert_(database,
              "INSERT INTO memory(id, agent_id, key, value, metadata, embedding, created_at, ttl, access_count, updated_at, expires_at, version,"
              " writer) VALUES(?1, ?2, ?3, ?4, NULL, NULL, ?5, NULL, 0, ?5, NULL, 1, ?2) ON CONFLICT(agent_id, key) DO UPDATE SET"
              " value = excluded.value, updated_at = excluded.updated_at, version = version + 1"),
      log_(database, "INSERT INTO changes(entity, entity_id, op, actor, at) VALUES('memory', ?1, 'put', ?2, ?3)") {
  std::random_device random;
  char prefix[32];
  std::snprintf(prefix, sizeof(prefix), "%08x-%04x-7%03x-8%03x-", static_cast<unsigned>(unix_microseconds() >> 16), random() & 0xffffU,
                random() & 0xfffU, random() & 0xfffU);
  id_prefix_ = prefix;
}

// In the form and order of a UUIDv7, at no cost worth naming.
std::string RawPut::next_id() {
  char count[16];
  std::snprintf(count, sizeof(count), "%012x", count_++);
  return id_prefix_ + count;
}

int RawPut::operator()(const MemoryKey& key, std::string_view value) {
  const std::string id = next_id();
  const std::int64_t now = unix_microseconds();
  insert_.bind(1, id);
  insert_.bind(2, key.agent_id);
  insert_.bind(3, key.key);
  insert_.bind(4, value);
  insert_.bind(5, now);
  if (const int code = insert_.run(); code != SQLITE_OK) return code;
  log_.bind(1, id);
  log_.bind(2, key.agent_id);
  log_.bind(3, now);
  return log_.run();
}

int RawPut::in_transaction(const MemoryKey& key, std::string_view value) {
  if (const int code = begin_.run(); code != SQLITE_OK) return code;
  int code = (*this)(key, value);
  if (code == SQLITE_OK) code = commit_.run();
  if (code != SQLITE_OK) rollback_.run();
  return code;
}

}  // namespace waggle::bench
