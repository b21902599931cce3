// follow.h: keeps the index of a collection in step with its rows.
//
// The rows are the truth. An index remembers as of which version of its collection it is, and up to which change of the log. To catch up it reads the
// vectors that the log names since, in one snapshot, and takes over what their rows say now: so it does not matter how often a change is
// applied, and the index is never a mixture. It begins with a file of the collection's graph or with reading all rows, and begins anew when the log
// was trimmed past what it has seen, or too much changed.

#ifndef WAGGLE_VECTOR_FOLLOW_H
#define WAGGLE_VECTOR_FOLLOW_H

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sql/executor.h"
#include "vector/collection_index.h"
#include "vector/graph_file.h"

namespace waggle::vector {

// What a collection's row says in some snapshot.
struct CollectionState {
  std::string_view name;
  std::int64_t seq = 0;
  IndexOptions options;
  std::int64_t version = 0;
  std::int64_t count = 0;
};

// An index and how far it is.
class Follower {
 public:
  // As of which version of the collection the index is; nullopt when it is of none: empty, or in the middle of being filled.
  std::optional<std::int64_t> version() const { return version_; }
  // Precondition: version() has a value.
  const CollectionIndex& index() const { return *index_; }
  CollectionIndex& index() { return *index_; }
  std::size_t bytes() const { return index_ ? index_->bytes() : 0; }
  // What a copy of the index may be marked with; nullopt when the log has nothing to mark it by.
  const std::optional<hnsw::IndexMark>& mark() const { return mark_; }

  // Is filling it more than a few changes' work?
  bool must_fill(const CollectionState& state) const;

  // Brings the index to the state of the reader's snapshot, whose `state` it is. What an error (deadline, cancelled) interrupts goes on from there
  // the next time. Precondition: the snapshot is not older than one that was caught up with before.
  Status catch_up(sql::Reader& reader, const CollectionState& state, const GraphFile& file);
  // Reads the attributes of all rows. Precondition: version() is the state's.
  Status load_attributes(sql::Reader& reader, const CollectionState& state);
  // Forgets everything; the next catch_up reads all rows and no file.
  void begin_anew();

 private:
  bool is_far_behind(const CollectionState& state) const;
  Status begin(sql::Reader& reader, const CollectionState& state, const GraphFile& file, std::int64_t newest_change);
  Status fill(sql::Reader& reader, const CollectionState& state);
  Status apply_changes(sql::Reader& reader, const CollectionState& state);
  Status refresh(sql::Reader& reader, const CollectionState& state, std::string_view id);

  std::optional<CollectionIndex> index_;
  std::optional<std::int64_t> version_;
  std::optional<hnsw::IndexMark> mark_;
  std::int64_t change_ = 0;      // every change up to this one is in the index, or was seen by fill
  std::int64_t filled_to_ = -1;  // every row up to this seq was read; -1 before filling, INT64_MAX after it
  bool may_use_file_ = true;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_FOLLOW_H
