// index_set.cc: see index_set.h.

#include "vector/index_set.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "vector/graph_upkeep.h"

namespace waggle::vector {
namespace {

// Of collections that were searched once or dropped, so many are remembered.
constexpr std::size_t kSlotsMax = 4'096;
// How long the end waits for somebody who still holds an index.
constexpr auto kEndWait = std::chrono::seconds(1);

std::size_t bytes_wanted(const CollectionState& state) {
  constexpr std::size_t kEntry = 256;  // its bookkeeping, with metadata of usual length
  return static_cast<std::size_t>(std::max<std::int64_t>(state.count, 0)) * (state.options.dimensions * sizeof(float) + kEntry);
}

}  // namespace

IndexSet::~IndexSet() {
  keeper_.stop();
  const base::MutexLock lock(mutex_);
  for (auto& [seq, slot] : slots_) {
    // What cannot be saved is read from the log and the rows next time.
    if (slot.index && slot.index->due() == SharedIndex::Due::kSave) (void)save_graph(*slot.index, base::Deadline::after(kEndWait)).has_value();
  }
}

std::shared_ptr<SharedIndex> IndexSet::find(const CollectionState& state, IfAbsent if_absent) {
  base::MutexLock lock(mutex_);
  const auto found = slots_.find(state.seq);
  if (found != slots_.end() && found->second.index) {
    found->second.used_at = ++finds_;
    if (found->second.index->bytes() <= options_.bytes_max) return found->second.index;
    found->second.index.reset();  // it has outgrown the memory
    return nullptr;
  }
  if (if_absent == IfAbsent::kNothing) return nullptr;
  const bool is_first = found == slots_.end();
  note_search(state.seq);
  const bool is_kept = is_first && state.options.kind != IndexKind::kExact && file_of(state.seq).exists();
  return is_first && !is_kept ? nullptr : make_locked(state);
}

std::shared_ptr<SharedIndex> IndexSet::make(const CollectionState& state) {
  base::MutexLock lock(mutex_);
  note_search(state.seq);
  const Slot& slot = slots_[state.seq];
  return slot.index ? slot.index : make_locked(state);
}

void IndexSet::note_search(std::int64_t collection_seq) {
  if (!slots_.contains(collection_seq) && slots_.size() >= kSlotsMax) {
    slots_.erase(std::min_element(slots_.begin(), slots_.end(), [](const auto& a, const auto& b) { return a.second.used_at < b.second.used_at; }));
  }
  slots_[collection_seq].used_at = ++finds_;
}

std::shared_ptr<SharedIndex> IndexSet::make_locked(const CollectionState& state) {
  if (!make_room(bytes_wanted(state))) return nullptr;
  Slot& slot = slots_[state.seq];
  slot.index = std::make_shared<SharedIndex>(file_of(state.seq));
  slot.index->expect_bytes(bytes_wanted(state));
  return slot.index;
}

void IndexSet::forget(std::int64_t collection_seq) {
  base::MutexLock lock(mutex_);
  slots_.erase(collection_seq);
  file_of(collection_seq).remove();
}

bool IndexSet::make_room(std::size_t wanted) {
  if (wanted > options_.bytes_max) return false;
  std::size_t used = 0;
  for (const auto& [seq, slot] : slots_) used += slot.index ? slot.index->bytes() : 0;
  while (used + wanted > options_.bytes_max) {
    Slot* oldest = nullptr;
    for (auto& [seq, slot] : slots_) {
      if (slot.index && (oldest == nullptr || slot.used_at < oldest->used_at)) oldest = &slot;
    }
    if (oldest == nullptr) return false;
    used -= oldest->index->bytes();
    oldest->index.reset();  // who searches it now keeps it until the end
  }
  return true;
}

IndexSet::Usage IndexSet::usage() const {
  base::MutexLock lock(mutex_);
  Usage usage;
  for (const auto& [seq, slot] : slots_) {
    if (!slot.index) continue;
    ++usage.indexes;
    usage.bytes += static_cast<std::int64_t>(slot.index->bytes());
  }
  return usage;
}

}  // namespace waggle::vector
