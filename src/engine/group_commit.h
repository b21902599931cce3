// group_commit.h: how many writers share one connection and one sync of the disk.
//
// A caller puts its work into a queue. If nobody is committing, it becomes the leader: it takes the write lock, begins a transaction, runs its own
// work and then that of whoever is in the queue, each under a savepoint of its own, and commits once. Nobody sleeps to make a group larger: a lone
// writer commits at once, and a group forms by itself while the one before is being synced. The leader then passes the lead to the next in the
// queue, so no thread is needed and no work is handed from thread to thread before its commit. (The scheme of LevelDB's and RocksDB's write queue,
// with SQL transactions for batches.)
//
//     caller 1 (leads)   [lock][begin][ 1 ][ 2 ][ 3 ][ commit, sync ]--wakes 2, 3 and passes the lead to 4
//     caller 2, 3             [ wait ............................... ]
//     caller 4                                     [ wait .......... ][lock][begin][ 4 ][ 5 ] ...
//
// A work that fails undoes itself alone. One that makes SQLite roll back the whole transaction (disk full, interrupted in the middle of a write)
// fails alone as well: the others are run again without it, and take nobody else in.

#ifndef WAGGLE_ENGINE_GROUP_COMMIT_H
#define WAGGLE_ENGINE_GROUP_COMMIT_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <vector>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/checkpoint.h"
#include "engine/connection.h"
#include "engine/wal_index.h"
#include "engine/write_lock.h"
#include "sql/executor.h"

namespace waggle::engine {

// The writer that works are given: statements on the one writing connection.
class GroupWriter final : public sql::Writer {
 public:
  enum class Savepoint : std::uint8_t { kNone, kAtFirstStatement };

  GroupWriter(Connection& connection, std::vector<std::uint64_t>& changed, Savepoint savepoint)
      : connection_(connection), changed_(changed), savepoint_(savepoint) {}

  using sql::Reader::query;
  using sql::Writer::execute;
  Status query(sql::Text text, sql::Args args, sql::RowSink sink) override;
  Result<Outcome> execute(sql::Text text, sql::Args args) override;
  void note_changed(std::uint64_t key_hash) override { changed_.push_back(key_hash); }

  Connection& connection() { return connection_; }
  // Begins the savepoint, if there is to be one, for what is written on the connection directly.
  Status begin_savepoint();
  // Ends the savepoint, if one was begun: keeps or undoes what was written since. Precondition: the transaction is still there.
  Status settle(const Status& outcome);

 private:
  Connection& connection_;
  std::vector<std::uint64_t>& changed_;
  const Savepoint savepoint_;
  bool is_open_ = false;
};

// Thread-safe.
class GroupCommit {
 public:
  using Work = base::FunctionRef<Status(GroupWriter&)>;

  GroupCommit(Connection& connection, WriteLock& lock, const WalIndex& index, Checkpointer& checkpointer)
      : connection_(connection), lock_(lock), index_(index), checkpointer_(checkpointer) {}

  // See sql::Executor::write.
  Status write(const base::Deadline& deadline, sql::Sync sync, Work work);
  Status write(const base::Deadline& deadline, Work work) { return write(deadline, sql::Sync::kNow, work); }

  void set_observer(sql::CommitObserver* observer) { observer_.store(observer); }
  std::int64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  std::int64_t committed_writes() const { return committed_writes_.load(std::memory_order_relaxed); }
  // How many calls are in the queue at this moment. Tests wait for it: nothing else shows that a caller has come to wait.
  std::size_t waiting() const WAGGLE_EXCLUDES(mutex_);
  // After a sync that failed: nothing is acknowledged any more.
  bool is_poisoned() const { return poisoned_.load(std::memory_order_acquire); }

 private:
  struct Call;
  enum class State : std::uint32_t { kQueued, kRunning, kLeads, kDone };

  // The queue.
  Status wait_in_queue(Call& call);
  bool withdraw(Call& call);
  Call* take_next(sql::Sync sync);
  void pass_lead();
  static void finish(Call& call);

  // One group, by the leading thread.
  void lead(Call& own);
  void run_group(Call& own);
  void finish_members(const Call& own);
  void fail_members(Call& own, const std::exception_ptr& thrown);
  bool run_members(std::vector<Call*>& members, std::size_t& done, std::size_t size_max);
  bool run_one(Call& call, GroupWriter::Savepoint savepoint);
  bool run_chores();
  static const base::Deadline& latest_deadline(const std::vector<Call*>& calls);
  Status commit(std::size_t writes);
  void tell_observer(const std::optional<WalIndex::Header>& before);
  Error commit_failed();
  Error commit_unknown(int sqlite_code) const;
  Status begin(sql::Sync sync);
  void roll_back();

  Connection& connection_;
  WriteLock& lock_;
  const WalIndex& index_;
  Checkpointer& checkpointer_;
  std::atomic<sql::CommitObserver*> observer_ = nullptr;

  mutable base::Mutex mutex_;  // never held while SQL runs
  std::deque<Call*> queue_ WAGGLE_GUARDED_BY(mutex_);
  bool led_ WAGGLE_GUARDED_BY(mutex_) = false;

  // Of the present group; the leader's alone, like the connection.
  std::vector<Call*> members_;
  std::vector<Call*> alive_;  // those whose work has not failed
  std::vector<std::uint64_t> changed_;
  std::optional<WalIndex::Header> before_;
  bool committed_ = false;

  std::atomic<bool> poisoned_ = false;
  std::atomic<std::int64_t> commits_ = 0;
  std::atomic<std::int64_t> committed_writes_ = 0;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_GROUP_COMMIT_H
