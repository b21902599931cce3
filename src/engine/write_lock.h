// write_lock.h: the lock between the processes that write one database, held around each group commit and each checkpoint, and the bell that tells
// waiting processes of a commit. Both live in the file NAME-lock beside the database.
//
// Why a lock of our own beside SQLite's:
//   - every libSQL so far has SQLite's WAL-reset race (fixed upstream in 3.51.3): a checkpoint that races another connection's commit can lose
//     acknowledged rows. Under this lock no two of Waggle's commits and checkpoints ever overlap, whichever process makes them.
//   - SQLite's waiters poll, and who polls at a bad moment starves. Here they queue and are woken in turn.
//
// Exclusion is the kernel's: an open-file-description lock on the first byte, which ends with its holder, however that dies. The shared page only
// orders the waiters and wakes them; a wrong word in it costs time, never safety:
//
//     +-------------+-------------+---------+-----------+--------+
//     | next_ticket | now_serving | commits | listeners | holder |   words of 32 bits, all zero in a new file
//     +-------------+-------------+---------+-----------+--------+
//
// A waiter draws a ticket and sleeps until it is served. The one that is served may be dead or stopped: when the lock has been free for
// kPatience and nobody took it, any waiter moves now_serving on by one.

#ifndef WAGGLE_ENGINE_WRITE_LOCK_H
#define WAGGLE_ENGINE_WRITE_LOCK_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/deadline.h"
#include "base/result.h"

namespace waggle::engine {

// Acquiring and releasing: by one thread of the process at a time. The bell: by any thread.
class WriteLock {
 public:
  // Opens or makes `database_path`-lock, with the mode that the umask leaves of 0644.
  static Result<std::unique_ptr<WriteLock>> open(const std::string& database_path);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

  // Waits for its turn. `deadline` or `cancelled` names the process that holds the lock.
  Status acquire(const base::Deadline& deadline);
  // Takes the lock if nobody has it and nobody waits for it.
  bool try_acquire();
  void release();
  // Does another process wait? Whoever holds the lock then gives it up after the present group.
  bool is_wanted() const;

  // The bell. A waiter reads bell() first, looks whether what it waits for is there, and then sleeps until the bell differs or `end` comes.
  std::uint32_t bell() const { return page_->commits.load(std::memory_order_acquire); }
  void wait_for_bell(std::uint32_t heard, std::chrono::steady_clock::time_point end);
  void ring();

 private:
  struct Page {
    std::atomic<std::uint32_t> next_ticket;
    std::atomic<std::uint32_t> now_serving;
    std::atomic<std::uint32_t> commits;
    std::atomic<std::uint32_t> listeners;  // who sleeps for the bell; too high after a crash, which costs a system call a commit
    std::atomic<std::uint32_t> holder;     // process id, for error messages
  };

  WriteLock(std::string path, int descriptor, Page* page);

  bool try_lock_file();
  void unlock_file();
  bool is_served(std::uint32_t ticket) const;
  // Moves now_serving from `served` to `next`, unless somebody else has moved it.
  void pass_over(std::uint32_t served, std::uint32_t next);

  std::string path_;
  int descriptor_;
  Page* page_;
  std::uint32_t ticket_ = 0;  // of the present holder, when that is this process
  const std::uint32_t process_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_WRITE_LOCK_H
