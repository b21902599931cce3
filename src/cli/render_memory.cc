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

namespace {

void add_part(Record& record, std::string_view name, const std::optional<double>& part) {
  if (part)
    record.number(name, *part);
  else
    record.null(name);
}

}  // namespace

Record render(const RecallMatch& match) {
  Record parts;
  add_part(parts, "text", match.parts.text);
  add_part(parts, "vector", match.parts.vector);
  add_part(parts, "recency", match.parts.recency);
  add_part(parts, "importance", match.parts.importance);
  Record record;
  record.record("memory", render(match.memory)).number("score", match.score).record("parts", parts).text("snippet", match.snippet);
  record.integer("text_rank", match.text_rank);
  add_part(record, "bm25", match.bm25);
  record.integer("vector_rank", match.vector_rank);
  add_part(record, "distance", match.distance);
  return record;
}

Record render(const RecallPlan& plan) {
  Record record;
  record.text("method", plan.method).text("reason", plan.reason).integer("words", plan.words).integer("by_text", plan.by_text);
  record.integer("by_vector", plan.by_vector);
  return record;
}

}  // namespace waggle::cli
