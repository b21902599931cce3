// render_memory.cc: memory entries, their statistics and quotas.

#include "cli/render.h"

namespace waggle::cli {

Record render(const MemoryEntry& entry) {
  Record record;
  record.text("id", entry.id).text("agent_id", entry.agent_id).text("key", entry.key).json("value", entry.value).json("metadata", entry.metadata);
  record.time("created_at", entry.created_at).time("updated_at", entry.updated_at).time("expires_at", entry.expires_at).seconds("ttl_s", entry.ttl);
  record.integer("version", entry.version).integer("access_count", entry.access_count).text("writer", entry.writer);
  return record;
}

Record render(const MemoryStats& stats) {
  Record record;
  record.integer("entries", stats.entries).integer("bytes", stats.bytes).integer("expired", stats.expired).integer("agents", stats.agents);
  return record;
}

Record render(const MemoryQuota& quota) {
  Record record;
  record.integer("entries", quota.entries).integer("bytes", quota.bytes);
  return record;
}

}  // namespace waggle::cli
