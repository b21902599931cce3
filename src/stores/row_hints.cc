// row_hints.cc: see row_hints.h.

#include "stores/row_hints.h"

namespace waggle::stores {

RowHints::Table& RowHints::table() {
  Table* present = table_.load(std::memory_order_acquire);
  if (present != nullptr) return *present;
  auto made = std::make_unique<Table>();
  if (!table_.compare_exchange_strong(present, made.get(), std::memory_order_acq_rel)) return *present;  // another thread was quicker
  return *made.release();
}

void RowHints::note(std::uint64_t hash, std::int64_t rowid) {
  if (rowid <= 0 || static_cast<std::uint64_t>(rowid) > kRowidMax) return;
  const std::uint64_t hint = tag_of(hash) << kRowidBits | static_cast<std::uint64_t>(rowid);
  std::atomic<std::uint64_t>* const set = &table()[place_of(hash)];
  std::size_t way = rowid & 1U;  // which one is forgotten: any rule will do
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::uint64_t there = set[i].load(std::memory_order_relaxed);
    if (there == 0 || there >> kRowidBits == tag_of(hash)) {
      way = i;
      break;
    }
  }
  if (set[way].load(std::memory_order_relaxed) != hint) set[way].store(hint, std::memory_order_relaxed);
}

}  // namespace waggle::stores
