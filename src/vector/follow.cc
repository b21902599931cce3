// follow.cc: see follow.h.

#include "vector/follow.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "vector/embedding_bytes.h"

namespace waggle::vector {
namespace {

// Beyond these many transactions, and as many as a part of the collection's vectors, reading all rows in order is cheaper than looking each up.
constexpr std::int64_t kVersionsMax = 10'000;
constexpr std::int64_t kVersionsPart = 4;
constexpr std::int64_t kFilled = std::numeric_limits<std::int64_t>::max();

struct LogRange {
  std::int64_t oldest = 0;
  std::int64_t newest = 0;
};

Result<LogRange> log_range(sql::Reader& reader) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t newest, reader.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", {}));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t oldest, reader.query_integer("SELECT coalesce(min(seq), ?1 + 1) FROM changes", {newest}));
  return LogRange{oldest, newest};
}

Result<std::vector<float>> numbers_of(std::span<const std::byte> blob, std::size_t dimensions) {
  if (blob.size() != dimensions * sizeof(float)) {
    return Error(
        Code::kCorruption,
        "a vector's embedding has " + std::to_string(blob.size()) + " bytes where its collection wants " + std::to_string(dimensions * sizeof(float)),
        "run `waggle check`, then store the vector again");
  }
  std::vector<float> numbers;
  read_numbers(blob, numbers);
  return numbers;
}

Status put_row(CollectionIndex& index, const sql::Row& row, std::size_t dimensions) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<float> embedding, numbers_of(row.blob(3), dimensions));
  return index.put({.seq = row.integer(0), .agent_id = row.optional_text(1), .metadata = row.optional_text(2), .embedding = embedding});
}

}  // namespace

bool Follower::is_far_behind(const CollectionState& state) const {
  return state.version - *version_ > std::max(kVersionsMax, state.count / kVersionsPart);
}

bool Follower::must_fill(const CollectionState& state) const {
  return !version_ || index_->options() != state.options || (*version_ < state.version && is_far_behind(state));
}

void Follower::begin_anew() {
  version_.reset();
  filled_to_ = -1;
  may_use_file_ = false;
}

Status Follower::catch_up(sql::Reader& reader, const CollectionState& state, const GraphFile& file) {
  const bool has_other_options = index_ && index_->options() != state.options;
  if (version_ == state.version && !has_other_options) return {};
  WAGGLE_ASSIGN_OR_RETURN(const LogRange log, log_range(reader));
  const bool is_log_cut = filled_to_ >= 0 && log.oldest > change_ + 1;
  if (is_log_cut || has_other_options || (version_ && is_far_behind(state))) filled_to_ = -1;
  version_.reset();
  mark_.reset();
  if (filled_to_ < 0) WAGGLE_TRY(begin(reader, state, file, log.newest));
  WAGGLE_TRY(fill(reader, state));
  WAGGLE_TRY(apply_changes(reader, state));
  if (state.options.kind != IndexKind::kExact) {
    WAGGLE_ASSIGN_OR_RETURN(mark_, mark_of(reader, log.newest, state.seq, state.options));
  }
  change_ = log.newest;
  version_ = state.version;
  may_use_file_ = true;
  return {};
}

Status Follower::begin(sql::Reader& reader, const CollectionState& state, const GraphFile& file, std::int64_t newest_change) {
  std::optional<hnsw::DecodedIndex> kept;
  if (may_use_file_ && state.options.kind != IndexKind::kExact) {
    WAGGLE_ASSIGN_OR_RETURN(kept, file.open(reader, state.options));
  }
  if (kept) {
    WAGGLE_ASSIGN_OR_RETURN(CollectionIndex known, CollectionIndex::create(state.options, std::move(kept->index)));
    index_.emplace(std::move(known));
    change_ = static_cast<std::int64_t>(kept->mark.change);
    filled_to_ = kFilled;
    return {};
  }
  WAGGLE_ASSIGN_OR_RETURN(CollectionIndex fresh, CollectionIndex::create(state.options));
  index_.emplace(std::move(fresh));
  change_ = newest_change;
  filled_to_ = 0;
  return {};
}

Status Follower::fill(sql::Reader& reader, const CollectionState& state) {
  if (filled_to_ == kFilled) return {};
  WAGGLE_TRY(reader.query("SELECT seq, agent_id, metadata, embedding FROM vectors NOT INDEXED"
                          " WHERE collection = ?1 AND seq > ?2 ORDER BY seq",
                          {state.name, filled_to_}, [&](const sql::Row& row) -> Status {
                            WAGGLE_TRY(put_row(*index_, row, state.options.dimensions));
                            filled_to_ = row.integer(0);
                            return {};
                          }));
  filled_to_ = kFilled;
  return {};
}

// A vector that is gone is known by the seq that its last change tells, in the order of the log: a later vector may have got the same.
Status Follower::apply_changes(sql::Reader& reader, const CollectionState& state) {
  std::string prefix(state.name);
  prefix += '/';
  struct Changed {
    std::string id;
    std::int64_t seq = 0;
    bool is_gone = false;
  };
  std::vector<Changed> all;
  WAGGLE_TRY(reader.query("SELECT entity_id, entity_seq, op FROM changes WHERE seq > ?1 AND entity = 'vector'", {change_},
                          [&](const sql::Row& row) -> Status {
                            const std::string_view id = row.text(0);
                            if (id.starts_with(prefix))
                              all.push_back({std::string(id.substr(prefix.size())), row.integer(1), row.text(2) == "remove"});
                            return {};
                          }));
  for (const Changed& each : all) {
    if (each.is_gone) {
      index_->remove(each.seq);
    } else {
      WAGGLE_TRY(refresh(reader, state, each.id));
    }
  }
  return {};
}

Status Follower::refresh(sql::Reader& reader, const CollectionState& state, std::string_view id) {
  return reader.query("SELECT seq, agent_id, metadata, embedding FROM vectors WHERE collection = ?1 AND id = ?2", {state.name, id},
                      [&](const sql::Row& row) { return put_row(*index_, row, state.options.dimensions); });
}

Status Follower::load_attributes(sql::Reader& reader, const CollectionState& state) {
  AttributeTable& attributes = index_->attributes();
  WAGGLE_TRY(reader.query("SELECT seq, agent_id, metadata FROM vectors WHERE collection = ?1", {state.name}, [&](const sql::Row& row) {
    return attributes.put(static_cast<std::uint64_t>(row.integer(0)), row.optional_text(1), row.optional_text(2));
  }));
  index_->set_has_attributes();
  return {};
}

}  // namespace waggle::vector
