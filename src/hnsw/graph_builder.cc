// graph_builder.cc: see graph_builder.h.

#include "hnsw/graph_builder.h"

#include <algorithm>

namespace waggle::hnsw {
namespace {

// Chosen neighbours are looked at so many at a time: most candidates are hidden behind one of the first.
constexpr std::size_t kOcclusionBatch = 8;

// Slots in the order of their candidates.
void slots_of(std::span<const Candidate> candidates, std::vector<Slot>& slots) {
  slots.clear();
  for (const Candidate& candidate : candidates) slots.push_back(candidate.slot);
}

bool has(std::span<const Slot> slots, Slot slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); }

}  // namespace

Entry GraphBuilder::entry() const {
  const std::uint64_t packed = entry_.load(std::memory_order_acquire);
  return {static_cast<Slot>(packed), static_cast<unsigned>(packed >> 32U)};
}

void GraphBuilder::set_entry(Entry entry) { entry_.store(std::uint64_t{entry.level} << 32U | entry.slot, std::memory_order_release); }

// A new node takes fewer neighbours than its lists hold: others will link to it, and it links back. On level 0, where the paper takes M of 2M, 1.5M
// found more of the nearest for the same number of distances; docs/VECTOR.md has the figures.
std::size_t GraphBuilder::first_max(unsigned level) const { return level == 0 ? nodes_.connectivity() * 3 / 2 : nodes_.connectivity(); }

// A list that had to be chosen anew gets some room at once, so that the next few links cost nothing.
std::size_t GraphBuilder::chosen_max(unsigned level) const { return nodes_.capacity_of(level) - nodes_.capacity_of(level) / 8; }

void GraphBuilder::insert(Slot slot, const Vectors& vectors, BuildScratch& scratch) {
  const unsigned level = nodes_.level(slot);
  const Entry entry = this->entry();
  if (entry.slot == kNoSlot) {
    nodes_.set_state(slot, NodeState::kLive);
    set_entry({slot, level});
    return;
  }
  scratch.query.resize(vectors.codec.query_bytes());
  const Query query = vectors.codec.make_query(vectors.rows.row(slot), scratch.query.data());
  std::array<std::vector<Candidate>, kLevelMax + 1> found;
  find_neighbours(query, slot, entry, vectors, scratch, found);
  for (unsigned at = 0; at <= level; ++at) {
    slots_of(found[at], scratch.slots);
    nodes_.links(slot, at).assign(scratch.slots);
  }
  for (const Candidate& each : found[0]) nodes_.add_in_degree(each.slot);
  nodes_.set_state(slot, NodeState::kLive);
  for (unsigned at = 0; at <= level; ++at) {
    for (const Candidate& each : found[at]) link_back(each.slot, {each.distance, slot}, at, vectors, scratch);
  }
  if (nodes_.in_degree(slot) == 0 && !found[0].empty()) force_link(found[0].front().slot, slot);
  const base::MutexLock lock(entry_mutex_);
  if (level > this->entry().level) set_entry({slot, level});
}

void GraphBuilder::find_neighbours(const Query& query, Slot slot, Entry entry, const Vectors& vectors, BuildScratch& scratch,
                                   std::array<std::vector<Candidate>, kLevelMax + 1>& found) {
  const unsigned top = std::min(nodes_.level(slot), entry.level);
  scratch.walk.begin(nodes_);
  Candidate from = scratch.walk.descend(nodes_, vectors, query, entry, top);
  for (unsigned at = top + 1; at-- > 0;) {
    const std::span<const Candidate> beam = scratch.walk.beam(nodes_, vectors, query, {&from, 1}, at, ef_);
    from = beam.front();
    scratch.candidates.clear();
    std::copy_if(beam.begin(), beam.end(), std::back_inserter(scratch.candidates),
                 [&](const Candidate& each) { return each.slot != slot && nodes_.is_live(each.slot); });
    choose(vectors, first_max(at), scratch);
    found[at] = scratch.chosen;
  }
}

// From scratch.candidates, nearest first, into scratch.chosen: each that is not hidden behind one chosen before, which is nearer to it than the node
// itself (the paper's algorithm 4). So links lead in different directions, and not all into the nearest crowd. To keep more of the long links by a
// factor on that comparison (the alpha of Subramanya et al. 2019) found fewer on real embeddings at equal cost, so there is none.
void GraphBuilder::choose(const Vectors& vectors, std::size_t count, BuildScratch& scratch) const {
  scratch.chosen.clear();
  scratch.rows.clear();
  for (const Candidate& candidate : scratch.candidates) {
    if (scratch.chosen.size() == count) return;
    if (is_occluded(candidate, vectors, scratch)) continue;
    scratch.chosen.push_back(candidate);
    scratch.rows.push_back(vectors.rows.row(candidate.slot));
  }
}

bool GraphBuilder::is_occluded(const Candidate& candidate, const Vectors& vectors, BuildScratch& scratch) const {
  scratch.neighbour_query.resize(vectors.codec.query_bytes());
  const Query query = vectors.codec.make_query(vectors.rows.row(candidate.slot), scratch.neighbour_query.data());
  std::array<float, kOcclusionBatch> distances;
  for (std::size_t i = 0; i < scratch.rows.size(); i += kOcclusionBatch) {
    const std::span rows = std::span<const std::byte* const>(scratch.rows).subspan(i, std::min(kOcclusionBatch, scratch.rows.size() - i));
    vectors.codec.distances(query, rows, distances.data());
    if (std::any_of(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(rows.size()),
                    [&](float each) { return each < candidate.distance; })) {
      return true;
    }
  }
  return false;
}

