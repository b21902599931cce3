// index_set.cc: see index_set.h.

#include "vector/index_set.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace waggle::vector {
namespace {

// Of collections that were searched once or dropped, so many are remembered.
constexpr std::size_t kSlotsMax = 4'096;

std::size_t bytes_wanted(const CollectionState& state) {
  constexpr std::size_t kEntry = 256;  // its bookkeeping, with an id and metadata of usual length
  return static_cast<std::size_t>(std::max<std::int64_t>(state.count, 0)) * (state.options.dimensions * sizeof(float) + kEntry);
}

}  // namespace

SharedIndex::Hold SharedIndex::hold_at(std::int64_t version) const {
  Hold hold;
  std::shared_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || follower_.version() != version) return hold;
  hold.lock_ = std::move(lock);
  hold.follower_ = &follower_;
  return hold;
}

Result<SharedIndex::Outcome> SharedIndex::catch_up(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline) {
  std::unique_lock lock(mutex_, std::defer_lock);
  while (!lock.try_lock_until(std::min(deadline.end(), base::steady_now() + std::chrono::milliseconds(10)))) {
    if (is_filling_) return Outcome::kBusy;
    if (deadline.passed()) return deadline.error("searches of the collection to end", "give the call more time");
  }
  if (follower_.version() && *follower_.version() >= state.version) return Outcome::kUpToDate;
  is_filling_ = follower_.must_fill(state);
  const Status status = follower_.catch_up(reader, state);
  is_filling_ = false;
  bytes_ = follower_.bytes();
  WAGGLE_TRY(status);
  return Outcome::kUpToDate;
}

std::shared_ptr<SharedIndex> IndexSet::find(std::int64_t collection_seq, const CollectionState& state, IfAbsent if_absent) {
  base::MutexLock lock(mutex_);
  const auto found = slots_.find(collection_seq);
  if (found != slots_.end() && found->second.index) {
    found->second.used_at = ++finds_;
    if (found->second.index->bytes_.load() <= bytes_max_) return found->second.index;
    found->second.index.reset();  // it has outgrown the memory
    return nullptr;
  }
  if (if_absent == IfAbsent::kNothing) return nullptr;
  if (found == slots_.end()) {
    if (slots_.size() >= kSlotsMax) {
      slots_.erase(std::min_element(slots_.begin(), slots_.end(), [](const auto& a, const auto& b) { return a.second.used_at < b.second.used_at; }));
    }
    slots_[collection_seq].used_at = ++finds_;
    return nullptr;
  }
  if (!make_room(bytes_wanted(state))) return nullptr;
  Slot& slot = slots_[collection_seq];
  slot = {.index = std::make_shared<SharedIndex>(), .used_at = ++finds_};
  slot.index->bytes_ = bytes_wanted(state);  // until it is filled and knows
  return slot.index;
}

bool IndexSet::make_room(std::size_t wanted) {
  if (wanted > bytes_max_) return false;
  std::size_t used = 0;
  for (const auto& [seq, slot] : slots_) used += slot.index ? slot.index->bytes_.load() : 0;
  while (used + wanted > bytes_max_) {
    Slot* oldest = nullptr;
    for (auto& [seq, slot] : slots_) {
      if (slot.index && (oldest == nullptr || slot.used_at < oldest->used_at)) oldest = &slot;
    }
    if (oldest == nullptr) return false;
    used -= oldest->index->bytes_.load();
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
    usage.bytes += static_cast<std::int64_t>(slot.index->bytes_.load());
  }
  return usage;
}

}  // namespace waggle::vector
