// reader_pool.h: the connections that read, each with a snapshot that stays open between reads.
//
// To begin and end a snapshot costs several system calls, more than a point read inside it. So a reader keeps its snapshot and, before each read,
// compares the wal-index version with the one it had noted *before* the snapshot began: equal means that nobody has committed since, and the
// snapshot is as fresh as a new one. A snapshot is ended when it is kSnapshotTicks old, idle or not, so that checkpoints are never held up.

#ifndef WAGGLE_ENGINE_READER_POOL_H
#define WAGGLE_ENGINE_READER_POOL_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/connection.h"
#include "engine/wal_index.h"

namespace waggle::engine {

// Thread-safe.
class ReaderPool {
 public:
  using Work = base::FunctionRef<Status(Connection&)>;

  // `first` has been opened already; up to readers_max - 1 more are opened when they are needed.
  ReaderPool(std::unique_ptr<Connection> first, const ConnectionOptions& options, int readers_max, const WalIndex& index);
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // Runs `work` on a snapshot that is no older than the call. Waits for a free connection.
  Status read(const base::Deadline& deadline, Work work);

  // Ends the snapshots that nobody is reading.
  void end_idle_snapshots();
  // The same, and whoever is reading takes a new snapshot for its next read.
  void expire_snapshots();
  // How long the oldest of the present reads has been running, to some 25 ms; nullopt when there is none.
  std::optional<Duration> oldest_age() const;

  // Hands out one connection for the closing of the database and closes the others. Precondition: nobody reads or will.
  std::unique_ptr<Connection> take_last();

 private:
  struct Slot {
    std::atomic<bool> leased = false;
    std::atomic<std::int64_t> leased_since = 0;  // steady clock in nanoseconds; 0 while it is free
    // The rest belongs to who has it leased.
    std::unique_ptr<Connection> connection;
    bool has_snapshot = false;
    sql::Version version;    // noted before the snapshot began
    std::uint32_t tick = 0;  // when it began
  };

  Slot* try_lease();
  Result<Slot*> lease(const base::Deadline& deadline);
  void release(Slot& slot);
  Status renew_snapshot(Slot& slot, sql::Version version);
  Status end_snapshot(Slot& slot);
  void keep_time(const std::stop_token& stop);

  const std::string path_;
  const ConnectionOptions options_;
  const WalIndex& index_;
  std::vector<std::unique_ptr<Slot>> slots_;

  base::Mutex mutex_;
  base::CondVar freed_;
  std::atomic<int> waiting_ = 0;  // callers that wait for a slot

  std::atomic<std::uint32_t> tick_ = 0;
  std::atomic<std::int64_t> recent_ = 0;  // steady clock in nanoseconds: at the latest tick, or when the latest snapshot began
  std::atomic<int> snapshots_ = 0;        // open ones; while there are none the time keeper sleeps
  base::CondVar snapshot_began_;          // what the time keeper waits for while it sleeps; a snapshot that begins later does not cut a tick short
  base::CondVar stopped_;
  std::jthread time_keeper_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_READER_POOL_H
