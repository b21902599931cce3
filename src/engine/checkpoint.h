// checkpoint.h: when the WAL is copied into the main file. Only the holder of the write lock does it, see write_lock.h for why.

#ifndef WAGGLE_ENGINE_CHECKPOINT_H
#define WAGGLE_ENGINE_CHECKPOINT_H

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "engine/connection.h"
#include "engine/reader_pool.h"
#include "engine/wal_index.h"

namespace waggle::engine {

// Called under the write lock only, but for the counters.
class Checkpointer {
 public:
  Checkpointer(const WalIndex& index, ReaderPool& readers, std::size_t bytes, base::Log& log)
      : index_(index), readers_(readers), bytes_(bytes), log_(log) {}

  // Makes the connection cut the WAL file back when it begins anew after having grown beyond the size at which that is waited for.
  Status bound_wal_file(Connection& connection) const;

  // Copies what is in the WAL when there is enough of it. A WAL that keeps growing because a reader holds an old snapshot is waited for shortly,
  // and reported with the reader's age when that did not help.
  void after_commit(Connection& connection);

  // A sync of the main file has failed: what it holds is unknown until the database is opened anew.
  bool sync_has_failed() const { return sync_failed_.load(std::memory_order_acquire); }
  std::int64_t checkpoints() const { return checkpoints_.load(std::memory_order_relaxed); }

 private:
  std::size_t frames_to_bytes(std::uint32_t frames, std::uint32_t page_size) const;
  bool run(Connection& connection, int mode);
  void restart_wal(Connection& connection, std::size_t wal_bytes);
  void warn(const std::string& remark);

  const WalIndex& index_;
  ReaderPool& readers_;
  const std::size_t bytes_;
  base::Log& log_;
  std::chrono::steady_clock::time_point next_restart_{};
  static constexpr Duration kRestartPauseMin = std::chrono::milliseconds(50);
  Duration restart_pause_ = kRestartPauseMin;
  std::chrono::steady_clock::time_point failed_restart_{};  // the latest one
  std::chrono::steady_clock::time_point next_warning_{};
  std::atomic<bool> sync_failed_ = false;
  std::atomic<std::int64_t> checkpoints_ = 0;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_CHECKPOINT_H
