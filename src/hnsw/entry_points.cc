// entry_points.cc: see entry_points.h.

#include "hnsw/entry_points.h"

#include <algorithm>
#include <array>

#include "hnsw/kernels.h"

namespace waggle::hnsw {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr std::size_t kGroupsAtOnce = 32;  // whose signs one task writes
constexpr std::size_t kPlacesForMean = 4'096;

std::size_t round_up(std::size_t number, std::size_t multiple) { return (number + multiple - 1) / multiple * multiple; }

// In the order of slots: a node becomes a place when no earlier one has it among the first of its links, which were its nearest when it chose them.
// That a place leads there by any of its links is not enough: where it is far away, no search enters there.
std::vector<Slot> dominating_nodes(const GraphNodes& nodes) {
  const std::uint32_t first = nodes.connectivity() / 2;
  std::vector<Slot> places;
  std::vector<bool> is_covered(nodes.count());
  for (Slot slot = 0; slot < nodes.count(); ++slot) {
    if (is_covered[slot] || !nodes.is_live(slot)) continue;
    places.push_back(slot);
    const Links links = nodes.base_links(slot);
    for (std::uint32_t i = 0; i < first && links.get(i) != kNoSlot; ++i) is_covered[links.get(i)] = true;
  }
  return places;
}

// In an order that has nothing to do with theirs, the same every time: whatever stands first in it is from all over the graph.
std::vector<Slot> mixed(std::vector<Slot> slots, std::size_t count_max) {
  // Multiplying by an odd number turns all numbers of 32 bits into all others, and by this one what lies side by side comes far apart (Knuth).
  const auto place = [](Slot slot) { return slot * 2'654'435'769U; };
  std::sort(slots.begin(), slots.end(), [&](Slot a, Slot b) { return place(a) < place(b); });
  slots.resize(std::min(slots.size(), count_max));
  return slots;
}

std::vector<float> mean_of(std::span<const Slot> slots, const Vectors& vectors) {
  std::vector<float> mean(vectors.codec.dimensions());
  std::vector<float> vector(mean.size());
  for (const Slot slot : slots) {
    vectors.codec.decode(vectors.rows.row(slot), vector);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += vector[i] / static_cast<float>(slots.size());
  }
  return mean;
}

// The `count` places of which the fewest bits differ, of those as many the first. So many bits are small numbers: how many places have which says at
// once from which number on a place is of no use, where a heap would move what is in it.
class Alikes {
 public:
  Alikes(std::size_t count, std::size_t bits) : count_(count), bound_(bits + 1), places_with_(bits + 1) {}

  // What differs in so many bits is of no use.
  std::size_t bound() const { return bound_; }
  void offer(std::size_t differing, Slot slot) {
    if (differing >= bound_) return;
    alikes_.push_back({differing, slot});
    ++below_;
    ++places_with_[differing];
    while (below_ - places_with_[bound_ - 1] >= count_) below_ -= places_with_[--bound_];
  }
  std::vector<Slot> take() {
    std::erase_if(alikes_, [&](const Alike& each) { return each.differing >= bound_; });
    std::sort(alikes_.begin(), alikes_.end());
    std::vector<Slot> slots;
    for (std::size_t i = 0; i < std::min(count_, alikes_.size()); ++i) slots.push_back(alikes_[i].slot);
    return slots;
  }

 private:
  struct Alike {
    std::size_t differing;
    Slot slot;
    bool operator<(const Alike& other) const { return differing != other.differing ? differing < other.differing : slot < other.slot; }
  };

  std::size_t count_;
  std::size_t bound_;
  std::size_t below_ = 0;                   // places of which fewer differ
  std::vector<std::uint32_t> places_with_;  // by how many differ
  std::vector<Alike> alikes_;
};

}  // namespace

EntryPoints::EntryPoints(const GraphNodes& nodes, const Vectors& vectors, ParallelFor parallel_for)
    : places_(mixed(dominating_nodes(nodes), kPlacesMax)),
      middle_(mean_of(std::span(places_).first(std::min(places_.size(), kPlacesForMean)), vectors)) {
  words_ = round_up(middle_.size(), kWordBits) / kWordBits;
  signs_.resize(round_up(places_.size(), kSignGroup) * words_);
  constexpr std::size_t kAtOnce = kGroupsAtOnce * kSignGroup;
  parallel_for((places_.size() + kAtOnce - 1) / kAtOnce, [&](std::size_t task) {
    std::vector<float> vector(middle_.size());
    for (std::size_t i = task * kAtOnce; i < std::min(places_.size(), (task + 1) * kAtOnce); ++i) {
      vectors.codec.decode(vectors.rows.row(places_[i]), vector);
      write_signs(vector, signs_.data() + i / kSignGroup * words_ * kSignGroup + i % kSignGroup, kSignGroup);
    }
  });
}

void EntryPoints::write_signs(std::span<const float> vector, std::uint64_t* signs, std::size_t stride) const {
  for (std::size_t word = 0; word < words_; ++word) {
    std::uint64_t bits = 0;
    const std::size_t begin = word * kWordBits;
    const std::size_t count = std::min(kWordBits, vector.size() - begin);
    for (std::size_t i = 0; i < count; ++i) bits |= std::uint64_t{vector[begin + i] < middle_[begin + i] ? 1U : 0U} << i;
    signs[word * stride] = bits;
  }
}

std::vector<Slot> EntryPoints::most_alike(const RowCodec& codec, const Query& query, std::size_t count, std::size_t among) const {
  std::vector<float> vector(middle_.size());
  codec.decode(query, vector);
  std::vector<std::uint64_t> signs(words_);
  write_signs(vector, signs.data(), 1);
  Alikes alikes(count, words_ * kWordBits);
  const std::size_t end = std::min(places_.size(), among);
  const std::size_t groups = round_up(end, kSignGroup) / kSignGroup;
  std::array<std::uint64_t, kSignGroup> differing;
  for (std::size_t group = 0;; ++group) {
    group += best_kernels().find_alike(signs.data(), words_, signs_.data() + group * words_ * kSignGroup, groups - group, alikes.bound(),
                                       differing.data());
    if (group == groups) break;
    const std::size_t first = group * kSignGroup;
    const std::size_t size = std::min(kSignGroup, end - first);
    for (std::size_t i = 0; i < size; ++i) alikes.offer(differing[i], places_[first + i]);
  }
  return alikes.take();
}

}  // namespace waggle::hnsw
