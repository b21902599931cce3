// graph_builder.h: GraphBuilder, which gives nodes their neighbours: choosing them, linking back, and mending what deletions leave.

#ifndef WAGGLE_HNSW_GRAPH_BUILDER_H
#define WAGGLE_HNSW_GRAPH_BUILDER_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "hnsw/graph_nodes.h"
#include "hnsw/walk.h"

namespace waggle::hnsw {

// Working memory of one thread that builds.
struct BuildScratch {
  Walk walk;
  std::vector<std::byte> query;
  std::vector<std::byte> neighbour_query;
  std::vector<Candidate> candidates;
  std::vector<Candidate> chosen;
  std::vector<const std::byte*> rows;
  std::vector<float> distances;
  std::vector<Slot> slots;
};

class GraphBuilder {
 public:
  // `ef` is the beam while looking for neighbours.
  GraphBuilder(GraphNodes& nodes, std::size_t ef) : nodes_(nodes), ef_(ef) {}

  // The walk's beginning; kNoSlot while the graph is empty. Changes as a whole: readers need no lock.
  Entry entry() const;
  void set_entry(Entry entry);

  // Links a node whose row is written and makes it live. Several threads may, each with a scratch of its own.
  void insert(Slot slot, const Vectors& vectors, BuildScratch& scratch);

  // Takes the links to deleted nodes out of the lists of `slot`, and puts in the best of those that the deleted ones had.
  void mend(Slot slot, const Vectors& vectors, BuildScratch& scratch);
  // Gives a node that no walk can reach a link from one of the nearest nodes that can be reached.
  void rescue(Slot slot, const Vectors& vectors, BuildScratch& scratch);

 private:
  void find_neighbours(const Query& query, Slot slot, Entry entry, const Vectors& vectors, BuildScratch& scratch,
                       std::array<std::vector<Candidate>, kLevelMax + 1>& found);
  void choose(const Vectors& vectors, std::size_t count, BuildScratch& scratch) const;
  bool is_occluded(const Candidate& candidate, const Vectors& vectors, BuildScratch& scratch) const;
  void link_back(Slot from, const Candidate& to, unsigned level, const Vectors& vectors, BuildScratch& scratch);
  void relink(Slot slot, unsigned level, const Vectors& vectors, BuildScratch& scratch);
  void force_link(Slot from, Slot to);
  std::size_t first_max(unsigned level) const;
  std::size_t chosen_max(unsigned level) const;
  base::Mutex& mutex_of(Slot slot) { return mutexes_[slot % mutexes_.size()]; }

  GraphNodes& nodes_;
  std::size_t ef_;
  std::atomic<std::uint64_t> entry_{kNoSlot};  // level in the upper half
  base::Mutex entry_mutex_;
  // One of them guards the lists of a slot while they change; readers take none.
  std::array<base::Mutex, 1024> mutexes_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_GRAPH_BUILDER_H
