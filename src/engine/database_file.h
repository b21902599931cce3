// database_file.h: what lies at a path before it is opened, and the making of a new database file.

#ifndef WAGGLE_ENGINE_DATABASE_FILE_H
#define WAGGLE_ENGINE_DATABASE_FILE_H

#include <sys/types.h>
#include <cstdint>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "engine/engine.h"

namespace waggle::engine {

// Which file it is, whatever its names.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;

  friend auto operator<=>(const FileId&, const FileId&) = default;
};

enum class FileKind : std::uint8_t {
  kMissing,
  kEmpty,         // no bytes: a database that was begun, or any empty file
  kBegun,         // one whose making was interrupted: no WAL mode, no table
  kWaggle,        // a Waggle database in WAL mode
  kWaggleNotWal,  // one whose journal mode another program has changed
  kUnsettled,     // one beside which a rollback journal lies: its header says nothing before that is played back
};

struct FileState {
  FileKind kind = FileKind::kMissing;
  FileId id;
};

// `path` made absolute and without symbolic links; its last part need not exist. not_found when the folder does not exist.
Result<std::string> resolve_path(const std::string& path);

// The size of what lies at the path, 0 when there is nothing. Does not open it.
std::int64_t file_bytes(const std::string& path);

// Finds the file's id without opening it. kind is only kMissing or not.
Result<FileState> find_file(const std::string& path);

// Reads the header of a file that no connection of this process has open: closing the descriptor would drop that connection's locks.
// corruption for what is no database, unsupported for a SQLite database that is not Waggle's. A file that was played back is never kUnsettled.
enum class Journal : std::uint8_t { kMayBeHot, kPlayedBack };
Result<FileState> inspect_file(const std::string& path, Journal journal = Journal::kMayBeHot);

// Undoes the transaction of a program that ended in the middle of it, if the journal beside the file is that of one. To be called under the write
// lock.
Status play_back_journal(const std::string& path, const base::Deadline& deadline);

// Makes the file a Waggle database in WAL mode, without tables. To be called under the write lock; `state` is what is there.
Status make_database(const std::string& path, const FileState& state, const base::Deadline& deadline);

// Makes what a file holds durable; makes the names durable of the files in the folder in which `path` lies. Where a folder cannot be synced,
// because it may not be read or the file system has no such thing, the latter does nothing.
Status sync_file(const std::string& path);
Status sync_folder_of(const std::string& path);

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_DATABASE_FILE_H
