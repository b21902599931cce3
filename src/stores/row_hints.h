// row_hints.h: in which row a key was last seen, so that the row is read without a walk through the index on the key: an adaptive hash index, as
// InnoDB calls it.
//
// A hint is never trusted. Whoever reads by one has the database compare the key in the same statement, and asks the index when it differs; so a
// hint that is old, or another key's of the same hash, costs time and nothing else. Nothing has to be told of commits, and the hints serve every
// snapshot, old or new.

#ifndef WAGGLE_STORES_ROW_HINTS_H
#define WAGGLE_STORES_ROW_HINTS_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace waggle::stores {

// Takes half a megabyte of address space from the first note on, and of memory what is used of it: a process that reads one entry and ends should
// not pay for more. Thread-safe, without locks: each hint is one word.
class RowHints {
 public:
  static constexpr std::size_t kHints = std::size_t{1} << 16;

  RowHints() = default;
  ~RowHints() { std::free(table_.load(std::memory_order_relaxed)); }
  RowHints(const RowHints&) = delete;
  RowHints& operator=(const RowHints&) = delete;

  // The rowid noted for this hash, or for one that looks like it; 0 when there is none.
  std::int64_t find(std::uint64_t hash) const {
    std::uint64_t* const table = table_.load(std::memory_order_acquire);
    if (table == nullptr) return 0;
    for (std::size_t way = 0; way < kWays; ++way) {
      const std::uint64_t hint = word(table, place_of(hash) + way).load(std::memory_order_relaxed);
      if (hint >> kRowidBits == tag_of(hash)) return static_cast<std::int64_t>(hint & kRowidMax);
    }
    return 0;
  }

  // Notes the row; of two others in the same place, one is forgotten.
  void note(std::uint64_t hash, std::int64_t rowid);

 private:
  static constexpr std::size_t kWays = 2;
  // A word: 24 bits of the hash, which did not choose the place, and the rowid. A rowid above a trillion gets no hint.
  static constexpr int kRowidBits = 40;
  static constexpr std::uint64_t kRowidMax = (std::uint64_t{1} << kRowidBits) - 1;

  static std::size_t place_of(std::uint64_t hash) { return hash & (kHints - kWays); }
  static std::uint64_t tag_of(std::uint64_t hash) { return hash >> kRowidBits; }
  static std::atomic_ref<std::uint64_t> word(std::uint64_t* table, std::size_t at) { return std::atomic_ref(table[at]); }
  // nullptr when there is no memory for it.
  std::uint64_t* table();

  std::atomic<std::uint64_t*> table_ = nullptr;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_ROW_HINTS_H
