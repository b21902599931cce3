// label_map.cc: see label_map.h.

#include "hnsw/label_map.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/assert.h"

namespace waggle::hnsw {
namespace {

constexpr std::size_t kEntriesMin = 16;

// The finaliser of MurmurHash3: labels are often consecutive, or ids whose low bits are all alike.
std::uint64_t mix(std::uint64_t label) {
  label = (label ^ (label >> 33U)) * 0xff51afd7ed558ccdU;
  label = (label ^ (label >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return label ^ (label >> 33U);
}

}  // namespace

std::size_t LabelMap::home(std::uint64_t label) const { return mix(label) & (entries_.size() - 1); }

std::size_t LabelMap::place(std::uint64_t label) const {
  std::size_t at = home(label);
  while (entries_[at].slot != kEmpty && entries_[at].label != label) at = (at + 1) & (entries_.size() - 1);
  return at;
}

std::optional<std::uint32_t> LabelMap::find(std::uint64_t label) const {
  if (entries_.empty()) return std::nullopt;
  const Entry& entry = entries_[place(label)];
  if (entry.slot == kEmpty) return std::nullopt;
  return entry.slot;
}

bool LabelMap::insert(std::uint64_t label, std::uint32_t slot) {
  if ((size_ + 1) * 4 > entries_.size() * 3) resize(std::max(kEntriesMin, entries_.size() * 2));
  Entry& entry = entries_[place(label)];
  if (entry.slot != kEmpty) return false;
  entry = {label, slot};
  ++size_;
  return true;
}

void LabelMap::assign(std::uint64_t label, std::uint32_t slot) {
  Entry& entry = entries_[place(label)];
  WAGGLE_ASSERT(entry.slot != kEmpty);
  entry.slot = slot;
}

bool LabelMap::erase(std::uint64_t label) {
  if (entries_.empty()) return false;
  const std::size_t mask = entries_.size() - 1;
  std::size_t hole = place(label);
  if (entries_[hole].slot == kEmpty) return false;
  // What follows moves up where its home allows it, so that no search ends at the hole too early. No marks of deletion are left behind.
  for (std::size_t at = (hole + 1) & mask; entries_[at].slot != kEmpty; at = (at + 1) & mask) {
    const std::size_t from_home = (at - home(entries_[at].label)) & mask;
    if (from_home >= ((at - hole) & mask)) {
      entries_[hole] = entries_[at];
      hole = at;
    }
  }
  entries_[hole].slot = kEmpty;
  --size_;
  return true;
}

void LabelMap::reserve(std::size_t count) {
  const std::size_t wanted = std::bit_ceil(std::max(kEntriesMin, count / 3 * 4 + 4));
  if (wanted > entries_.size()) resize(wanted);
}

void LabelMap::resize(std::size_t entries) {
  std::vector<Entry> old(entries);
  std::swap(old, entries_);
  for (const Entry& entry : old) {
    if (entry.slot != kEmpty) entries_[place(entry.label)] = entry;
  }
}

}  // namespace waggle::hnsw
