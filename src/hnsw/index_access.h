// index_access.h: IndexAccess, the inside of a GraphIndex for those who write and read its file, with changes kept out for as long as it lives.

#ifndef WAGGLE_HNSW_INDEX_ACCESS_H
#define WAGGLE_HNSW_INDEX_ACCESS_H

#include <cstddef>

#include "base/mutex.h"
#include "base/result.h"
#include "hnsw/graph_index.h"
#include "hnsw/memory.h"

namespace waggle::hnsw {

class IndexAccess {
 public:
  explicit IndexAccess(GraphIndex& index);

  const GraphNodes& nodes() const { return index_.nodes_; }
  Entry entry() const { return index_.builder_.entry(); }
  // nullptr where none are kept.
  const RowTable* originals() const { return index_.originals_ ? &*index_.originals_ : nullptr; }

  // For an index that was just made: `parts` and `originals` lie in `memory`.
  void adopt(Memory memory, const GraphNodes::Parts& parts, std::byte* originals);
  // Notes where each label is and chooses entry points. corruption when two nodes have the same. What was adopted has been checked before.
  Status adopt_labels(Entry entry, ParallelFor parallel_for);

 private:
  GraphIndex& index_;
  base::MutexLock lock_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_INDEX_ACCESS_H
