// connection.h: one libSQL connection with its prepared statements. A world of its own: one thread at a time.

#ifndef WAGGLE_ENGINE_CONNECTION_H
#define WAGGLE_ENGINE_CONNECTION_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "engine/policy.h"
#include "sql/executor.h"
#include "sqlite3.h"
#include "waggle/options.h"

namespace waggle::engine {

enum class Access : std::uint8_t { kReadWrite, kCreate, kReadOnly };

struct ConnectionOptions {
  Access access = Access::kReadWrite;
  Durability durability = Durability::kFull;
  std::size_t page_cache_bytes = std::size_t{16} << 20;
};

// Never checkpoints by itself, not even when it is closed: see checkpoint.h. Foreign keys are enforced.
class Connection {
 public:
  // Until `deadline` it waits for locks; afterwards set_deadline holds.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, const ConnectionOptions& options, const base::Deadline& deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a statement of Waggle's own; its prepared form is kept. Arguments are bound by position, ?1 and on.
  Status query(sql::Text text, sql::Args args, sql::RowSink sink);
  Status query(sql::Text text, sql::ArgList args, sql::RowSink sink) { return query(text, sql::Args(args.begin(), args.size()), sink); }
  Result<sql::Writer::Outcome> execute(sql::Text text, sql::Args args);
  Status execute(sql::Text text);
  // The first column of the first row, 0 when there is none.
  Result<std::int64_t> query_integer(sql::Text text);
  // Prepares a statement without running it: what then fails is the statement itself.
  Status prepare_ahead(sql::Text text);

  // Runs one statement of a user's under the policy (policy.h) and answers all of its rows.
  Result<ResultSet> run_untrusted(const sql::UntrustedStatement& statement, const PolicyOptions& options);

  // Which tables of the attached file `schema` the statement reads, as it would run under the policy. Also those of the file that it does not say to
  // be of it, and the database has not.
  Result<std::vector<std::string>> tables_read(const sql::UntrustedStatement& untrusted, PolicyOptions options, const char* schema);

  // Makes the functions and the virtual table of sqlite-vec known here, once. Untrusted statements that read have them always.
  Status load_vec0();

  // The deadline of what runs until the next call: statements are interrupted when it passes, locks of other processes are waited for until then.
  // Borrowed; nullptr means none: locks are then not waited for.
  void set_deadline(const base::Deadline* deadline) { deadline_ = deadline; }
  // Locks are waited for no longer than this, where it is given; then the answer is busy. Borrowed.
  void set_lock_patience(const base::Deadline* patience) { lock_patience_ = patience; }

  // Are commits synced to the disk, as the durability says, or left to a later one that is? They are at first. Not inside a transaction.
  Status sync_commits(bool are_synced);

  // Sets the header's application id.
  Status set_application_id(std::uint32_t id);

  // Undoes the transaction that is open, if one is. Works also when memory has run out: it is prepared with the connection.
  Status roll_back();
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  bool is_read_only() const { return sqlite3_db_readonly(db_, "main") == 1; }
  const std::string& path() const { return path_; }
  sqlite3* handle() { return db_; }

  // Lets SQLite checkpoint and delete the WAL when this, the last connection, is closed. Only under the write lock.
  void clean_up_on_close();

 private:
  Connection(std::string path, sqlite3* db) : path_(std::move(path)), db_(db), policy_(*db) {}

  Status configure(const ConnectionOptions& options);
  Status run_pragma(const std::string& pragma);
  Result<sqlite3_stmt*> prepare(sql::Text text);
  // The error of a step that failed; an interruption becomes `deadline` or `cancelled`.
  Error step_error(std::string_view doing);
  static int on_progress(void* self);
  static int on_busy(void* self, int attempts);

  std::string path_;
  sqlite3* db_;
  Policy policy_;
  const base::Deadline* deadline_ = nullptr;
  const base::Deadline* lock_patience_ = nullptr;
  Durability durability_ = Durability::kFull;
  bool has_vec0_ = false;
  bool commits_are_synced_ = true;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;  // by the literal's address; bounded by the literals in the program
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_CONNECTION_H
