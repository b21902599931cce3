// memory_counts.cc: see memory_counts.h.

#include "stores/memory_counts.h"

#include <utility>

namespace waggle::stores {

const AccessCounts::Slot* AccessCounts::find(std::uint64_t key_hash, std::string_view id) const {
  const auto found = slots_.find(key_hash);
  return found != slots_.end() && found->second.id == id ? &found->second : nullptr;
}

AccessCounts::Slot& AccessCounts::slot_of(std::uint64_t key_hash, std::string_view id) {
  Slot& slot = slots_[key_hash];
  if (slot.id != id) {
    if (slot.waiting != 0) --waiting_entries_;
    slot = Slot{std::string(id)};
  }
  return slot;
}

void AccessCounts::wait(Slot& slot, std::int64_t reads) {
  if (slot.waiting == 0 && reads != 0) ++waiting_entries_;
  slot.waiting += reads;
}

std::int64_t AccessCounts::add(std::uint64_t key_hash, std::string_view id, std::int64_t reads) {
  if (reads == 0) return buffered(key_hash, id);
  if (waiting_entries_ >= kEntriesMax && find(key_hash, id) == nullptr) return reads;
  Slot& slot = slot_of(key_hash, id);
  wait(slot, reads);
  return slot.waiting + slot.in_flight;
}

std::int64_t AccessCounts::buffered(std::uint64_t key_hash, std::string_view id) const {
  const Slot* slot = find(key_hash, id);
  return slot != nullptr ? slot->waiting + slot->in_flight : 0;
}

std::int64_t AccessCounts::in_flight(std::uint64_t key_hash, std::string_view id) const {
  const Slot* slot = find(key_hash, id);
  return slot != nullptr ? slot->in_flight : 0;
}

std::int64_t AccessCounts::take_waiting(std::uint64_t key_hash, std::string_view id) {
  const auto found = slots_.find(key_hash);
  if (found == slots_.end() || found->second.id != id || found->second.waiting == 0) return 0;
  const std::int64_t reads = std::exchange(found->second.waiting, 0);
  --waiting_entries_;
  if (found->second.in_flight == 0) slots_.erase(found);
  return reads;
}

void AccessCounts::begin_flush(std::size_t count_max, std::vector<AccessCount>& out) {
  if (waiting_entries_ == 0) return;
  // Slots that are in flight already stand in the way of this loop; a flight has few of them.
  for (auto& [key_hash, slot] : slots_) {
    if (out.size() >= count_max) return;
    if (slot.waiting == 0) continue;
    const std::int64_t reads = std::exchange(slot.waiting, 0);
    slot.in_flight += reads;
    --waiting_entries_;
    out.push_back({key_hash, slot.id, reads});
  }
}

void AccessCounts::begin_flush(AccessCount count, std::vector<AccessCount>& out) {
  slot_of(count.key_hash, count.id).in_flight += count.reads;
  out.push_back(std::move(count));
}

void AccessCounts::end_flush(const AccessCount& count, FlushOutcome outcome) {
  const auto found = slots_.find(count.key_hash);
  if (found == slots_.end() || found->second.id != count.id) return;
  Slot& slot = found->second;
  slot.in_flight -= count.reads;
  if (outcome == FlushOutcome::kLost) wait(slot, count.reads);
  if (slot.waiting == 0 && slot.in_flight == 0) slots_.erase(found);
}

}  // namespace waggle::stores
