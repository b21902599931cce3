// reader_pool.cc: see reader_pool.h.

#include "engine/reader_pool.h"

#include <algorithm>
#include <stop_token>
#include <utility>

namespace waggle::engine {
namespace {

// The time keeper's step, and the age in steps at which a snapshot is ended: between 25 and 50 ms.
constexpr auto kTick = std::chrono::milliseconds(25);
constexpr std::uint32_t kSnapshotTicks = 2;

std::int64_t steady_nanoseconds() { return std::chrono::duration_cast<std::chrono::nanoseconds>(base::steady_now().time_since_epoch()).count(); }

// A small number of this thread's own, so that it comes back to the connection whose caches it has warmed.
std::size_t thread_number() {
  static std::atomic<std::size_t> next = 0;
  thread_local const std::size_t number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

ReaderPool::ReaderPool(std::unique_ptr<Connection> first, const ConnectionOptions& options, int readers_max, const WalIndex& index)
    : path_(first->path()), options_(options), index_(index) {
  for (int i = 0; i < readers_max; ++i) slots_.push_back(std::make_unique<Slot>());
  slots_.front()->connection = std::move(first);
  time_keeper_ = std::jthread([this](const std::stop_token& stop) { keep_time(stop); });
}

ReaderPool::~ReaderPool() {
  time_keeper_.request_stop();
  if (time_keeper_.joinable()) time_keeper_.join();
}

ReaderPool::Slot* ReaderPool::try_lease() {
  std::size_t at = thread_number();
  if (at >= slots_.size()) at %= slots_.size();  // a division costs as much as the rest of a lease
  for (std::size_t i = 0; i < slots_.size(); ++i, at = at + 1 < slots_.size() ? at + 1 : 0) {
    Slot& slot = *slots_[at];
    if (!slot.leased.load() && !slot.leased.exchange(true)) return &slot;
  }
  return nullptr;
}

Result<ReaderPool::Slot*> ReaderPool::lease(const base::Deadline& deadline) {
  Slot* slot = try_lease();
  if (slot == nullptr) {
    const std::stop_callback wake(deadline.stop(), [this] { freed_.notify_all(); });
    const base::MutexLock lock(mutex_);
    waiting_.fetch_add(1);
    // Whoever frees a slot does so before it looks at waiting_; so either this look finds the slot, or that one finds us waiting. All four are
    // sequentially consistent for that.
    while ((slot = try_lease()) == nullptr && !deadline.passed()) freed_.wait_until(mutex_, deadline.at_most(std::chrono::milliseconds(100)).end());
    waiting_.fetch_sub(1);
  }
  if (slot == nullptr) {
    return deadline.error("one of the " + std::to_string(slots_.size()) + " reading connections of " + path_,
                          "allow more time or more connections (Options::max_connections)");
  }
  if (slot->connection == nullptr) {
    auto opened = Connection::open(path_, options_, deadline);
    if (!opened) {
      release(*slot);
      return opened.error();
    }
    slot->connection = *std::move(opened);
  }
  return slot;
}

void ReaderPool::release(Slot& slot) {
  slot.leased_since.store(0, std::memory_order_relaxed);
  slot.leased.store(false);
  if (waiting_.load() > 0) {
    const base::MutexLock lock(mutex_);
    freed_.notify_one();
  }
}

Status ReaderPool::read(const base::Deadline& deadline, Work work) {
  WAGGLE_ASSIGN_OR_RETURN(Slot* const slot, lease(deadline));
  slot->connection->set_deadline(&deadline);
  Status status;
  const sql::Version version = index_.version();
  const bool is_fresh = slot->has_snapshot && slot->version == version && tick_.load(std::memory_order_relaxed) - slot->tick < kSnapshotTicks;
  if (!is_fresh) status = renew_snapshot(*slot, version);
  // Not the clock: to ask it costs more than the lease. While there are snapshots the time keeper is awake, and this is one of its ticks old.
  slot->leased_since.store(recent_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  try {
    if (status) status = work(*slot->connection);
  } catch (...) {  // a user's function inside a snapshot: the connection must come back
    slot->connection->set_deadline(nullptr);
    release(*slot);
    throw;
  }
  // After an error of SQLite's the connection may be in any state: begin anew the next time.
  if (!status && status.error().sqlite_code() != 0) (void)end_snapshot(*slot).has_value();
  slot->connection->set_deadline(nullptr);
  release(*slot);
  return status;
}

Status ReaderPool::renew_snapshot(Slot& slot, sql::Version version) {
  WAGGLE_TRY(end_snapshot(slot));
  // BEGIN takes no snapshot by itself: the first statement after it does, and so the snapshot is no older than `version`.
  WAGGLE_TRY(slot.connection->execute("BEGIN"));
  slot.has_snapshot = true;
  slot.version = version;
  slot.tick = tick_.load(std::memory_order_relaxed);
  recent_.store(steady_nanoseconds(), std::memory_order_relaxed);
  if (snapshots_.fetch_add(1) == 0) {
    const base::MutexLock lock(mutex_);
    snapshot_began_.notify_one();
  }
  return {};
}

// One that cannot be ended is ended before the next read, which must not take it for a fresh one.
Status ReaderPool::end_snapshot(Slot& slot) {
  if (!slot.has_snapshot) return {};
  slot.version = {};
  WAGGLE_TRY(slot.connection->roll_back());
  slot.has_snapshot = false;
  snapshots_.fetch_sub(1);
  return {};
}

void ReaderPool::end_idle_snapshots() {
  for (const auto& slot : slots_) {
    if (slot->leased.load(std::memory_order_relaxed) || slot->leased.exchange(true)) continue;
    (void)end_snapshot(*slot).has_value();
    release(*slot);
  }
}

void ReaderPool::expire_snapshots() {
  tick_.fetch_add(kSnapshotTicks);
  end_idle_snapshots();
}

void ReaderPool::keep_time(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] {
    const base::MutexLock lock(mutex_);
    snapshot_began_.notify_one();
    stopped_.notify_one();
  });
  while (!stop.stop_requested()) {
    {
      const base::MutexLock lock(mutex_);
      while (snapshots_.load() == 0 && !stop.stop_requested()) snapshot_began_.wait(mutex_);
      const auto end = base::steady_now() + kTick;
      while (base::steady_now() < end && !stop.stop_requested()) stopped_.wait_until(mutex_, end);
    }
    if (stop.stop_requested()) return;
    recent_.store(steady_nanoseconds(), std::memory_order_relaxed);
    const std::uint32_t now = tick_.fetch_add(1) + 1;
    for (const auto& slot : slots_) {
      if (slot->leased.load(std::memory_order_relaxed) || slot->leased.exchange(true)) continue;
      if (now - slot->tick >= kSnapshotTicks) (void)end_snapshot(*slot).has_value();
      release(*slot);
    }
  }
}

std::optional<Duration> ReaderPool::oldest_age() const {
  std::optional<Duration> oldest;
  const std::int64_t now = steady_nanoseconds();
  for (const auto& slot : slots_) {
    const std::int64_t since = slot->leased_since.load(std::memory_order_relaxed);
    if (since == 0) continue;
    const auto age = std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(std::max<std::int64_t>(0, now - since)));
    if (!oldest || age > *oldest) oldest = age;
  }
  return oldest;
}

std::unique_ptr<Connection> ReaderPool::take_last() {
  time_keeper_.request_stop();
  if (time_keeper_.joinable()) time_keeper_.join();
  std::unique_ptr<Connection> last;
  for (const auto& slot : slots_) {
    if (slot->connection == nullptr) continue;
    (void)end_snapshot(*slot).has_value();
    if (last == nullptr)
      last = std::move(slot->connection);
    else
      slot->connection.reset();
  }
  return last;
}

}  // namespace waggle::engine
