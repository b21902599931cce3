// memory_quota.h: how much memory an agent may keep. Only agents with a quota have a row in memory_quotas, and only theirs is kept count of.

#ifndef WAGGLE_STORES_MEMORY_QUOTA_H
#define WAGGLE_STORES_MEMORY_QUOTA_H

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "stores/memory_rows.h"
#include "stores/scope.h"
#include "waggle/memory.h"

namespace waggle::stores {

// Is there any agent with a quota? Free for most puts: see MemoryCache::knows_no_quotas.
enum class Quotas : std::uint8_t { kNone, kSome };
Result<Quotas> present_quotas(const Scope& scope, Writing& writing);

struct MemoryQuotaRow {
  MemoryQuota max;
  MemoryUsage used;  // by all rows of the agent, also those that have expired and are not swept yet
};

Result<std::optional<MemoryQuotaRow>> find_memory_quota(sql::Reader& reader, std::string_view agent_id);

// Counts what the agent keeps more, or less, than before. Costs one look-up for an agent without a quota.
Status add_memory_usage(Writing& writing, std::string_view agent_id, const MemoryUsage& more);

// May the agent keep `more` than now? Sweeps its expired entries when that makes the difference. exhausted when it may not.
Status make_memory_room(Writing& writing, std::string_view agent_id, const MemoryUsage& more);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_QUOTA_H
