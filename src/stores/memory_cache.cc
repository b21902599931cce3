// memory_cache.cc: see memory_cache.h.

#include "stores/memory_cache.h"

#include "base/hash.h"

namespace waggle::stores {

MemoryCache::MemoryCache(std::size_t bytes) : keeps_entries_(bytes != 0) {
  static_assert(kShards == std::size_t{1} << (64 - 59), "shard_of takes the top bits of a hash");
  shards_.reserve(kShards);
  for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(bytes / kShards));
}

std::uint64_t MemoryCache::hash_of(const MemoryKey& key) { return base::hash_bytes(key.key, base::hash_bytes(key.agent_id)); }

bool MemoryCache::find(const MemoryKey& key, std::uint64_t hash, sql::Version current, MemoryEntry& out) {
  Shard& shard = shard_of(hash);
  const base::MutexLock lock(shard.mutex);
  return shard.memory.find(key, hash, current, out);
}

void MemoryCache::admit(std::uint64_t hash, std::int64_t rowid, sql::Version read_at, MemoryEntry& entry) {
  Shard& shard = shard_of(hash);
  const base::MutexLock lock(shard.mutex);
  shard.memory.admit(hash, rowid, read_at, entry);
}

std::int64_t MemoryCache::buffered_reads(std::uint64_t hash, std::string_view id) {
  Shard& shard = shard_of(hash);
  const base::MutexLock lock(shard.mutex);
  return shard.memory.buffered_reads(hash, id);
}

void MemoryCache::after_commit(const sql::Commit& commit) {
  no_quotas_at_ = !quotas_change_ && no_quotas_at_ == commit.before ? commit.after : sql::Version{};
  quotas_change_ = false;
  sql::Commit followed = commit;
  if (commit.changed.size() > kChangedMax) followed = {.before = {}, .after = commit.after, .changed = {}};
  for (const auto& shard : shards_) {
    const base::MutexLock lock(shard->mutex);
    shard->memory.after_commit(followed);
  }
}

void MemoryCache::begin_flush(std::size_t count_max, std::vector<AccessCount>& out) {
  for (const auto& shard : shards_) {
    if (out.size() >= count_max) return;
    const base::MutexLock lock(shard->mutex);
    shard->memory.begin_flush(count_max, out);
  }
}

void MemoryCache::end_flush(std::span<const AccessCount> counts, FlushOutcome outcome) {
  for (const AccessCount& count : counts) {
    Shard& shard = shard_of(count.entry.key_hash);
    const base::MutexLock lock(shard.mutex);
    shard.memory.end_flush(count, outcome);
  }
}

bool MemoryCache::has_reads() const {
  for (const auto& shard : shards_) {
    const base::MutexLock lock(shard->mutex);
    if (shard->memory.has_reads()) return true;
  }
  return false;
}

MemoryCache::Stats MemoryCache::stats() const {
  Stats sum;
  for (const auto& shard : shards_) {
    const base::MutexLock lock(shard->mutex);
    const Stats part = shard->memory.stats();
    sum.entries += part.entries;
    sum.bytes += part.bytes;
    sum.hits += part.hits;
    sum.misses += part.misses;
  }
  return sum;
}

}  // namespace waggle::stores
