// memory_counts.cc: see memory_counts.h.

#include "stores/memory_counts.h"

#include <algorithm>
#include <utility>

namespace waggle::stores {

const AccessCounts::Slot* AccessCounts::find(std::uint64_t key_hash, std::uint64_t id_tag) const {
  if (slots_ == nullptr) return nullptr;
  const Slot* const set = &slots_[first_of(key_hash)];
  for (std::size_t way = 0; way < kWays; ++way) {
    if (set[way].is_of(key_hash, id_tag)) return &set[way];
  }
  return nullptr;
}

void AccessCounts::wait(Slot& slot, std::int64_t reads) {
  if (slot.waiting == 0 && reads != 0) ++waiting_slots_;
  slot.waiting += static_cast<std::uint32_t>(reads);
}

AccessCounts::Slot* AccessCounts::place_for(const EntryTag& entry) {
  if (slots_ == nullptr) {
    slots_ = std::make_unique<Slot[]>(kSlots);
    published_.store(slots_.get(), std::memory_order_release);
  }
  Slot* const set = &slots_[first_of(entry.key_hash)];
  Slot* place = nullptr;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (set[way].is_of(entry.key_hash, entry.id_tag)) return &set[way];
    if (set[way].is_free()) place = &set[way];
  }
  if (place != nullptr) place->entry = entry;
  return place;
}

std::int64_t AccessCounts::add(const EntryTag& entry, std::int64_t reads) {
  if (reads == 0) return buffered(entry.key_hash, entry.id_tag);
  Slot* const slot = place_for(entry);
  if (slot == nullptr) return reads;
  wait(*slot, reads);
  return std::int64_t{slot->waiting} + slot->in_flight;
}

void AccessCounts::add_in_flight(const EntryTag& entry, std::int64_t reads) {
  if (reads == 0) return;
  if (Slot* const slot = place_for(entry); slot != nullptr) slot->in_flight += static_cast<std::uint32_t>(reads);
}

std::int64_t AccessCounts::buffered(std::uint64_t key_hash, std::uint64_t id_tag) const {
  const Slot* slot = find(key_hash, id_tag);
  return slot != nullptr ? std::int64_t{slot->waiting} + slot->in_flight : 0;
}

std::int64_t AccessCounts::in_flight(std::uint64_t key_hash, std::uint64_t id_tag) const {
  const Slot* slot = find(key_hash, id_tag);
  return slot != nullptr ? slot->in_flight : 0;
}

std::int64_t AccessCounts::take_waiting(std::uint64_t key_hash, std::uint64_t id_tag) {
  auto* slot = const_cast<Slot*>(find(key_hash, id_tag));
  if (slot == nullptr || slot->waiting == 0) return 0;
  --waiting_slots_;
  return std::exchange(slot->waiting, 0U);
}

void AccessCounts::begin_flush(std::size_t count_max, std::vector<AccessCount>& out) {
  for (std::size_t looked = 0; looked < kSlots && waiting_slots_ != 0 && out.size() < count_max; ++looked) {
    Slot& slot = slots_[flush_from_];
    flush_from_ = (flush_from_ + 1) % kSlots;
    if (slot.waiting == 0) continue;
    out.push_back({slot.entry, slot.waiting});
    slot.in_flight += std::exchange(slot.waiting, 0U);
    --waiting_slots_;
  }
}

void AccessCounts::end_flush(const AccessCount& count, FlushOutcome outcome) {
  auto* slot = const_cast<Slot*>(find(count.entry.key_hash, count.entry.id_tag));
  if (slot == nullptr) return;
  const std::int64_t reads = std::min<std::int64_t>(slot->in_flight, count.reads);
  slot->in_flight -= static_cast<std::uint32_t>(reads);
  if (outcome == FlushOutcome::kLost) wait(*slot, reads);
}

}  // namespace waggle::stores