void GraphBuilder::link_back(Slot from, const Candidate& to, unsigned level, const Vectors& vectors, BuildScratch& scratch) {
  const base::MutexLock lock(mutex_of(from));
  Links links = nodes_.links(from, level);
  if (links.contains(to.slot)) return;
  const std::uint32_t size = links.size();
  if (size < links.capacity()) {
    if (level == 0) nodes_.add_in_degree(to.slot);
    links.set(size, to.slot);
    return;
  }
  scratch.slots.clear();
  links.for_each([&](Slot each) {
    if (nodes_.is_live(each)) scratch.slots.push_back(each);
  });
  scratch.slots.push_back(to.slot);
  relink(from, level, vectors, scratch);
}

// Chooses the neighbours of `slot` among scratch.slots. To be called with the mutex of the slot.
void GraphBuilder::relink(Slot slot, unsigned level, const Vectors& vectors, BuildScratch& scratch) {
  scratch.neighbour_query.resize(vectors.codec.query_bytes());
  const Query query = vectors.codec.make_query(vectors.rows.row(slot), scratch.neighbour_query.data());
  scratch.rows.clear();
  for (const Slot each : scratch.slots) scratch.rows.push_back(vectors.rows.row(each));
  scratch.distances.resize(scratch.rows.size());
  vectors.codec.distances(query, scratch.rows, scratch.distances.data());
  scratch.candidates.clear();
  for (std::size_t i = 0; i < scratch.slots.size(); ++i) scratch.candidates.push_back({scratch.distances[i], scratch.slots[i]});
  std::sort(scratch.candidates.begin(), scratch.candidates.end());
  choose(vectors, chosen_max(level), scratch);
  slots_of(scratch.chosen, scratch.slots);
  Links links = nodes_.links(slot, level);
  if (level > 0) return links.assign(scratch.slots);
  for (const Slot each : scratch.slots) {
    if (!links.contains(each)) nodes_.add_in_degree(each);
  }
  // The last link that leads to a node stays: without it no search would find that node again (the "unreachable points" of Xiao et al. 2024).
  links.for_each([&](Slot each) {
    if (has(scratch.slots, each) || !nodes_.is_live(each) || nodes_.drop_in_degree(each)) return;
    if (scratch.slots.size() < links.capacity()) {
      scratch.slots.push_back(each);
    } else {
      nodes_.set_in_degree(each, 0);
    }
  });
  links.assign(scratch.slots);
}

void GraphBuilder::force_link(Slot from, Slot to) {
  const base::MutexLock lock(mutex_of(from));
  Links links = nodes_.base_links(from);
  if (links.contains(to)) return;
  std::uint32_t place = links.size();
  if (place == links.capacity()) {
    // In the place of the farthest that has another link leading to it.
    while (place > 0 && nodes_.is_live(links.get(place - 1)) && !nodes_.drop_in_degree(links.get(place - 1))) --place;
    if (place == 0) return;
    --place;
  }
  nodes_.add_in_degree(to);
  links.set(place, to);
}

void GraphBuilder::mend(Slot slot, const Vectors& vectors, BuildScratch& scratch) {
  for (unsigned level = 0; level <= nodes_.level(slot); ++level) {
    const base::MutexLock lock(mutex_of(slot));
    scratch.slots.clear();
    std::vector<Slot> gone;
    nodes_.links(slot, level).for_each([&](Slot each) { (nodes_.is_live(each) ? scratch.slots : gone).push_back(each); });
    if (gone.empty()) continue;
    for (const Slot deleted : gone) {
      nodes_.links(deleted, level).for_each([&](Slot each) {
        if (each != slot && nodes_.is_live(each)) scratch.slots.push_back(each);
      });
    }
    std::sort(scratch.slots.begin(), scratch.slots.end());
    scratch.slots.erase(std::unique(scratch.slots.begin(), scratch.slots.end()), scratch.slots.end());
    relink(slot, level, vectors, scratch);
  }
}

void GraphBuilder::rescue(Slot slot, const Vectors& vectors, BuildScratch& scratch) {
  scratch.query.resize(vectors.codec.query_bytes());
  const Query query = vectors.codec.make_query(vectors.rows.row(slot), scratch.query.data());
  scratch.walk.begin(nodes_);
  const Candidate from = scratch.walk.descend(nodes_, vectors, query, entry(), 0);
  const std::span<const Candidate> beam = scratch.walk.beam(nodes_, vectors, query, {&from, 1}, 0, ef_);
  const auto has_room = [&](const Candidate& each) {
    return each.slot != slot && nodes_.is_live(each.slot) && nodes_.base_links(each.slot).size() < nodes_.capacity_of(0);
  };
  const auto nearest = std::find_if(beam.begin(), beam.end(), has_room);
  force_link(nearest != beam.end() ? nearest->slot : beam.front().slot, slot);
}

}  // namespace waggle::hnsw
