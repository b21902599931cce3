// memory_follow.cc: see memory_follow.h.

#include "vector/memory_follow.h"

#include <unordered_set>
#include <utility>

namespace waggle::vector {
namespace {

// Beyond these many changes reading all rows in order is cheaper than looking each up.
constexpr std::int64_t kChangesMax = 20'000;

}  // namespace

Result<MemoryState> MemoryState::read(sql::Reader& reader) {
  MemoryState state;
  WAGGLE_ASSIGN_OR_RETURN(state.newest, reader.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", {}));
  WAGGLE_ASSIGN_OR_RETURN(state.space, read_memory_space(reader));
  return state;
}

Result<std::vector<std::string>> changed_memories(sql::Reader& reader, std::int64_t change) {
  std::vector<std::string> ids;
  std::unordered_set<std::string> known;
  WAGGLE_TRY(
      reader.query("SELECT entity_id FROM changes WHERE seq > ?1 AND entity = 'memory' ORDER BY seq", {change}, [&](const sql::Row& row) -> Status {
        if (known.insert(row.string(0)).second) ids.push_back(row.string(0));
        return {};
      }));
  return ids;
}

Result<bool> MemoryFollower::can_follow(sql::Reader& reader, const MemoryState& state, std::int64_t from) const {
  if (space_ != state.space || index_->is_worn() || state.newest - from > kChangesMax) return false;
  // The log has no gaps: when the one after it is there, all are.
  if (state.newest == from) return true;
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t next, reader.query_integer("SELECT seq FROM changes WHERE seq = ?1", {from + 1}));
  return next != 0;
}

Result<bool> MemoryFollower::must_fill(sql::Reader& reader, const MemoryState& state) const {
  if (!change_) return true;
  WAGGLE_ASSIGN_OR_RETURN(const bool can, can_follow(reader, state, *change_));
  return !can;
}

Status MemoryFollower::check_size() {
  if (index_->bytes() <= bytes_max_) return {};
  index_.reset();
  return Error(Code::kExhausted, "the memory entries take more memory than their index may", "raise Options::index_bytes");
}

Result<bool> MemoryFollower::fill(sql::Reader& reader, const MemoryState& state, const base::Deadline& deadline) {
  change_.reset();
  // Taken, so that an error in the middle leaves nothing that could be gone on with.
  const std::optional<std::int64_t> from = std::exchange(filling_from_, std::nullopt);
  bool goes_on = from.has_value();
  if (goes_on) {
    WAGGLE_ASSIGN_OR_RETURN(goes_on, can_follow(reader, state, *from));
  }
  if (goes_on) {
    WAGGLE_TRY(apply_changes(reader, *from));
  } else {
    WAGGLE_ASSIGN_OR_RETURN(MemoryIndex fresh, MemoryIndex::create(words_, state.space));
    index_.emplace(std::move(fresh));
    space_ = state.space;
    filled_to_.clear();
  }
  bool is_late = false;
  std::int64_t count = 0;
  const Status read =
      reader.query("SELECT " WAGGLE_MEMORY_INDEX_COLUMNS " FROM memory WHERE id > ?1 ORDER BY id", {filled_to_}, [&](const sql::Row& row) -> Status {
        WAGGLE_TRY(index_->put(read_memory_row(row)));
        WAGGLE_TRY(check_size());
        filled_to_ = row.string(0);
        is_late = ++count % 64 == 0 && deadline.passed();
        return is_late ? Status(deadline.error("the index of the memory entries", {})) : Status();
      });
  if (is_late) {
    filling_from_ = state.newest;
    return false;
  }
  WAGGLE_TRY(read);
  change_ = state.newest;
  return true;
}

Status MemoryFollower::catch_up(sql::Reader& reader, const MemoryState& state) {
  if (change_ == state.newest) return {};
  const std::int64_t from = *std::exchange(change_, std::nullopt);
  filled_to_ = "\xff";  // beyond every id
  WAGGLE_TRY(apply_changes(reader, from));
  WAGGLE_TRY(check_size());
  change_ = state.newest;
  return {};
}

// To the entries up to filled_to_: the others will be read as they are then.
Status MemoryFollower::apply_changes(sql::Reader& reader, std::int64_t from) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> ids, changed_memories(reader, from));
  for (const std::string& id : ids) {
    if (id > filled_to_) continue;
    index_->remove(id);
    WAGGLE_TRY(reader.query("SELECT " WAGGLE_MEMORY_INDEX_COLUMNS " FROM memory WHERE id = ?1", {id},
                            [&](const sql::Row& row) -> Status { return index_->put(read_memory_row(row)); }));
  }
  return {};
}

}  // namespace waggle::vector
