// row_hints.cc: see row_hints.h.

#include "stores/row_hints.h"

namespace waggle::stores {

std::uint64_t* RowHints::table() {
  std::uint64_t* present = table_.load(std::memory_order_acquire);
  if (present != nullptr) return present;
  // The system has it zeroed page by page, when one is touched.
  auto* const made = static_cast<std::uint64_t*>(std::calloc(kHints, sizeof(std::uint64_t)));
  if (table_.compare_exchange_strong(present, made, std::memory_order_acq_rel)) return made;
  std::free(made);  // another thread was quicker
  return present;
}

void RowHints::note(std::uint64_t hash, std::int64_t rowid) {
  if (rowid <= 0 || static_cast<std::uint64_t>(rowid) > kRowidMax) return;
  std::uint64_t* const words = table();
  if (words == nullptr) return;
  const std::uint64_t hint = tag_of(hash) << kRowidBits | static_cast<std::uint64_t>(rowid);
  const std::size_t place = place_of(hash);
  std::size_t way = rowid & 1U;  // which one is forgotten: any rule will do
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::uint64_t there = word(words, place + i).load(std::memory_order_relaxed);
    if (there == 0 || there >> kRowidBits == tag_of(hash)) {
      way = i;
      break;
    }
  }
  if (const auto chosen = word(words, place + way); chosen.load(std::memory_order_relaxed) != hint) chosen.store(hint, std::memory_order_relaxed);
}

}  // namespace waggle::stores
