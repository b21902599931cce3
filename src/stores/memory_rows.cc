// memory_rows.cc: see memory_rows.h.

#include "stores/memory_rows.h"

#include "base/text.h"
#include "stores/memory_cache.h"
#include "stores/memory_quota.h"

namespace waggle::stores {

void decode_memory(const sql::Row& row, MemoryEntry& entry) {
  entry.id = row.string(0);
  entry.value.text = row.string(1);
  entry.metadata = row.optional_json(2);
  entry.created_at = row.timestamp(3);
  entry.ttl = row.optional_duration(4);
  entry.access_count = row.integer(5);
  entry.updated_at = row.timestamp(6);
  entry.expires_at = row.optional_timestamp(7);
  entry.version = row.integer(8);
  entry.writer = row.optional_string(9);
}

std::optional<Timestamp> expiry(Timestamp now, const std::optional<Duration>& ttl) {
  if (!ttl) return std::nullopt;
  if (now > Timestamp::max() - *ttl) return Timestamp::max();
  return now + *ttl;
}

Status note_gone(Writing& writing, const GoneMemory& gone, std::string_view op) {
  writing.sql.note_changed(MemoryCache::hash_of({gone.agent_id, gone.key}));
  return writing.log(Entity::kMemory, gone.id, op);
}

Status expire_memory(Writing& writing, const GoneMemory& gone) {
  WAGGLE_TRY(writing.sql.execute("DELETE FROM memory WHERE rowid = ?1", {gone.rowid}));
  WAGGLE_TRY(note_gone(writing, gone, "expire"));
  return add_memory_usage(writing, gone.agent_id, {.entries = -1, .bytes = -gone.bytes});
}

Result<std::int64_t> sweep_expired_memory(Writing& writing, const Sweep& sweep) {
  std::vector<GoneMemory> gone;
  const auto collect = [&](const sql::Row& row) -> Status {
    gone.push_back({row.integer(0), row.string(1), row.string(2), row.string(3), row.integer(4), true});
    return {};
  };
  if (sweep.agent_id) {
    // The plus keeps SQLite from walking all entries of the agent: those that have expired are few.
    WAGGLE_TRY(writing.sql.query("SELECT rowid, id, agent_id, key, " WAGGLE_MEMORY_BYTES " FROM memory"
                                 " WHERE expires_at IS NOT NULL AND expires_at <= ?1 AND +agent_id = ?3 ORDER BY expires_at LIMIT ?2",
                                 {writing.now, sweep.rows_max, *sweep.agent_id}, collect));
  } else {
    WAGGLE_TRY(writing.sql.query("SELECT rowid, id, agent_id, key, " WAGGLE_MEMORY_BYTES " FROM memory"
                                 " WHERE expires_at IS NOT NULL AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2",
                                 {writing.now, sweep.rows_max}, collect));
  }
  for (const GoneMemory& entry : gone) WAGGLE_TRY(expire_memory(writing, entry));
  return static_cast<std::int64_t>(gone.size());
}

Status check_memory_key(const MemoryKey& key) {
  WAGGLE_TRY(base::check_name("agent of a memory entry", key.agent_id, PutMemory::kKeyBytesMax));
  return base::check_name("key of a memory entry", key.key, PutMemory::kKeyBytesMax);
}

Error missing_memory(const MemoryKey& key) {
  if (const Status valid = check_memory_key(key); !valid) return valid.error();
  return Error(Code::kNotFound, "the agent has no memory entry under this key", "`waggle memory list` shows those that have not expired");
}

}  // namespace waggle::stores
