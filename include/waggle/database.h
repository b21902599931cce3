// database.h: the way in. Open a Database, take a Session from it for the agent that acts, use the session's stores.
//
//     auto db = waggle::Database::open({.path = "hive.db", .open_mode = waggle::OpenMode::kCreateIfMissing});
//     if (!db) return report(db.error());
//     waggle::Session bee = (*db)->as("bee-1");
//     auto stored = bee.memory().put({.agent_id = "bee-1", .key = "nectar", .value = waggle::Json(R"({"where":"east"})")});

#ifndef WAGGLE_DATABASE_H
#define WAGGLE_DATABASE_H

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "waggle/agents.h"
#include "waggle/changes.h"
#include "waggle/consensus.h"
#include "waggle/error.h"
#include "waggle/memory.h"
#include "waggle/messages.h"
#include "waggle/options.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"
#include "waggle/value.h"
#include "waggle/vectors.h"

namespace waggle {

class Database;

// How a session acts.
struct SessionOptions {
  std::optional<Duration> timeout = {};  // of each call; absent: Options::timeout
  std::stop_token stop = {};             // ends waiting calls with `cancelled` when a stop is requested
};

// The stores of a database as one agent sees them: whatever is written through a session is recorded as that agent's doing. Cheap to make and to
// move; valid as long as its Database. Usable from several threads at once, except inside transaction() and snapshot().
class Session {
 public:
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  SwarmStore swarms() const { return SwarmStore(*scope_); }
  AgentStore agents() const { return AgentStore(*scope_); }
  TaskStore tasks() const { return TaskStore(*scope_); }
  MemoryStore memory() const { return MemoryStore(*scope_); }
  MessageStore messages() const { return MessageStore(*scope_); }
  ConsensusStore consensus() const { return ConsensusStore(*scope_); }
  VectorStore vectors() const { return VectorStore(*scope_); }
  ChangeLog changes() const { return ChangeLog(*scope_); }

  // Runs `work` as one durable write transaction: all of what it does through the session that it is given, or nothing when it returns an error.
  // Transactions of many threads commit as a group, so `work` may run on another thread that is committing, and may run again from the start:
  // it must have no effect but through its session, must not wait for other threads, and must not call back into the Database.
  Status transaction(const std::function<Status(Session&)>& work) const;
  // Runs `work` on one unchanging moment of the database. Writing in it answers read_only. While it runs the WAL cannot shrink: be brief.
  Status snapshot(const std::function<Status(Session&)>& work) const;

 private:
  friend class Database;
  explicit Session(std::unique_ptr<const stores::Scope> scope);

  std::unique_ptr<const stores::Scope> scope_;
};

// One SQL statement of the user's own, run under a policy: no ATTACH, no VACUUM INTO, no dangerous PRAGMA, no loading of extensions; Waggle's own
// tables can be read but not written.
//
// A statement that reads has each collection of vectors as the table vec.NAME of sqlite-vec, in step with its rows, and that extension's functions:
//     SELECT id, distance FROM vec.docs WHERE embedding MATCH vec_f32('[0.1,0.7]') AND k = 10
// It needs a second file on the disk, or memory within Options::index_bytes, and the first time as long as it takes to copy the vectors. not_found
// for a table that is no collection, unsupported for one that cannot be (metric dot, more than 8,192 dimensions), read_only for writing into one.
struct SqlQuery {
  enum class Access : std::uint8_t { kRead, kWrite };

  std::string text;                              // exactly one statement
  std::map<std::string, Value> parameters = {};  // by name, without the prefix (: @ $)
  Access access = Access::kRead;                 // kRead answers read_only to a statement that would write
  std::int64_t rows_max = 1'000'000;             // exhausted above
};

struct DatabaseInfo {
  std::string path;  // absolute
  std::string id;    // UUIDv7, made when the database was created; a backup has the same
  std::int64_t schema_version = 0;
};

struct DatabaseStats {
  std::int64_t file_bytes = 0;
  std::int64_t wal_bytes = 0;
  std::int64_t page_count = 0;
  std::int64_t free_page_count = 0;
  std::map<std::string, std::int64_t> rows;  // by table
  ChangeRange changes;
  // Of this process:
  std::int64_t cache_entries = 0;
  std::int64_t cache_bytes = 0;
  std::int64_t cache_hits = 0;
  std::int64_t cache_misses = 0;
  std::int64_t commits = 0;           // group commits
  std::int64_t committed_writes = 0;  // write transactions acknowledged in them
  std::int64_t checkpoints = 0;
  std::optional<Duration> oldest_reader_age;  // of the longest running snapshot, nullopt when there is none
};

struct CheckReport {
  std::vector<std::string> problems;  // empty when all is well; each names what is damaged and how to mend it
};

struct Backup {
  enum class IfExists : std::uint8_t { kRefuse, kReplace };

  std::string path;
  IfExists if_exists = IfExists::kRefuse;  // kRefuse: already_exists. The database's own file is refused always.
  // Called now and then with pages copied so far and pages in all; may be empty.
  std::function<void(std::int64_t done, std::int64_t total)> progress = {};
};

// An open database file. Thread-safe. Two Databases of one process on the same file, by whatever name, share one engine. A child made by fork()
// must not use a Database of its parent: every call there answers `unsupported`.
class Database {
 public:
  // invalid_argument or unsupported by Options::validate; not_found, already_exists by Options::open_mode; corruption for a file that is no
  // database or is damaged; unsupported for one of a newer Waggle; read_only, permission, exhausted, busy or io for what the place refuses.
  // A failed open changes nothing in a file that is there. One that was to be made may be left without tables: the next open adds them.
  static Result<std::unique_ptr<Database>> open(const Options& options);

  // Writes buffered access counts and closes the file. No call may be under way, and the sessions must be gone.
  ~Database();

  // A session of the acting agent; an empty name means that nobody is named. Every write of a session whose name is not UTF-8 of at most 65,536 bytes
  // answers invalid_argument.
  Session as(std::string agent, const SessionOptions& options = {}) const;

  // A statement that SQL refuses is invalid_argument with Error::sqlite_code() set; one that the policy refuses is permission or read_only.
  Result<ResultSet> sql(const SqlQuery& query, const SessionOptions& options = {}) const;

  const DatabaseInfo& info() const;
  // These three have an hour, or Options::timeout when that is longer, unless `options` sets another timeout; the counts of stats run to their end.
  Result<DatabaseStats> stats(const SessionOptions& options = {}) const;
  // Looks for damage: SQLite's quick_check, foreign keys, the file's size, and Waggle's own invariants. Reads the whole file.
  Result<CheckReport> check(const SessionOptions& options = {}) const;
  // Copies the database as of one moment into one new file, while others read and write. Answers its size in bytes. The file appears under its
  // name only when it is whole.
  Result<std::int64_t> backup(const Backup& backup, const SessionOptions& options = {}) const;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace waggle

#endif  // WAGGLE_DATABASE_H
