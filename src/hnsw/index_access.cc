// index_access.cc: see index_access.h.

#include "hnsw/index_access.h"

#include <utility>

namespace waggle::hnsw {

// The analysis does not follow a lock that an object holds.
IndexAccess::IndexAccess(GraphIndex& index) WAGGLE_NO_THREAD_SAFETY_ANALYSIS : index_(index), lock_(index.write_mutex_) {}

void IndexAccess::adopt(Memory memory, const GraphNodes::Parts& parts, std::byte* originals) {
  index_.memory_ = std::move(memory);
  index_.nodes_.adopt(parts);
  if (index_.originals_) index_.originals_->adopt(originals, parts.count);
}

Status IndexAccess::adopt_labels(Entry entry, ParallelFor parallel_for) WAGGLE_NO_THREAD_SAFETY_ANALYSIS {
  index_.map_.reserve(nodes().count());
  for (Slot slot = 0; slot < nodes().count(); ++slot) {
    if (!index_.map_.insert(nodes().label(slot), slot)) {
      return Error(Code::kCorruption, "the index file is damaged: a label is there twice", "delete the file; it is made anew");
    }
  }
  index_.builder_.set_entry(entry);
  index_.live_.store(nodes().count());
  index_.choose_points(index_.vectors(), parallel_for);
  return {};
}

}  // namespace waggle::hnsw
