// walk.cc: see walk.h.

#include "hnsw/walk.h"

#include <algorithm>
#include <functional>

namespace waggle::hnsw {
namespace {

constexpr Slot kExpanded = 0x80000000;
constexpr unsigned kWordBits = 64;

}  // namespace

void Walk::begin(const GraphNodes& nodes) {
  counts_ = {};
  limit_ = nodes.count();
  seen_.resize(std::max<std::size_t>(seen_.size(), limit_ / kWordBits + 1));
}

void Walk::see(Slot slot) {
  seen_[slot / kWordBits] |= std::uint64_t{1} << (slot % kWordBits);
  seen_slots_.push_back(slot);
}

void Walk::forget_seen() {
  for (const Slot slot : seen_slots_) seen_[slot / kWordBits] = 0;
  seen_slots_.clear();
}

// Whether a neighbour was seen is a coin toss to the branch predictor, so every one is written down, and those that were seen are written over.
void Walk::expand(const Vectors& vectors, const Query& query, const Links& links) {
  batch_.resize(links.capacity());
  std::size_t count = 0;
  links.for_each([&](Slot slot) {
    if (slot >= limit_) return;
    std::uint64_t& word = seen_[slot / kWordBits];
    const std::uint64_t before = word;
    word |= std::uint64_t{1} << (slot % kWordBits);
    batch_[count] = slot;
    count += word != before ? 1 : 0;
  });
  batch_.resize(count);
  seen_slots_.insert(seen_slots_.end(), batch_.begin(), batch_.end());
  batch_rows_.clear();
  for (const Slot slot : batch_) batch_rows_.push_back(vectors.rows.row(slot));
  distances_.resize(std::max(distances_.size(), batch_.size()));
  vectors.codec.distances(query, batch_rows_, distances_.data());
  ++counts_.visited;
  counts_.distances += batch_.size();
}

Candidate Walk::descend(const GraphNodes& nodes, const Vectors& vectors, const Query& query, Entry entry, unsigned level) {
  Candidate nearest{vectors.codec.distance(query, vectors.rows.row(entry.slot)), entry.slot};
  ++counts_.distances;
  for (unsigned at = entry.level; at > level; --at) {
    for (bool has_moved = true; has_moved;) {
      has_moved = false;
      expand(vectors, query, nodes.links(nearest.slot, at));
      for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (distances_[i] >= nearest.distance) continue;
        nearest = {distances_[i], batch_[i]};
        has_moved = true;
      }
    }
    forget_seen();
  }
  return nearest;
}

std::vector<Candidate> Walk::nearest_of(const Vectors& vectors, const Query& query, std::span<const Slot> slots, std::size_t count) {
  std::vector<Candidate> nearest;
  batch_rows_.clear();
  for (const Slot slot : slots) {
    if (slot >= limit_) continue;
    nearest.push_back({0, slot});
    batch_rows_.push_back(vectors.rows.row(slot));
  }
  distances_.resize(std::max(distances_.size(), nearest.size()));
  vectors.codec.distances(query, batch_rows_, distances_.data());
  counts_.distances += nearest.size();
  for (std::size_t i = 0; i < nearest.size(); ++i) nearest[i].distance = distances_[i];
  std::sort(nearest.begin(), nearest.end());
  if (nearest.size() > count) nearest.resize(count);
  return nearest;
}

std::size_t Walk::insert(const Candidate& candidate, std::size_t ef) {
  if (beam_.size() == ef) beam_.pop_back();
  // A binary search without a branch that depends on the distances.
  const Candidate* place = beam_.data();
  for (std::size_t left = beam_.size(); left > 0;) {
    const std::size_t half = (left + 1) / 2;
    place = place[half - 1].distance <= candidate.distance ? place + half : place;
    left -= half;
  }
  const std::ptrdiff_t at = place - beam_.data();
  beam_.insert(beam_.begin() + at, candidate);
  return static_cast<std::size_t>(at);
}

std::size_t Walk::expand_into_beam(const Vectors& vectors, const Query& query, const Links& links, std::size_t ef) {
  expand(vectors, query, links);
  std::size_t first = beam_.size();
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (beam_.size() == ef && distances_[i] >= beam_.back().distance) continue;
    first = std::min(first, insert({distances_[i], batch_[i]}, ef));
  }
  return first;
}

std::size_t Walk::first_unexpanded(std::size_t from) const {
  while (from < beam_.size() && (beam_[from].slot & kExpanded) != 0) ++from;
  return from;
}

// The beam is one sorted array: candidates still to be expanded and results are the same nodes, and for the hundreds that ef is, moving the tail of
// an array costs less than two heaps (the paper's W and C).
std::span<const Candidate> Walk::beam(const GraphNodes& nodes, const Vectors& vectors, const Query& query, std::span<const Candidate> from,
                                      unsigned level, std::size_t ef) {
  beam_.assign(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(std::min(ef, from.size())));
  beam_.reserve(ef + 1);
  for (const Candidate& each : beam_) see(each.slot);
  // Several entries are all expanded, before what one of them leads to can crowd the others out.
  if (from.size() > 1) {
    for (Candidate& each : beam_) each.slot |= kExpanded;
    for (const Candidate& each : from.first(std::min(ef, from.size()))) expand_into_beam(vectors, query, nodes.links(each.slot, level), ef);
  }
  for (std::size_t next = first_unexpanded(0); next < beam_.size();) {
    const Slot slot = beam_[next].slot;
    beam_[next].slot |= kExpanded;
    // Likely the next one, if this one has no nearer neighbour: its list is fetched meanwhile.
    if (const std::size_t second = first_unexpanded(next + 1); second < beam_.size()) nodes.links(beam_[second].slot, level).prefetch();
    next = first_unexpanded(std::min(next + 1, expand_into_beam(vectors, query, nodes.links(slot, level), ef)));
    if (next < beam_.size()) nodes.links(beam_[next].slot, level).prefetch();
  }
  for (Candidate& candidate : beam_) candidate.slot &= ~kExpanded;
  forget_seen();
  return beam_;
}

bool Walk::flood(const GraphNodes& nodes, const Vectors& vectors, const Query& query, std::span<const Candidate> from, std::size_t distances_max,
                 Visit visit, IsEnough is_enough) {
  const auto farther = [](const Candidate& a, const Candidate& b) { return b < a; };
  frontier_.assign(from.begin(), from.end());
  std::make_heap(frontier_.begin(), frontier_.end(), farther);
  for (const Candidate& each : from) {
    see(each.slot);
    visit(each);
  }
  bool is_done = true;
  while (!frontier_.empty() && !is_enough(frontier_.front().distance)) {
    if (counts_.distances > distances_max) {
      is_done = false;
      break;
    }
    std::pop_heap(frontier_.begin(), frontier_.end(), farther);
    const Slot slot = frontier_.back().slot;
    frontier_.pop_back();
    expand(vectors, query, nodes.base_links(slot));
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const Candidate candidate{distances_[i], batch_[i]};
      visit(candidate);
      if (is_enough(candidate.distance)) continue;
      frontier_.push_back(candidate);
      std::push_heap(frontier_.begin(), frontier_.end(), farther);
    }
  }
  forget_seen();
  return is_done;
}

}  // namespace waggle::hnsw
