// connection.cc: see connection.h.

#include "engine/connection.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "engine/bound_row.h"
#include "engine/sqlite_error.h"
#include "sqlite-vec.h"

namespace waggle::engine {
namespace {

// How many steps of SQLite's virtual machine pass between two looks at the clock: some ten microseconds.
constexpr int kProgressSteps = 1000;

// Ends a statement's run on every path, so that it holds neither locks nor the bound values' memory.
class Running {
 public:
  explicit Running(sqlite3_stmt* statement) : statement_(statement) {}
  ~Running() { sqlite3_reset(statement_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  sqlite3_stmt* statement_;
};

int bind(sqlite3_stmt* statement, int position, const sql::Arg& arg) {
  switch (arg.kind()) {
    case sql::Arg::Kind::kNull:
      return sqlite3_bind_null(statement, position);
    case sql::Arg::Kind::kInteger:
      return sqlite3_bind_int64(statement, position, arg.integer());
    case sql::Arg::Kind::kReal:
      return sqlite3_bind_double(statement, position, arg.real());
    case sql::Arg::Kind::kText: {
      const std::string_view text = arg.text();
      return sqlite3_bind_text64(statement, position, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    case sql::Arg::Kind::kBlob: {
      const std::span<const std::byte> blob = arg.blob();
      if (blob.empty()) return sqlite3_bind_zeroblob(statement, position, 0);
      return sqlite3_bind_blob64(statement, position, blob.data(), blob.size(), SQLITE_STATIC);
    }
  }
  return SQLITE_MISUSE;
}

int bind_all(sqlite3_stmt* statement, sql::Args args) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (const int code = bind(statement, static_cast<int>(i) + 1, args[i]); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

constexpr sql::Text kRollBack = "ROLLBACK";

const char* synchronous_pragma(Durability durability) {
  switch (durability) {
    case Durability::kNormal:
      return "PRAGMA synchronous=NORMAL";
    case Durability::kOff:
      return "PRAGMA synchronous=OFF";
    case Durability::kFull:
      break;
  }
  return "PRAGMA synchronous=FULL";
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, const ConnectionOptions& options, const base::Deadline& deadline) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.access == Access::kReadOnly)
    flags |= SQLITE_OPEN_READONLY;
  else
    flags |= SQLITE_OPEN_READWRITE | (options.access == Access::kCreate ? SQLITE_OPEN_CREATE : 0);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  if (db == nullptr) return make_error(SQLITE_NOMEM, path, "open the database");
  std::unique_ptr<Connection> connection(new Connection(path, db));
  if (code != SQLITE_OK) return last_error(db, path, "open the database");
  connection->set_deadline(&deadline);
  WAGGLE_TRY(connection->configure(options));
  connection->set_deadline(nullptr);
  return connection;
}

Status Connection::configure(const ConnectionOptions& options) {
  policy_.install();
  sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_wal_autocheckpoint(db_, 0);
  sqlite3_busy_handler(db_, &Connection::on_busy, this);
  sqlite3_progress_handler(db_, kProgressSteps, &Connection::on_progress, this);
  WAGGLE_TRY(run_pragma("PRAGMA temp_store=MEMORY"));
  WAGGLE_TRY(run_pragma("PRAGMA cache_size=-" + std::to_string(options.page_cache_bytes / 1024)));
  durability_ = options.durability;
  WAGGLE_TRY(run_pragma(synchronous_pragma(durability_)));
  return prepare_ahead(kRollBack);
}

Connection::~Connection() {
  for (const auto& [text, statement] : statements_) sqlite3_finalize(statement);
  const int code = sqlite3_close(db_);
  WAGGLE_ASSERT(code == SQLITE_OK);
}

void Connection::clean_up_on_close() { sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr); }

Status Connection::run_pragma(const std::string& pragma) {
  if (sqlite3_exec(db_, pragma.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return step_error("open the database");
  return {};
}

Status Connection::sync_commits(bool are_synced) {
  if (durability_ != Durability::kFull || are_synced == commits_are_synced_) return {};
  WAGGLE_TRY(run_pragma(synchronous_pragma(are_synced ? Durability::kFull : Durability::kNormal)));
  commits_are_synced_ = are_synced;
  return {};
}

Status Connection::set_application_id(std::uint32_t id) {
  return run_pragma("PRAGMA application_id=" + std::to_string(static_cast<std::int32_t>(id)));
}

Result<sqlite3_stmt*> Connection::prepare(sql::Text text) {
  const auto found = statements_.find(text.data());
  if (found != statements_.end()) [[likely]]
    return found->second;
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return step_error("prepare a statement");
  statements_.emplace(text.data(), statement);
  return statement;
}

Status Connection::prepare_ahead(sql::Text text) {
  WAGGLE_TRY(prepare(text));
  return {};
}

Error Connection::step_error(std::string_view doing) {
  const int code = sqlite3_extended_errcode(db_) & 0xff;
  const bool gave_up = code == SQLITE_INTERRUPT || code == SQLITE_BUSY || code == SQLITE_PROTOCOL;
  if (gave_up && deadline_ != nullptr && deadline_->passed()) {
    return deadline_->error(code == SQLITE_INTERRUPT ? "a statement on " + path_ : path_ + ", which another process has locked",
                            "allow more time, or see who else uses the file");
  }
  return last_error(db_, path_, doing);
}

Status Connection::query(sql::Text text, sql::Args args, sql::RowSink sink) {
  WAGGLE_ASSIGN_OR_RETURN(sqlite3_stmt * statement, prepare(text));
  // A sink that ran the statement whose rows it is given would make that begin anew.
  WAGGLE_ASSERT(sqlite3_stmt_busy(statement) == 0);
  const Running running(statement);
  if (bind_all(statement, args) != SQLITE_OK) return last_error(db_, path_, "bind a value");
  const BoundRow row(statement);
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return step_error("run a statement");
    WAGGLE_TRY(sink(row));
  }
}

Result<sql::Writer::Outcome> Connection::execute(sql::Text text, sql::Args args) {
  WAGGLE_ASSIGN_OR_RETURN(sqlite3_stmt * statement, prepare(text));
  const Running running(statement);
  if (bind_all(statement, args) != SQLITE_OK) return last_error(db_, path_, "bind a value");
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  if (code != SQLITE_DONE) return step_error("run a statement");
  return sql::Writer::Outcome{sqlite3_changes64(db_), sqlite3_last_insert_rowid(db_)};
}

Status Connection::execute(sql::Text text) {
  WAGGLE_TRY(execute(text, {}));
  return {};
}

Status Connection::load_vec0() {
  if (has_vec0_) return {};
  char* message = nullptr;
  const int code = sqlite3_vec_init(db_, &message, nullptr);
  sqlite3_free(message);
  if (code != SQLITE_OK) return make_error(code, path_, "load sqlite-vec");
  has_vec0_ = true;
  return {};
}

Status Connection::roll_back() { return in_transaction() ? execute(kRollBack) : Status(); }

Result<std::int64_t> Connection::query_integer(sql::Text text) {
  std::int64_t number = 0;
  WAGGLE_TRY(query(text, {}, [&](const sql::Row& row) -> Status {
    number = row.integer(0);
    return {};
  }));
  return number;
}

int Connection::on_progress(void* self) {
  const auto* deadline = static_cast<Connection*>(self)->deadline_;
  return deadline != nullptr && deadline->passed() ? 1 : 0;
}

// Waits 0.05 to 5 ms at a time, longer after each try. Waggle's own processes take turns by the write lock and do not come here; programs that know
// only SQLite's locks are waited for in this way, which is how SQLite waits itself.
int Connection::on_busy(void* self, int attempts) {
  const auto* connection = static_cast<Connection*>(self);
  const auto* deadline = connection->lock_patience_ == nullptr ? connection->deadline_ : connection->lock_patience_;
  if (deadline == nullptr || deadline->passed()) return 0;
  const auto pause = std::chrono::microseconds(50LL << std::min(attempts, 7));
  std::this_thread::sleep_for(std::min<Duration>({pause, std::chrono::milliseconds(5), deadline->left()}));
  return 1;
}

}  // namespace waggle::engine
