// index_set.h: the indexes that a process has of a database's collections, within a bound on their memory.

#ifndef WAGGLE_VECTOR_INDEX_SET_H
#define WAGGLE_VECTOR_INDEX_SET_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "vector/graph_keeper.h"
#include "vector/shared_index.h"

namespace waggle::vector {

struct IndexSetOptions {
  std::size_t bytes_max = 0;       // what all indexes together may take; 0 keeps none
  std::string database_path = {};  // beside which graphs are kept; empty: nowhere
};

// Thread-safe.
class IndexSet {
 public:
  IndexSet(IndexSetOptions options, base::Log& log) : options_(std::move(options)), keeper_(log) {}
  // Saves the graphs that have learnt much since they were saved.
  ~IndexSet();
  IndexSet(const IndexSet&) = delete;
  IndexSet& operator=(const IndexSet&) = delete;

  enum class IfAbsent : std::uint8_t { kNothing, kMake };
  // The index of the collection. nullptr when there is none: because it would take more memory than there is room for, because this is the first
  // search of the collection here and no file has its graph (one search is answered as quickly by reading the rows), or because of kNothing.
  std::shared_ptr<SharedIndex> find(const CollectionState& state, IfAbsent if_absent);
  // The same, but made in any case; nullptr when there is no room.
  std::shared_ptr<SharedIndex> make(const CollectionState& state);
  // Of a collection that is gone, with its file.
  void forget(std::int64_t collection_seq);

  GraphKeeper& keeper() { return keeper_; }

  struct Usage {
    std::int64_t indexes = 0;
    std::int64_t bytes = 0;
  };
  Usage usage() const;

 private:
  struct Slot {
    std::shared_ptr<SharedIndex> index;  // nullptr: searched once
    std::uint64_t used_at = 0;           // in finds
  };
  GraphFile file_of(std::int64_t collection_seq) const { return {options_.database_path, collection_seq}; }
  void note_search(std::int64_t collection_seq) WAGGLE_REQUIRES(mutex_);
  std::shared_ptr<SharedIndex> make_locked(const CollectionState& state) WAGGLE_REQUIRES(mutex_);
  // Drops the indexes that were not used for the longest time until `wanted` bytes more fit; false when they cannot.
  bool make_room(std::size_t wanted) WAGGLE_REQUIRES(mutex_);

  const IndexSetOptions options_;
  mutable base::Mutex mutex_;
  std::map<std::int64_t, Slot> slots_ WAGGLE_GUARDED_BY(mutex_);
  std::uint64_t finds_ WAGGLE_GUARDED_BY(mutex_) = 0;
  GraphKeeper keeper_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_INDEX_SET_H
