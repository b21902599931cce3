// memory_search.cc: see memory_search.h.

#include "vector/memory_search.h"

#include <map>
#include <string>
#include <utility>

#include "base/json_tree.h"
#include "hnsw/top_k.h"
#include "vector/embedding_bytes.h"

namespace waggle::vector {

RowJudge::RowJudge(const MemorySelection& selection) : now_(selection.now) {
  if (selection.filter == nullptr) return;
  filter_ = *selection.filter;
  filter_->bind(paths_);
}

Result<std::optional<MemoryHit>> RowJudge::judge(std::string_view id, const std::optional<std::string_view>& metadata, Timestamp updated_at,
                                                 const std::optional<Timestamp>& expires_at) {
  if (expires_at && *expires_at <= now_) return std::optional<MemoryHit>();
  std::vector<Attribute> attributes;
  MemoryHit hit{.id = std::string(id), .updated_at = updated_at, .importance = {}};
  if (metadata) {
    WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree document, base::parse_json_tree(*metadata));
    hit.importance = importance_of(document);
    if (filter_) {
      const std::size_t known = paths_.size();
      attributes = attributes_of(document, paths_);
      if (paths_.size() != known) filter_->bind(paths_);
    }
  }
  if (filter_ && !filter_->holds(attributes)) return std::optional<MemoryHit>();
  return std::optional(std::move(hit));
}

Result<MemoryIndex> read_memories(sql::Reader& reader, const sql::Words& words, const MemoryState& state) {
  WAGGLE_ASSIGN_OR_RETURN(MemoryIndex index, MemoryIndex::create(words, state.space));
  WAGGLE_TRY(reader.query("SELECT " WAGGLE_MEMORY_INDEX_COLUMNS " FROM memory NOT INDEXED", {},
                          [&](const sql::Row& row) -> Status { return index.put(read_memory_row(row)); }));
  return index;
}

Result<std::vector<MemoryHit>> find_near_rows(sql::Reader& reader, const MemorySpace& space, std::span<const float> query, std::size_t count,
                                              const MemorySelection& selection) {
  RowJudge judge(selection);
  hnsw::TopK nearest(count);
  std::map<std::uint64_t, MemoryHit> hits;  // by rowid, which is the same all through a snapshot; those that were among the nearest once
  std::vector<float> numbers;
  const auto look = [&](const sql::Row& row) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(std::optional<MemoryHit> hit,
                            judge.judge(row.text(1), row.optional_text(2), row.timestamp(3), row.optional_timestamp(4)));
    if (!hit) return {};
    const std::span<const std::byte> blob = row.blob(5);
    WAGGLE_TRY(check_embedding_bytes(blob.size(), space));
    read_numbers(blob, numbers);
    const float distance = hnsw::distance(space.metric, query, numbers);
    const hnsw::Match match{.label = static_cast<std::uint64_t>(row.integer(0)), .distance = distance};
    if (nearest.is_full() && distance > nearest.bound()) return {};
    nearest.offer(match);
    hit->score = distance;
    hits.emplace(match.label, *std::move(hit));
    return {};
  };
  if (selection.agent_id) {
    WAGGLE_TRY(reader.query("SELECT rowid, id, metadata, updated_at, expires_at, embedding FROM memory WHERE agent_id = ?1 AND embedding IS NOT NULL",
                            {*selection.agent_id}, look));
  } else {
    WAGGLE_TRY(
        reader.query("SELECT rowid, id, metadata, updated_at, expires_at, embedding FROM memory NOT INDEXED WHERE embedding IS NOT NULL", {}, look));
  }
  std::vector<MemoryHit> found;
  for (const hnsw::Match& match : nearest.take()) found.push_back(std::move(hits.at(match.label)));
  return found;
}

}  // namespace waggle::vector
