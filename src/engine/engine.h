// engine.h: the embedded engine, one libSQL database file as a sql::Executor. The only folder that knows libSQL's C interface.
//
//   readers: N connections, each with a snapshot kept open between reads      (reader_pool.h)
//   writers: one connection, group commit under a lock between processes      (group_commit.h, write_lock.h)
//   freshness: the change counter of the mapped wal-index                     (wal_index.h)

#ifndef WAGGLE_ENGINE_ENGINE_H
#define WAGGLE_ENGINE_ENGINE_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/log.h"
#include "base/result.h"
#include "sql/executor.h"
#include "waggle/options.h"

namespace waggle::engine {

struct EngineOptions {
  std::string path;
  OpenMode open_mode = OpenMode::kExisting;
  Durability durability = Durability::kFull;
  int readers_max = 8;
  std::size_t page_cache_bytes = std::size_t{16} << 20;
  std::size_t checkpoint_bytes = std::size_t{4} << 20;
  // Tables that untrusted statements may read but not change.
  std::vector<std::string> protected_tables;
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

// Thread-safe. All handles of a process on one file share one Engine, found by the file's device and inode number.
class Engine : public sql::Executor {
 public:
  // See Database::open for the errors. The options of the first handle of a process on a file hold for all; another durability is refused as
  // invalid_argument. A new file is empty but for its header: schema::bring_up_to_date makes the tables.
  static Result<std::shared_ptr<Engine>> open(const EngineOptions& options, const base::Deadline& deadline);

  // The absolute path, without symbolic links.
  virtual const std::string& path() const = 0;

  virtual Result<EngineStats> stats(const base::Deadline& deadline) = 0;
  // Problems that quick_check, foreign_key_check and a look at the file's size find; empty when there is none.
  virtual Result<std::vector<std::string>> check(const base::Deadline& deadline) = 0;

  struct BackupOptions {
    std::string path;
    bool replace = false;  // an existing file; never the database itself
    std::function<void(std::int64_t done, std::int64_t total)> progress;
  };
  // Answers the new file's size in bytes.
  virtual Result<std::int64_t> backup(const BackupOptions& options, const base::Deadline& deadline) = 0;
};

// "libSQL 0.2.3 (SQLite 3.45.1)".
std::string engine_version();

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_ENGINE_H
