// checkpoint.cc: see checkpoint.h. Modes: https://sqlite.org/c3ref/wal_checkpoint_v2.html.

#include "engine/checkpoint.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

constexpr std::size_t kFrameHeaderBytes = 24;
// From this multiple of the checkpoint size on, the writer waits for readers so that the WAL can begin anew.
constexpr std::size_t kRestartFactor = 2;
// How long it waits, try by try. All in all that is a little more than a pooled snapshot of another process lives (reader_pool.h).
constexpr std::chrono::milliseconds kRestartWaits[] = {std::chrono::milliseconds(5), std::chrono::milliseconds(20), std::chrono::milliseconds(35)};
// And how long the writer is left in peace afterwards while the same reader stays: at first kRestartPauseMin, then twice as long each time. When each
// time it was another one, they are short ones that a busy machine keeps from running, and the next try is soon.
constexpr auto kRestartPauseMax = std::chrono::seconds(1);
constexpr std::size_t kWarnFactor = 4;
constexpr auto kWarnPause = std::chrono::seconds(10);

std::string megabytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

std::size_t Checkpointer::frames_to_bytes(std::uint32_t frames, std::uint32_t page_size) const {
  return std::size_t{frames} * (page_size + kFrameHeaderBytes);
}

Status Checkpointer::bound_wal_file(Connection& connection) const {
  const std::string pragma = "PRAGMA journal_size_limit=" + std::to_string(kRestartFactor * bytes_);
  if (sqlite3_exec(connection.handle(), pragma.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return last_error(connection.handle(), connection.path(), "bound its WAL");
}

void Checkpointer::after_commit(Connection& connection) {
  const auto header = index_.header();
  if (!header) return;
  const std::size_t waiting = frames_to_bytes(header->frames - std::min(header->frames, index_.backfilled_frames()), header->page_size);
  if (waiting < bytes_) return;
  readers_.end_idle_snapshots();
  const std::size_t wal_bytes = frames_to_bytes(header->frames, header->page_size);
  if (wal_bytes >= kRestartFactor * bytes_ && base::steady_now() >= next_restart_) return restart_wal(connection, wal_bytes);
  run(connection, SQLITE_CHECKPOINT_PASSIVE);
}

// True when all of the WAL was copied and, for the waiting modes, no reader needs it any more.
bool Checkpointer::run(Connection& connection, int mode) {
  int frames = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection.handle(), "main", mode, &frames, &copied);
  const int extended = code == SQLITE_OK ? SQLITE_OK : sqlite3_extended_errcode(connection.handle());
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC) {
    sync_failed_.store(true, std::memory_order_release);
    log_.error(make_error(extended, connection.path(), "checkpoint").describe());
    return false;
  }
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
    // Nothing is lost: the WAL still holds it. A full disk, for example, mends itself.
    warn(make_error(extended, connection.path(), "checkpoint").describe());
    return false;
  }
  if (copied > 0) checkpoints_.fetch_add(1, std::memory_order_relaxed);
  return code == SQLITE_OK && frames == copied;
}

// What is wrong with one checkpoint is mostly wrong with those after it, and there may be one with every commit.
void Checkpointer::warn(const std::string& remark) {
  const auto now = base::steady_now();
  if (now < next_warning_) return;
  next_warning_ = now + kWarnPause;
  log_.warning(remark);
}

void Checkpointer::restart_wal(Connection& connection, std::size_t wal_bytes) {
  // Readers of this process that are busy renew their snapshots with their next read. One that begins while frames are still to be copied needs the
  // WAL again, and only the renewal after that does not: hence more than one try.
  std::optional<Duration> age;
  for (const auto wait : kRestartWaits) {
    // Asked while it is in the way: it may let go at the last moment, and is then not to be taken for a reader of another process.
    age = std::max(age, readers_.oldest_age());
    readers_.expire_snapshots();
    const auto deadline = base::Deadline::after(wait);
    connection.set_deadline(&deadline);
    const bool restarted = run(connection, SQLITE_CHECKPOINT_RESTART);
    connection.set_deadline(nullptr);
    if (restarted || sync_has_failed()) {
      restart_pause_ = kRestartPauseMin;
      return;
    }
  }
  const auto now = base::steady_now();
  age = std::max(age, readers_.oldest_age());
  const bool is_another_reader = age && now - *age > failed_restart_;
  restart_pause_ = is_another_reader ? kRestartPauseMin : std::min<Duration>(2 * restart_pause_, kRestartPauseMax);
  next_restart_ = now + restart_pause_;
  failed_restart_ = now;
  if (wal_bytes < kWarnFactor * bytes_) return;
  warn(connection.path() + ": the WAL has grown to " + megabytes(wal_bytes) + " and cannot shrink: a reader " +
       (age ? "of this process has held its snapshot for " + std::to_string(age->count() / 1000) + " ms"
            : std::string("of another process holds an old snapshot")));
}

}  // namespace waggle::engine
