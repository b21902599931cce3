// hash_table.h: owned things, found by a 64-bit hash that is good already.
//
// Open addressing with linear probing, never more than three quarters full, so that a look-up reads one or two lines of the processor's cache and
// then the thing itself. An erased slot is filled again from behind (Knuth, The Art of Computer Programming, vol. 3, section 6.4, algorithm R): no
// tombstones.

#ifndef WAGGLE_STORES_HASH_TABLE_H
#define WAGGLE_STORES_HASH_TABLE_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace waggle::stores {

// At most one thing a hash. A thing stays where it is in memory until it is erased. Not thread-safe.
template <typename T>
class HashTable {
 public:
  T* find(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = home(hash); slots_[at].thing; at = next(at)) {
      if (slots_[at].hash == hash) return slots_[at].thing.get();
    }
    return nullptr;
  }

  // Has the processor fetch what a find of this hash will read first. Needs no lock: it may be called while another thread changes the table.
  void prefetch(std::uint64_t hash) const {
    const Slot* const slots = published_.load(std::memory_order_relaxed);
    if (slots != nullptr) __builtin_prefetch(slots + (hash & published_mask_.load(std::memory_order_relaxed)));
  }

  // Precondition: there is none of this hash.
  T& insert(std::uint64_t hash, std::unique_ptr<T> thing) {
    if (4 * (size_ + 1) > 3 * slots_.size()) grow();
    ++size_;
    return *place(Slot{hash, std::move(thing)});
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer does not see that the slot has taken it over
  }

  // Precondition: there is one of this hash.
  void erase(std::uint64_t hash) {
    std::size_t hole = home(hash);
    while (slots_[hole].hash != hash || !slots_[hole].thing) hole = next(hole);
    slots_[hole].thing.reset();
    --size_;
    for (std::size_t at = next(hole); slots_[at].thing; at = next(at)) {
      // May it move to the hole? Not if its home lies behind the hole, going round.
      const std::size_t from_home = (at - home(slots_[at].hash)) & (slots_.size() - 1);
      const std::size_t from_hole = (at - hole) & (slots_.size() - 1);
      if (from_home < from_hole) continue;
      slots_[hole] = std::move(slots_[at]);
      hole = at;
    }
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kSlotsMin = 16;

  struct Slot {
    std::uint64_t hash = 0;
    std::unique_ptr<T> thing;
  };

  std::size_t home(std::uint64_t hash) const { return hash & (slots_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  T* place(Slot slot) {
    std::size_t at = home(slot.hash);
    while (slots_[at].thing) at = next(at);
    slots_[at] = std::move(slot);
    return slots_[at].thing.get();
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? kSlotsMin : 2 * slots_.size());
    old.swap(slots_);
    published_mask_.store(slots_.size() - 1, std::memory_order_relaxed);
    published_.store(slots_.data(), std::memory_order_relaxed);
    for (Slot& slot : old) {
      if (slot.thing) place(std::move(slot));
    }
  }

  std::vector<Slot> slots_;  // a power of two
  // For prefetch alone: where the slots are, or were a moment ago. To prefetch from memory that is gone does nothing.
  std::atomic<const Slot*> published_ = nullptr;
  std::atomic<std::size_t> published_mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_HASH_TABLE_H
