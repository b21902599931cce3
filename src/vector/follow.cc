// follow.cc: see follow.h.

#include "vector/follow.h"

#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace waggle::vector {
namespace {

// Beyond these many transactions, or as many as a part of the collection's vectors, reading all rows in order is cheaper than looking each up.
constexpr std::int64_t kVersionsMax = 10'000;

struct LogRange {
  std::int64_t oldest = 0;
  std::int64_t newest = 0;
};

Result<LogRange> log_range(sql::Reader& reader) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t newest, reader.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", {}));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t oldest, reader.query_integer("SELECT coalesce(min(seq), ?1 + 1) FROM changes", {newest}));
  return LogRange{oldest, newest};
}

// Rows hold little-endian float32, of no alignment.
Result<std::vector<float>> numbers_of(std::span<const std::byte> blob, std::size_t dimensions) {
  std::vector<float> numbers(dimensions);
  if (blob.size() != dimensions * sizeof(float)) {
    return Error(
        Code::kCorruption,
        "a vector's embedding has " + std::to_string(blob.size()) + " bytes where its collection wants " + std::to_string(dimensions * sizeof(float)),
        "run `waggle check`, then store the vector again");
  }
  std::memcpy(numbers.data(), blob.data(), blob.size());
  return numbers;
}

Status put_row(CollectionIndex& index, const sql::Row& row, std::size_t dimensions) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<float> embedding, numbers_of(row.blob(4), dimensions));
  return index.put(
      {.seq = row.integer(0), .id = row.text(1), .agent_id = row.optional_text(2), .metadata = row.optional_text(3), .embedding = embedding});
}

}  // namespace

bool Follower::is_far_behind(const CollectionState& state) const { return state.version - *version_ > kVersionsMax; }

Status Follower::catch_up(sql::Reader& reader, const CollectionState& state) {
  if (version_ == state.version) return {};
  WAGGLE_ASSIGN_OR_RETURN(const LogRange log, log_range(reader));
  const bool is_log_cut = filled_to_ >= 0 && log.oldest > change_ + 1;
  if (is_log_cut || (version_ && is_far_behind(state))) filled_to_ = -1;
  version_.reset();
  if (filled_to_ < 0) {
    WAGGLE_ASSIGN_OR_RETURN(CollectionIndex fresh, CollectionIndex::create(state.options));
    index_.emplace(std::move(fresh));
    change_ = log.newest;
    filled_to_ = 0;
  }
  WAGGLE_TRY(fill(reader, state));
  WAGGLE_TRY(apply_changes(reader, state));
  change_ = log.newest;
  version_ = state.version;
  return {};
}

Status Follower::fill(sql::Reader& reader, const CollectionState& state) {
  if (filled_to_ == std::numeric_limits<std::int64_t>::max()) return {};
  WAGGLE_TRY(reader.query("SELECT seq, id, agent_id, metadata, embedding FROM vectors NOT INDEXED"
                          " WHERE collection = ?1 AND seq > ?2 ORDER BY seq",
                          {state.name, filled_to_}, [&](const sql::Row& row) -> Status {
                            WAGGLE_TRY(put_row(*index_, row, state.options.dimensions));
                            filled_to_ = row.integer(0);
                            return {};
                          }));
  filled_to_ = std::numeric_limits<std::int64_t>::max();
  return {};
}

Status Follower::apply_changes(sql::Reader& reader, const CollectionState& state) {
  std::string prefix(state.name);
  prefix += '/';
  std::vector<std::string> ids;
  WAGGLE_TRY(reader.query("SELECT entity_id FROM changes WHERE seq > ?1 AND entity = 'vector'", {change_}, [&](const sql::Row& row) -> Status {
    const std::string_view id = row.text(0);
    if (id.starts_with(prefix)) ids.emplace_back(id.substr(prefix.size()));
    return {};
  }));
  for (const std::string& id : ids) WAGGLE_TRY(refresh(reader, state, id));
  return {};
}

Status Follower::refresh(sql::Reader& reader, const CollectionState& state, std::string_view id) {
  bool exists = false;
  WAGGLE_TRY(reader.query("SELECT seq, id, agent_id, metadata, embedding FROM vectors WHERE collection = ?1 AND id = ?2", {state.name, id},
                          [&](const sql::Row& row) -> Status {
                            exists = true;
                            return put_row(*index_, row, state.options.dimensions);
                          }));
  if (!exists) index_->remove(id);
  return {};
}

}  // namespace waggle::vector
