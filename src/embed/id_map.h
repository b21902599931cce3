// id_map.h: a table from 64-bit keys to small values that is filled once and read often: open addressing, linear probing, at most half full.

#ifndef WAGGLE_EMBED_ID_MAP_H
#define WAGGLE_EMBED_ID_MAP_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace waggle::embed {

// No key may be kNoKey.
template <typename Value>
class IdMap {
 public:
  static constexpr std::uint64_t kNoKey = ~std::uint64_t{0};

  explicit IdMap(std::size_t entries_max)
      : slots_(std::bit_ceil(entries_max * 2 + 2)), shift_(64U - static_cast<unsigned>(std::bit_width(slots_.size() - 1))) {}

  // Replaces the value of a key that is there. Precondition: fewer than entries_max keys are, or this one is.
  void set(std::uint64_t key, const Value& value) { slots_[slot_of(key)] = {key, value}; }

  // nullptr when the key is not there.
  const Value* find(std::uint64_t key) const {
    const Slot& slot = slots_[slot_of(key)];
    return slot.key == key ? &slot.value : nullptr;
  }

 private:
  struct Slot {
    std::uint64_t key = kNoKey;
    Value value = {};
  };

  // Where the key is or would be.
  std::size_t slot_of(std::uint64_t key) const {
    std::size_t slot = (key * 0x9e3779b97f4a7c15U) >> shift_;
    while (slots_[slot].key != key && slots_[slot].key != kNoKey) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  std::vector<Slot> slots_;
  unsigned shift_;
};

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_ID_MAP_H
