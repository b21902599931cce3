// engine.h: the embedded engine, one libSQL database file as a sql::Executor. The only folder that knows libSQL's C interface.
//
//   readers: N connections, each with a snapshot kept open between reads      (reader_pool.h)
//   writers: one connection, group commit under a lock between processes      (group_commit.h, write_lock.h)
//   freshness: the change counter of the mapped wal-index                     (wal_index.h)

#ifndef WAGGLE_ENGINE_ENGINE_H
#define WAGGLE_ENGINE_ENGINE_H

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/result.h"
#include "sql/executor.h"
#include "waggle/options.h"

namespace waggle::engine {

class Checkpointer;
class Connection;
class Engine;
class GroupCommit;
class ReaderPool;
class WalIndex;
class WriteLock;

struct EngineOptions {
  std::string path;
  OpenMode open_mode = OpenMode::kExisting;
  Durability durability = Durability::kFull;
  int readers_max = 8;
  std::size_t page_cache_bytes = std::size_t{16} << 20;
  std::size_t checkpoint_bytes = std::size_t{4} << 20;
  // Tables that untrusted statements may read but not change.
  std::vector<std::string> protected_tables;
  // Makes what the layers above keep for each open file, for example caches: called with the first handle, and destroyed before the file is
  // closed, when it may still write. May be empty.
  std::function<std::shared_ptr<void>(Engine&)> make_companion;
  LogSink log;
};

struct EngineStats {
  std::int64_t file_bytes = 0;
  std::int64_t wal_bytes = 0;
  std::int64_t page_count = 0;
  std::int64_t free_page_count = 0;
  std::int64_t commits = 0;
  std::int64_t committed_writes = 0;
  std::int64_t checkpoints = 0;
  std::optional<Duration> oldest_reader_age;
};

// Thread-safe. All handles of a process on one file share one Engine, found by the file's device and inode number. In a child made by fork() every
// call answers `unsupported`, and destroying the engine touches nothing.
class Engine final : public sql::Executor {
 public:
  // See Database::open for the errors. The options of the first handle of a process on a file hold for all; another durability is refused as
  // invalid_argument. A new file is empty but for its header: schema::bring_up_to_date makes the tables.
  static Result<std::shared_ptr<Engine>> open(const EngineOptions& options, const base::Deadline& deadline);
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Status read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) override;
  using sql::Executor::write;
  Status write(const base::Deadline& deadline, sql::Sync sync, base::FunctionRef<Status(sql::Writer&)> work) override;
  Result<ResultSet> run_untrusted(const sql::UntrustedStatement& statement, const base::Deadline& deadline) override;
  sql::Version version() const override;
  Status wait_for_change(sql::Version seen, const base::Deadline& deadline) override;
  void set_observer(sql::CommitObserver* observer) override;

  // The absolute path, without symbolic links.
  const std::string& path() const { return options_.path; }
  bool is_read_only() const { return read_only_; }
  const std::shared_ptr<void>& companion() const { return companion_; }

  Result<EngineStats> stats(const base::Deadline& deadline);
  // Problems that quick_check, foreign_key_check and a look at the file's size find; empty when there is none.
  Result<std::vector<std::string>> check(const base::Deadline& deadline);

  struct BackupOptions {
    enum class IfExists : std::uint8_t { kRefuse, kReplace };
    std::string path;
    IfExists if_exists = IfExists::kRefuse;  // the database itself is refused always
    std::function<void(std::int64_t done, std::int64_t total)> progress;
  };
  // Copies one snapshot into a new file that appears under its name when it is whole. Answers its size in bytes.
  Result<std::int64_t> backup(const BackupOptions& options, const base::Deadline& deadline);

  // Runs `work` on a connection of its own to the file, in the turn of one of the readers; it is closed afterwards.
  Status with_connection(const base::Deadline& deadline, base::FunctionRef<Status(Connection&)> work);
  const std::vector<std::string>& protected_tables() const { return options_.protected_tables; }

  // The way of remarks, for what is built on this engine too.
  base::Log& log() { return log_; }

 private:
  explicit Engine(EngineOptions options);

  static Result<std::shared_ptr<Engine>> open_anew(EngineOptions options, const base::Deadline& deadline);
  Status connect(const base::Deadline& deadline);
  // Readers need neither the lock file nor the writing connection: both are opened with the first write or wait.
  Result<WriteLock*> lock();
  Result<GroupCommit*> writers(const base::Deadline& deadline);
  Status sync_names() WAGGLE_REQUIRES(opening_);
  Status refuse_if_forked() const;
  void relax_durability();
  void close();
  void abandon();

  EngineOptions options_;
  base::Log log_;
  const std::uint32_t fork_generation_;
  bool is_registered_ = false;
  bool read_only_ = false;
  std::shared_ptr<void> companion_;

  std::unique_ptr<WalIndex> index_;
  std::unique_ptr<ReaderPool> readers_;

  base::Mutex opening_;  // taken to make and to end what is below; no caller's work runs under it
  std::unique_ptr<WriteLock> lock_owner_ WAGGLE_GUARDED_BY(opening_);
  std::unique_ptr<Checkpointer> checkpointer_ WAGGLE_GUARDED_BY(opening_);
  std::unique_ptr<Connection> writing_connection_ WAGGLE_GUARDED_BY(opening_);
  std::unique_ptr<GroupCommit> writers_owner_ WAGGLE_GUARDED_BY(opening_);
  std::optional<Status> names_synced_ WAGGLE_GUARDED_BY(opening_);
  // The same once they are made, to be read without the mutex.
  std::atomic<WriteLock*> lock_ = nullptr;
  std::atomic<GroupCommit*> writers_ = nullptr;
  std::atomic<const Checkpointer*> checkpoints_ = nullptr;
  std::atomic<sql::CommitObserver*> observer_ = nullptr;
};

// "libSQL 0.2.3 (SQLite 3.45.1)".
std::string engine_version();

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_ENGINE_H
