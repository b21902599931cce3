// memory_quota.cc: see memory_quota.h; and MemoryStore's two calls for quotas.

#include "stores/memory_quota.h"

#include "base/text.h"
#include "stores/memory_cache.h"

namespace waggle {
namespace stores {
namespace {

constexpr std::int64_t kSweepBatch = 64;

// What would be passed, or nullptr. Only growth is refused: an agent that is over its quota already may replace values by smaller ones.
const char* passed_limit(const MemoryQuotaRow& quota, const MemoryUsage& more) {
  if (quota.max.entries && more.entries > 0 && quota.used.entries + more.entries > *quota.max.entries) return "entries";
  if (quota.max.bytes && more.bytes > 0 && quota.used.bytes + more.bytes > *quota.max.bytes) return "bytes";
  return nullptr;
}

}  // namespace

Result<Quotas> present_quotas(const Scope& scope, Writing& writing) {
  MemoryCache& cache = scope.memory_cache();
  // Inside the write transaction nobody else commits: this is the state that the transaction is made on.
  const sql::Version base = scope.executor().version();
  if (cache.knows_no_quotas(base)) return Quotas::kNone;
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t some, writing.sql.query_integer("SELECT EXISTS(SELECT 1 FROM memory_quotas)", {}));
  if (some == 0) cache.note_no_quotas(base);
  return some == 0 ? Quotas::kNone : Quotas::kSome;
}

Result<std::optional<MemoryQuotaRow>> find_memory_quota(sql::Reader& reader, std::string_view agent_id) {
  return reader.query_one(
      "SELECT entries_max, bytes_max, entries, bytes FROM memory_quotas WHERE agent_id = ?1", {agent_id},
      [](const sql::Row& row) { return MemoryQuotaRow{{row.optional_integer(0), row.optional_integer(1)}, {row.integer(2), row.integer(3)}}; });
}

Status add_memory_usage(Writing& writing, std::string_view agent_id, const MemoryUsage& more) {
  WAGGLE_TRY(writing.sql.execute("UPDATE memory_quotas SET entries = entries + ?2, bytes = bytes + ?3 WHERE agent_id = ?1",
                                 {agent_id, more.entries, more.bytes}));
  return {};
}

Status make_memory_room(Writing& writing, std::string_view agent_id, const MemoryUsage& more) {
  // Bounded: each round but the last deletes rows.
  for (;;) {
    WAGGLE_ASSIGN_OR_RETURN(const auto quota, find_memory_quota(writing.sql, agent_id));
    const char* limit = quota ? passed_limit(*quota, more) : nullptr;
    if (limit == nullptr) return {};
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t swept, sweep_expired_memory(writing, {.rows_max = kSweepBatch, .agent_id = agent_id}));
    if (swept == 0) {
      return Error(Code::kExhausted, std::string("the agent's quota of memory ") + limit + " is used up",
                   "remove entries of the agent or raise its quota");
    }
  }
}

}  // namespace stores

using stores::Reading;
using stores::Writing;

Result<MemoryQuota> MemoryStore::set_quota(std::string_view agent_id, const MemoryQuota& quota) {
  WAGGLE_TRY(base::check_name("agent of a quota", agent_id, PutMemory::kKeyBytesMax));
  if (quota.entries.value_or(0) < 0 || quota.bytes.value_or(0) < 0) return Error(Code::kInvalidArgument, "a quota must not be negative");
  return scope_->write([&](Writing& writing) -> Result<MemoryQuota> {
    scope_->memory_cache().begin_quota_change();
    if (!quota.entries && !quota.bytes) {
      WAGGLE_TRY(writing.sql.execute("DELETE FROM memory_quotas WHERE agent_id = ?1", {agent_id}));
    } else {
      WAGGLE_TRY(writing.sql.execute("INSERT INTO memory_quotas(agent_id, entries_max, bytes_max, entries, bytes)"
                                     " SELECT ?1, ?2, ?3, count(*), coalesce(sum(" WAGGLE_MEMORY_BYTES "), 0) FROM memory WHERE agent_id = ?1"
                                     " ON CONFLICT(agent_id) DO UPDATE SET entries_max = excluded.entries_max, bytes_max = excluded.bytes_max,"
                                     " entries = excluded.entries, bytes = excluded.bytes",
                                     {agent_id, quota.entries, quota.bytes}));
    }
    WAGGLE_TRY(writing.log(Entity::kAgent, agent_id, "set_quota"));
    return quota;
  });
}

Result<MemoryQuota> MemoryStore::quota(std::string_view agent_id) {
  WAGGLE_TRY(base::check_name("agent of a quota", agent_id, PutMemory::kKeyBytesMax));
  return scope_->read([&](Reading& reading) -> Result<MemoryQuota> {
    WAGGLE_ASSIGN_OR_RETURN(const auto found, stores::find_memory_quota(reading.sql, agent_id));
    return found ? found->max : MemoryQuota{};
  });
}

}  // namespace waggle
