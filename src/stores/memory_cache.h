// memory_cache.h: the cache of memory entries, coherent across threads and processes.
//
// Coherence. A state of the database has a sql::Version, which differs after every commit by anyone; an unknown version equals nothing. Each shard
// has, under its lock, one version `valid` and the invariant
//
//   (I) every entry that the shard may answer is what the database holds for its key in state `valid`.
//
// - Answering: the reader takes v = version() and is answered from the shard only if valid == v. By (I) the answer is that of state v, and v was
//   the present state at a moment inside the reader's call: no commit that was acknowledged before the call is missed.
// - Keeping: the reader takes v, reads the row in a snapshot, takes version() again and offers the entry only if both are equal: versions do not
//   come back, so the snapshot was of exactly state v. The shard keeps it only if valid == v at that moment, under the lock. This holds (I).
//   The feared order - a reader reads the old row, a writer commits and forgets the key, the reader offers the old row - ends there: the writer has
//   moved valid to its own version under the same lock, and v is not that one. If the reader comes first, the writer forgets what it offered.
// - Own commits: between the moment at which a commit becomes visible and after_commit, version() != valid, so nothing is answered and, as entries
//   offered then are of the newer state, nothing is kept. after_commit forgets the changed keys and moves valid from Commit::before to
//   Commit::after in one step under the lock. Keys that it does not name are equal in both states, so (I) holds.
// - Commits of others, and own ones that were not made on state `valid`: nobody knows what changed, so the shard drops every entry (it counts up
//   an epoch; entries of an older one are never answered) and starts empty, for which any `valid` satisfies (I).
// - A reader that was asleep may offer an entry with an old v and so bring a shard that is being dropped to an old state. (I) holds, version()
//   never is v again, and so nothing is answered until the shard is dropped once more.
//
// Access counts of kept entries are kept apart from the row (memory_counts.h): writing them changes no entry, so nothing is forgotten for it.
//
// An entry's expiry is judged by whoever asks, against the clock: the passing of time changes no state.

#ifndef WAGGLE_STORES_MEMORY_CACHE_H
#define WAGGLE_STORES_MEMORY_CACHE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "sql/executor.h"
#include "stores/memory_counts.h"
#include "stores/memory_shard.h"
#include "stores/row_hints.h"
#include "waggle/memory.h"

namespace waggle::stores {

// One per engine. Thread-safe.
class MemoryCache {
 public:
  // `bytes`: what the entries may take, text and bookkeeping; 0 keeps no entries, and only counts reads.
  explicit MemoryCache(std::size_t bytes);

  // The hash by which an entry is found here and named in Commit::changed. It differs between builds: never stored.
  static std::uint64_t hash_of(const MemoryKey& key);

  bool keeps_entries() const { return keeps_entries_; }

  // Copies the entry to `out`, which is as a MemoryEntry is at first, and counts the read when the cache has it as of the state `current`, which
  // the caller has just asked for. The caller judges whether it has expired.
  bool find(const MemoryKey& key, std::uint64_t hash, sql::Version current, MemoryEntry& out);

  // Counts the read of an entry that came from the database, and sets entry.access_count, which holds what is in the row, to the full count. Keeps
  // the entry when `read_at` is a known state: then it must be exactly the state that the entry was read in.
  void admit(std::uint64_t hash, std::int64_t rowid, sql::Version read_at, MemoryEntry& entry);

  // Has the processor fetch what a find of this hash will need, while other things are done.
  void prefetch(std::uint64_t hash) WAGGLE_NO_THREAD_SAFETY_ANALYSIS { shard_of(hash).memory.prefetch(hash); }
  // Has the processor fetch what an admit of this hash will need, while the row is read.
  void prefetch_count(std::uint64_t hash) WAGGLE_NO_THREAD_SAFETY_ANALYSIS { shard_of(hash).memory.prefetch_count(hash); }

  // Where rows were seen, by hash_of their keys.
  RowHints& row_hints() { return row_hints_; }

  // How many reads of the entry with this id were counted in this process and are not in its row.
  std::int64_t buffered_reads(std::uint64_t hash, std::string_view id);

  // What a writer knows about quotas without asking the database, so that puts pay nothing for what hardly any database has. The three are called
  // inside of write transactions only, `base` being the state that the transaction is made on.
  // Had no agent a quota in state `base`, and was none given by the transaction that is under way?
  bool knows_no_quotas(sql::Version base) const { return no_quotas_at_ == base; }
  void note_no_quotas(sql::Version base) {
    if (!quotas_change_) no_quotas_at_ = base;
  }
  // Until the next commit nothing is known, nor learned: what the transaction sees of its own changes may be undone.
  void begin_quota_change() {
    quotas_change_ = true;
    no_quotas_at_ = {};
  }

  // See sql::CommitObserver.
  void after_commit(const sql::Commit& commit);

  // Appends up to `count_max` counts to `out`, to be written to their rows. Each ends with end_flush, after the commit's after_commit.
  void begin_flush(std::size_t count_max, std::vector<AccessCount>& out);
  void end_flush(std::span<const AccessCount> counts, FlushOutcome outcome);
  // Are there reads to be written?
  bool has_reads() const;

  using Stats = MemoryCacheStats;
  Stats stats() const;

 private:
  static constexpr std::size_t kShards = 32;
  // A commit that changed more drops everything: to look for each key in each shard would cost more than to read the entries again.
  static constexpr std::size_t kChangedMax = 4096;

  struct alignas(64) Shard {
    explicit Shard(std::size_t bytes_max) : memory(bytes_max) {}
    mutable base::Mutex mutex;
    MemoryShard memory WAGGLE_GUARDED_BY(mutex);
  };
  // The lowest bits choose the place inside the shard.
  Shard& shard_of(std::uint64_t hash) { return *shards_[hash >> 59]; }

  std::vector<std::unique_ptr<Shard>> shards_;
  RowHints row_hints_;
  const bool keeps_entries_;

  // The writing thread's, of which there is one at a time.
  sql::Version no_quotas_at_;
  bool quotas_change_ = false;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_CACHE_H
