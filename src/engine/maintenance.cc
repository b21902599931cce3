// maintenance.cc: Engine's look at its own files: stats, check and backup.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/ids.h"
#include "engine/checkpoint.h"
#include "engine/connection.h"
#include "engine/database_file.h"
#include "engine/engine.h"
#include "engine/group_commit.h"
#include "engine/reader_pool.h"
#include "engine/sqlite_error.h"
#include "engine/system_error.h"
#include "engine/wal_index.h"

namespace waggle::engine {
namespace {

// More findings than these tell nothing new.
constexpr std::size_t kProblemsMax = 100;
constexpr int kBackupPagesPerStep = 1024;

// It has its name, as far as this machine can tell; whether the disk keeps it is not known.
Error unconfirmed(const std::string& name) {
  return Error(Code::kInDoubt, name + ": the disk did not confirm the backup's name, which may be there or not after a loss of power",
               "check the disk, then make the backup again");
}

// Removes a half-made copy, unless it was given its final name.
class PartialFile {
 public:
  explicit PartialFile(std::string path) : path_(std::move(path)) {}
  ~PartialFile() {
    if (path_.empty()) return;
    ::unlink(path_.c_str());
    ::unlink((path_ + "-journal").c_str());
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::string& path() const { return path_; }
  // Under the final name the file is whole: nobody sees less of it. `flags` as for renameat2.
  Status appear_as(const std::string& name, unsigned int flags) {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), flags) != 0) {
      if (errno == EIO) return unconfirmed(name);
      if (errno == EEXIST) return Error(Code::kAlreadyExists, name + ": exists already", "name another file, or allow replacing it");
      return system_error(errno, name, "make the backup");
    }
    path_.clear();
    return {};
  }

 private:
  std::string path_;
};

// The names that SQLite and Waggle give a meaning beside the database `path`. Also one that does not exist is not to be made by a backup.
bool is_side_file(const std::string& name, const std::string& path) {
  constexpr std::array<std::string_view, 6> kSuffixes = {"-wal", "-shm", "-journal", "-lock", "-index", "-vec0"};
  return std::any_of(kSuffixes.begin(), kSuffixes.end(), [&](std::string_view suffix) { return name == path + std::string(suffix); });
}

Status copy_pages(Connection& source, Connection& target, const Engine::BackupOptions& options, const base::Deadline& deadline) {
  // Finished on every path: also when the user's progress function throws.
  const std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)> copying(
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main"), &sqlite3_backup_finish);
  if (copying == nullptr) return last_error(target.handle(), options.path, "make the backup");
  for (;;) {
    if (deadline.passed()) return deadline.error("the backup " + options.path, "allow more time");
    const int code = sqlite3_backup_step(copying.get(), kBackupPagesPerStep);
    const int total = sqlite3_backup_pagecount(copying.get());
    if (options.progress) options.progress(total - sqlite3_backup_remaining(copying.get()), total);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_OK) return make_error(code, options.path, "make the backup");
  }
}

}  // namespace

Result<EngineStats> Engine::stats(const base::Deadline& deadline) {
  WAGGLE_TRY(refuse_if_forked());
  EngineStats stats;
  WAGGLE_TRY(readers_->read(deadline, [&](Connection& connection) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(stats.page_count, connection.query_integer("PRAGMA page_count"));
    WAGGLE_ASSIGN_OR_RETURN(stats.free_page_count, connection.query_integer("PRAGMA freelist_count"));
    return {};
  }));
  stats.file_bytes = file_bytes(options_.path);
  stats.wal_bytes = file_bytes(options_.path + "-wal");
  if (const GroupCommit* group = writers_.load(std::memory_order_acquire); group != nullptr) {
    stats.commits = group->commits();
    stats.committed_writes = group->committed_writes();
  }
  if (const Checkpointer* checkpointer = checkpoints_.load(std::memory_order_acquire); checkpointer != nullptr) {
    stats.checkpoints = checkpointer->checkpoints();
  }
  stats.oldest_reader_age = readers_->oldest_age();
  return stats;
}

