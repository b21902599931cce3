// memory.cc: reading single entries, touch and remove; see waggle/memory.h. The other calls are in memory_put.cc, memory_list.cc and
// memory_quota.cc.
//
// A point read is one statement and one pass over its row: this is the call that agents make most.

#include "waggle/memory.h"

#include <utility>

#include "stores/memory_cache.h"
#include "stores/memory_quota.h"
#include "stores/memory_rows.h"
#include "stores/scope.h"

namespace waggle {

using stores::MemoryCache;
using stores::Reading;
using stores::Writing;

namespace {

constexpr std::size_t kGetManyMax = 10'000;

// Reads the row into `entry`, whose agent_id and key are left alone. Answers its rowid, 0 when there is none or it has expired.
//
// Where the row was seen before it is read there, which is one walk through one B-tree instead of two.
Result<std::int64_t> read_entry(Reading& reading, stores::RowHints& hints, std::uint64_t hash, const MemoryKey& key, MemoryEntry& entry) {
  std::int64_t rowid = 0;
  if (const std::int64_t hint = hints.find(hash); hint != 0) {
    WAGGLE_TRY(
        reading.sql.query("SELECT " WAGGLE_MEMORY_COLUMNS ", agent_id, key FROM memory WHERE rowid = ?1", {hint}, [&](const sql::Row& row) -> Status {
          if (row.text(stores::kAfterMemoryColumns) != key.agent_id || row.text(stores::kAfterMemoryColumns + 1) != key.key) return {};
          stores::decode_memory(row, entry);
          rowid = hint;
          return {};
        }));
  }
  if (rowid == 0) {
    WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_MEMORY_COLUMNS ", rowid FROM memory WHERE agent_id = ?1 AND key = ?2", {key.agent_id, key.key},
                                 [&](const sql::Row& row) -> Status {
                                   stores::decode_memory(row, entry);
                                   rowid = row.integer(stores::kAfterMemoryColumns);
                                   return {};
                                 }));
    hints.note(hash, rowid);
  }
  return entry.expires_at && stores::has_expired(entry.expires_at, reading.now()) ? 0 : rowid;
}

void name_entry(const MemoryKey& key, MemoryEntry& entry) {
  // Made and then moved in: cheaper than assigning to a string that is there already.
  entry.agent_id = std::string(key.agent_id);
  entry.key = std::string(key.key);
}

struct StoredMemory {
  std::int64_t rowid = 0;
  MemoryEntry entry;
};

// The entry that is about to be changed, with its full count of reads; not_found when there is none or it has expired.
Result<StoredMemory> require_entry(const stores::Scope& scope, Writing& writing, const MemoryKey& key) {
  StoredMemory stored;
  WAGGLE_TRY(writing.sql.query("SELECT " WAGGLE_MEMORY_COLUMNS ", rowid FROM memory WHERE agent_id = ?1 AND key = ?2", {key.agent_id, key.key},
                               [&](const sql::Row& row) -> Status {
                                 stores::decode_memory(row, stored.entry);
                                 stored.rowid = row.integer(stores::kAfterMemoryColumns);
                                 return {};
                               }));
  if (stored.entry.id.empty() || stores::has_expired(stored.entry.expires_at, writing.now)) return stores::missing_memory(key);
  name_entry(key, stored.entry);
  // Now: the chores of this very commit may write to the row what is buffered.
  stored.entry.access_count += scope.memory_cache().buffered_reads(MemoryCache::hash_of(key), stored.entry.id);
  return stored;
}

}  // namespace

Result<MemoryEntry> MemoryStore::get(const MemoryKey& key) {
  MemoryCache& cache = scope_->memory_cache();
  const std::uint64_t hash = MemoryCache::hash_of(key);
  const bool cached = cache.keeps_entries() && !scope_->is_bound();
  if (cached) cache.prefetch(hash);
  // The one object that is returned, on every path: an entry is large to move.
  Result<MemoryEntry> answer{std::in_place};
  MemoryEntry& entry = *answer;
  sql::Version before;
  if (cached) {
    before = scope_->executor().version();
    if (cache.find(key, hash, before, entry)) {
      if (entry.expires_at && stores::has_expired(entry.expires_at, scope_->now())) answer = stores::missing_memory(key);
      return answer;
    }
  }
  cache.prefetch_count(hash);
  std::int64_t rowid = 0;
  const Status read = scope_->read([&](Reading& reading) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(rowid, read_entry(reading, cache.row_hints(), hash, key, entry));
    return {};
  });
  if (!read || rowid == 0) {
    answer = read ? stores::missing_memory(key) : read.error();
    return answer;
  }
  name_entry(key, entry);
  cache.admit(hash, rowid, cached && scope_->executor().version() == before ? before : sql::Version{}, entry);
  return answer;
}

