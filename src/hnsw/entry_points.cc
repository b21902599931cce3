// entry_points.cc: see entry_points.h.

#include "hnsw/entry_points.h"

#include <algorithm>
#include <array>

#include "hnsw/kernels.h"
#include "hnsw/top_k.h"

namespace waggle::hnsw {
namespace {

constexpr std::size_t kWordBits = 64;
// So many groups of signs are measured by one call, or written by one task.
constexpr std::size_t kGroupsAtOnce = 32;

std::size_t round_up(std::size_t number, std::size_t multiple) { return (number + multiple - 1) / multiple * multiple; }

// In the order of slots: a node becomes a place when no earlier one has a link to it.
std::vector<Slot> dominating_nodes(const GraphNodes& nodes) {
  std::vector<Slot> places;
  std::vector<bool> is_covered(nodes.count());
  for (Slot slot = 0; slot < nodes.count(); ++slot) {
    if (is_covered[slot] || !nodes.is_live(slot)) continue;
    places.push_back(slot);
    nodes.base_links(slot).for_each([&](Slot to) { is_covered[to] = true; });
  }
  return places;
}

std::vector<Slot> spread(std::vector<Slot> slots, std::size_t count_max) {
  const std::size_t count = std::min(slots.size(), count_max);
  for (std::size_t i = 0; i < count; ++i) slots[i] = slots[i * slots.size() / count];
  slots.resize(count);
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

}  // namespace

EntryPoints::EntryPoints(const GraphNodes& nodes, const Vectors& vectors, ParallelFor parallel_for)
    : places_(spread(dominating_nodes(nodes), kPlacesMax)), middle_(mean_of(places_, vectors)) {
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

std::vector<Slot> EntryPoints::most_alike(const RowCodec& codec, const Query& query, std::size_t count) const {
  std::vector<float> vector(middle_.size());
  codec.decode(query, vector);
  std::vector<std::uint64_t> signs(words_);
  write_signs(vector, signs.data(), 1);
  Nearest<Candidate> nearest(count);
  std::array<std::uint64_t, kGroupsAtOnce * kSignGroup> differing;
  for (std::size_t begin = 0; begin < places_.size(); begin += differing.size()) {
    const std::size_t end = std::min(places_.size(), begin + differing.size());
    const std::size_t groups = round_up(end - begin, kSignGroup) / kSignGroup;
    best_kernels().signs(signs.data(), words_, signs_.data() + begin * words_, groups, differing.data());
    for (std::size_t i = begin; i < end; ++i) {
      const auto distance = static_cast<float>(differing[i - begin]);
      if (distance < nearest.bound()) nearest.offer({distance, places_[i]});
    }
  }
  std::vector<Slot> slots;
  for (const Candidate& each : nearest.take()) slots.push_back(each.slot);
  return slots;
}

}  // namespace waggle::hnsw
