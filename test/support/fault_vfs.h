// fault_vfs.h: a disk that can fail. SQLite's own VFS with a few methods replaced, registered as the default one.

#ifndef WAGGLE_TEST_SUPPORT_FAULT_VFS_H
#define WAGGLE_TEST_SUPPORT_FAULT_VFS_H

#include <atomic>

#include "sqlite3.h"

namespace waggle::test {

// What the disk does while a FaultVfs lives. One at a time; files that were opened while it lived must be closed before it ends.
class FaultVfs {
 public:
  FaultVfs() {
    real_ = sqlite3_vfs_find("unix");
    vfs_ = *real_;
    vfs_.zName = "waggle-fault";
    vfs_.xOpen = &FaultVfs::open;
    wal_syncs_to_fail = main_syncs_to_fail = 0;
    is_full = is_main_full = false;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // So many of the next syncs of a WAL or of a main file fail.
  static inline std::atomic<int> wal_syncs_to_fail = 0;
  static inline std::atomic<int> main_syncs_to_fail = 0;
  // Writing anything answers that the disk is full.
  static inline std::atomic<bool> is_full = false;
  // Writing a main file does.
  static inline std::atomic<bool> is_main_full = false;
  // Syncs that were asked for, failed or not.
  static inline std::atomic<int> wal_syncs = 0;

 private:
  // The unix VFS is asked to open the file; then a main file or a WAL gets a table of methods in which writing and syncing are ours. Journals and
  // temporary files, which have methods of another kind, stay as they are.
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = real_->xOpen(real_, name, file, flags, out_flags);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    const bool is_wal = (flags & SQLITE_OPEN_WAL) != 0;
    if (!is_wal && (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
    sqlite3_io_methods& methods = is_wal ? wal_ : main_;
    const sqlite3_io_methods*& original = is_wal ? original_wal_ : original_main_;
    if (original == nullptr) {
      original = file->pMethods;
      methods = *original;
      methods.xWrite = is_wal ? &FaultVfs::write_wal : &FaultVfs::write_main;
      methods.xSync = is_wal ? &FaultVfs::sync_wal : &FaultVfs::sync_main;
    }
    file->pMethods = &methods;
    return code;
  }
  static int write_wal(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    return is_full ? SQLITE_FULL : original_wal_->xWrite(file, bytes, size, offset);
  }
  static int write_main(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    return is_full || is_main_full ? SQLITE_FULL : original_main_->xWrite(file, bytes, size, offset);
  }
  static int sync_wal(sqlite3_file* file, int flags) {
    wal_syncs.fetch_add(1);
    return take(wal_syncs_to_fail) ? SQLITE_IOERR_FSYNC : original_wal_->xSync(file, flags);
  }
  static int sync_main(sqlite3_file* file, int flags) { return take(main_syncs_to_fail) ? SQLITE_IOERR_FSYNC : original_main_->xSync(file, flags); }
  static bool take(std::atomic<int>& count) {
    if (count.load() <= 0) return false;
    count.fetch_sub(1);
    return true;
  }

  static inline sqlite3_vfs* real_ = nullptr;
  static inline sqlite3_io_methods wal_ = {};
  static inline sqlite3_io_methods main_ = {};
  static inline const sqlite3_io_methods* original_wal_ = nullptr;
  static inline const sqlite3_io_methods* original_main_ = nullptr;
  sqlite3_vfs vfs_ = {};
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_FAULT_VFS_H