Result<std::vector<std::string>> Engine::check(const base::Deadline& deadline) {
  WAGGLE_TRY(refuse_if_forked());
  std::vector<std::string> problems;
  const auto add = [&](std::string problem) {
    if (problems.size() < kProblemsMax) problems.push_back(std::move(problem));
  };
  std::int64_t page_size = 0;
  const Status looked = readers_->read(deadline, [&](Connection& connection) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(page_size, connection.query_integer("PRAGMA page_size"));
    WAGGLE_TRY(connection.query("PRAGMA quick_check", {}, [&](const sql::Row& row) -> Status {
      if (row.text(0) != "ok") add(options_.path + ": " + row.string(0) + "; restore it from a backup");
      return {};
    }));
    return connection.query("PRAGMA foreign_key_check", {}, [&](const sql::Row& row) -> Status {
      add(options_.path + ": row " + row.string(1) + " of table " + row.string(0) + " refers to a row of " + row.string(2) + " that is not there");
      return {};
    });
  });
  if (!looked && looked.error().code() != Code::kCorruption) return looked.error();
  // Damage in the schema or the first page ends the look itself.
  if (!looked) add(looked.error().message() + "; restore it from a backup");
  // While the WAL holds pages that are still to be copied, the last copy may have been cut off in the middle of a page: the next one mends that.
  const auto header = index_->header();
  const bool is_copied = header && header->frames <= index_->backfilled_frames();
  if (const std::int64_t bytes = file_bytes(options_.path); is_copied && page_size > 0 && bytes % page_size != 0) {
    add(options_.path + ": its size of " + std::to_string(bytes) + " bytes is no whole number of pages of " + std::to_string(page_size) +
        " bytes: it was cut off or something was appended; restore it from a backup");
  }
  return problems;
}

Result<std::int64_t> Engine::backup(const BackupOptions& options, const base::Deadline& deadline) {
  WAGGLE_TRY(refuse_if_forked());
  WAGGLE_ASSIGN_OR_RETURN(const std::string target_path, resolve_path(options.path));
  WAGGLE_ASSIGN_OR_RETURN(const FileState own, find_file(options_.path));
  WAGGLE_ASSIGN_OR_RETURN(const FileState there, find_file(target_path));
  const bool exists = there.kind != FileKind::kMissing;
  if ((exists && there.id == own.id) || is_side_file(target_path, options_.path)) {
    return Error(Code::kInvalidArgument, options.path + ": is the database itself or one of its side files", "name another file for the backup");
  }
  if (exists && options.if_exists == BackupOptions::IfExists::kRefuse) {
    return Error(Code::kAlreadyExists, options.path + ": exists already", "name another file, or allow replacing it (on the command line: --force)");
  }
  // The WAL of a database that is replaced would be taken for the WAL of the new one. An empty one as well: whoever has that database open writes
  // into it yet.
  WAGGLE_ASSIGN_OR_RETURN(const FileState wal, find_file(target_path + "-wal"));
  if (wal.kind != FileKind::kMissing) {
    return Error(Code::kConflict, options.path + ": is a database that is open or has changes in its WAL",
                 "name another file, or close it and remove it with its -wal and -shm");
  }

  PartialFile partial(target_path + ".partial-" + base::random_hex(4));
  WAGGLE_TRY(readers_->read(deadline, [&](Connection& source) -> Status {
    // The open snapshot keeps the copy from having to begin again whenever somebody commits.
    WAGGLE_TRY(source.query_integer("SELECT count(*) FROM sqlite_schema"));
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> target,
                            Connection::open(partial.path(), {.access = Access::kCreate, .durability = Durability::kOff}, deadline));
    return copy_pages(source, *target, options, deadline);
  }));
  WAGGLE_TRY(sync_file(partial.path()));
  const std::int64_t bytes = file_bytes(partial.path());
  WAGGLE_TRY(partial.appear_as(target_path, exists ? 0 : RENAME_NOREPLACE));
  if (!sync_folder_of(target_path)) return unconfirmed(target_path);
  return bytes;
}

}  // namespace waggle::engine