Result<std::vector<MemoryEntry>> MemoryStore::get_many(std::string_view agent_id, std::span<const std::string> keys) {
  if (keys.size() > kGetManyMax) {
    return Error(Code::kInvalidArgument, "more keys than one call may ask for", "ask for at most " + std::to_string(kGetManyMax) + " at once");
  }
  for (const std::string& key : keys) WAGGLE_TRY(stores::check_memory_key({agent_id, key}));
  MemoryCache& cache = scope_->memory_cache();
  // Not from the cache: its shards may be of different states, and the answer is of one moment.
  std::vector<std::int64_t> rowids;
  auto entries = scope_->read([&](Reading& reading) -> Result<std::vector<MemoryEntry>> {
    std::vector<MemoryEntry> found;
    rowids.clear();
    found.reserve(keys.size());
    for (const std::string& key : keys) {
      MemoryEntry& entry = found.emplace_back();
      WAGGLE_ASSIGN_OR_RETURN(const std::int64_t rowid,
                              read_entry(reading, cache.row_hints(), MemoryCache::hash_of({agent_id, key}), {agent_id, key}, entry));
      if (rowid != 0) {
        name_entry({agent_id, key}, entry);
        rowids.push_back(rowid);
      } else {
        found.pop_back();
      }
    }
    return found;
  });
  for (std::size_t i = 0; entries && i < entries->size(); ++i) {
    MemoryEntry& entry = (*entries)[i];
    scope_->memory_cache().admit(MemoryCache::hash_of({entry.agent_id, entry.key}), rowids[i], {}, entry);
  }
  return entries;
}

Result<MemoryEntry> MemoryStore::touch(const MemoryKey& key, std::optional<Duration> ttl) {
  WAGGLE_TRY(stores::check_memory_key(key));
  if (ttl && *ttl <= Duration::zero()) return Error(Code::kInvalidArgument, "a time to live must be above zero");
  const std::uint64_t hash = MemoryCache::hash_of(key);
  return scope_->write([&](Writing& writing) -> Result<MemoryEntry> {
    WAGGLE_ASSIGN_OR_RETURN(StoredMemory stored, require_entry(*scope_, writing, key));
    stored.entry.ttl = ttl;
    stored.entry.expires_at = stores::expiry(writing.now, ttl);
    WAGGLE_TRY(writing.sql.execute("UPDATE memory SET ttl = ?2, expires_at = ?3 WHERE rowid = ?1", {stored.rowid, ttl, stored.entry.expires_at}));
    writing.sql.note_changed(hash);
    WAGGLE_TRY(writing.log(Entity::kMemory, stored.entry.id, "touch"));
    return std::move(stored.entry);
  });
}

Result<MemoryEntry> MemoryStore::remove(const MemoryKey& key) {
  WAGGLE_TRY(stores::check_memory_key(key));
  return scope_->write([&](Writing& writing) -> Result<MemoryEntry> {
    WAGGLE_ASSIGN_OR_RETURN(StoredMemory stored, require_entry(*scope_, writing, key));
    const MemoryEntry& entry = stored.entry;
    WAGGLE_TRY(writing.sql.execute("DELETE FROM memory WHERE rowid = ?1", {stored.rowid}));
    WAGGLE_TRY(stores::note_gone(writing, {.rowid = stored.rowid, .id = entry.id, .agent_id = entry.agent_id, .key = entry.key}, "remove"));
    const auto bytes = entry.key.size() + entry.value.text.size() + (entry.metadata ? entry.metadata->text.size() : 0);
    WAGGLE_TRY(stores::add_memory_usage(writing, key.agent_id, {.entries = -1, .bytes = -static_cast<std::int64_t>(bytes)}));
    return std::move(stored.entry);
  });
}

}  // namespace waggle
