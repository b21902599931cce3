// memory_follow.h: keeps the index of the memory entries in step with their rows, by the change log; see follow.h for collections.

#ifndef WAGGLE_VECTOR_MEMORY_FOLLOW_H
#define WAGGLE_VECTOR_MEMORY_FOLLOW_H

#include <cstdint>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "sql/executor.h"
#include "vector/memory_index.h"

namespace waggle::vector {

// What some snapshot says: how far its change log goes, and whose vectors its embeddings are.
struct MemoryState {
  std::int64_t newest = 0;  // the last change
  std::optional<MemorySpace> space;

  static Result<MemoryState> read(sql::Reader& reader);
};

// Ids of the memory entries that changes after `change` name, each once. In the order of the log.
Result<std::vector<std::string>> changed_memories(sql::Reader& reader, std::int64_t change);

// An index and how far it is.
class MemoryFollower {
 public:
  // Borrows `words`. An index that would take more than `bytes_max` is given up.
  MemoryFollower(const sql::Words& words, std::size_t bytes_max) : words_(words), bytes_max_(bytes_max) {}

  // Up to which change the index holds everything; nullopt when it is empty or in the middle of being filled.
  std::optional<std::int64_t> change() const { return change_; }
  // Precondition: change() has a value.
  const MemoryIndex& index() const { return *index_; }
  std::size_t bytes() const { return index_ ? index_->bytes() : 0; }

  // Is it to be filled from the rows to reach the state?
  Result<bool> must_fill(sql::Reader& reader, const MemoryState& state) const;
  // Brings the index to the state of the reader's snapshot by reading the rows. True when it is there; false when the deadline has passed: the next
  // call goes on. exhausted, and the index is given up, when it would take too much.
  // Precondition: the snapshot is not older than one that was caught up with before.
  Result<bool> fill(sql::Reader& reader, const MemoryState& state, const base::Deadline& deadline);
  // The same from where it is. Precondition: not must_fill.
  Status catch_up(sql::Reader& reader, const MemoryState& state);

 private:
  Result<bool> can_follow(sql::Reader& reader, const MemoryState& state, std::int64_t from) const;
  Status apply_changes(sql::Reader& reader, std::int64_t from);
  Status check_size();

  const sql::Words& words_;
  const std::size_t bytes_max_;
  std::optional<MemoryIndex> index_;
  std::optional<MemorySpace> space_;
  std::optional<std::int64_t> change_;
  std::optional<std::int64_t> filling_from_;  // while it is being filled: every entry up to filled_to_ is as of this change
  std::string filled_to_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_MEMORY_FOLLOW_H
