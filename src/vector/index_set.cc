// index_set.cc: see index_set.h.

#include "vector/index_set.h"

#include <algorithm>
#include <chrono>
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

SharedIndex::Hold::~Hold() {
  if (owner_ == nullptr) return;
  base::MutexLock lock(owner_->mutex_);
  if (--owner_->holds_ == 0) owner_->released_.notify_all();
}

const CollectionIndex& SharedIndex::Hold::index() const { return owner_->follower_.index(); }

SharedIndex::Hold SharedIndex::hold_at(std::int64_t version) const {
  base::MutexLock lock(mutex_);
  if (use_ != Use::kFree || version_ != version) return Hold();
  ++holds_;
  return Hold(this);
}

Result<SharedIndex::Outcome> SharedIndex::catch_up(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline) {
  {
    base::MutexLock lock(mutex_);
    while (use_ != Use::kFree || holds_ > 0) {
      if (use_ == Use::kFilling) return Outcome::kBusy;
      if (deadline.passed()) return deadline.error("searches of the collection to end", "give the call more time");
      // Soon anyway: a stop request wakes nobody.
      released_.wait_until(mutex_, std::min(deadline.end(), base::steady_now() + std::chrono::milliseconds(100)));
    }
    if (version_ && *version_ >= state.version) return Outcome::kUpToDate;
    use_ = follower_.must_fill(state) ? Use::kFilling : Use::kCatchingUp;
  }
  const Turn turn(*this);
  WAGGLE_TRY(follower_.catch_up(reader, state));
  return Outcome::kUpToDate;
}

SharedIndex::Turn::~Turn() {
  index_.bytes_ = index_.follower_.bytes();
  base::MutexLock lock(index_.mutex_);
  index_.use_ = Use::kFree;
  index_.version_ = index_.follower_.version();
  index_.released_.notify_all();
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
