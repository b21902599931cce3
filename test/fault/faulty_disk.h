// faulty_disk.h: a disk that is watched and that can fail. A sqlite3_vfs over the real one, registered as the default, and the few system calls that
// the engine makes itself (system_calls.cc), so that the whole library runs on it unchanged.

#ifndef WAGGLE_TEST_FAULT_FAULTY_DISK_H
#define WAGGLE_TEST_FAULT_FAULTY_DISK_H

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace waggle::test {

// What is asked of the disk. Locks are left out: they are the kernel's memory.
enum class Act : std::uint8_t {
  kOpen,
  kCreate,  // an open that made the file
  kRead,
  kWrite,
  kTruncate,
  kSync,
  kSyncFolder,
  kDelete,
  kRename,
  kSize,
  kAccess,
  kMapShared,  // a region of the wal-index
  kBarrier,
  kAllocate,  // of the lock file
  kMark,      // none of the disk's: something that a test noted, for example an acknowledgement
};
std::string_view to_string(Act act);

// The name of a kSyncFolder that SQLite makes, and of which it does not look at the outcome; the engine's own have an empty one.
inline constexpr std::string_view kSyncOfSqlite = "by SQLite";

// One operation of the watched folder, as it was done.
struct Operation {
  Act act = Act::kMark;
  std::string name;         // of the file in the folder; of a mark: what was noted
  std::string other = {};   // kRename: the new name
  std::int64_t offset = 0;  // kWrite: where; kTruncate: the new size
  std::string bytes = {};   // kWrite
};

enum class Failure : std::uint8_t {
  kIo,          // EIO, and nothing was done
  kIoAfter,     // EIO, although all of it was done
  kFull,        // ENOSPC, for what takes space; the rest is done
  kShort,       // half of a write, or of a read, was done
  kFlippedBit,  // a read answers with one bit wrong; the rest is done
  kStalePage    // a read of a page answers what was there before its latest write; see keep_old_pages
};
std::string_view to_string(Failure failure);

struct Fault {
  enum class Length : std::uint8_t { kOnce, kForEver };

  Failure failure = Failure::kIo;
  std::int64_t at = 0;  // the operation, counted from 0 and from when the fault was set
  Length length = Length::kOnce;
  // Which operations are counted and may fail; all where it is empty.
  std::function<bool(Act, std::string_view name)> applies = {};
};

// One at a time; files that were opened while it lived must be closed before it ends. Thread-safe.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // Watches the files directly in `folder`. Operations elsewhere are passed on and not counted.
  void watch(std::string folder);

  void start_recording();
  void mark(std::string_view note);
  std::vector<Operation> stop_recording();

  // Remembers from now on what each write of a whole page replaces.
  void keep_old_pages();

  void fail(Fault fault);
  void mend();
  // How many operations the fault has counted.
  std::int64_t counted() const;
  // How often the fault has struck.
  std::int64_t failures() const;

  // Called before each operation, on the thread that makes it: a named point at which a test may do something else.
  void set_hook(std::function<void(const Operation&)> hook);

  // The bytes of the wal-index of the database `name`; empty when it is not mapped.
  std::string shared_memory(const std::string& name) const;

  // While it lives the operations of this thread are neither recorded nor counted, and do not fail.
  class Aside {
   public:
    Aside();
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;
  };
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_FAULTY_DISK_H
