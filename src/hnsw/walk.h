// walk.h: how a query moves through the graph: greedily down the upper levels, then with a beam of the `ef` nearest on one level.

#ifndef WAGGLE_HNSW_WALK_H
#define WAGGLE_HNSW_WALK_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "hnsw/graph_nodes.h"
#include "hnsw/row_codec.h"

namespace waggle::hnsw {

// What a walk cost.
struct WalkCounts {
  std::size_t visited = 0;    // nodes whose neighbours were looked at
  std::size_t distances = 0;  // distances computed
};

// A node and its distance from the query.
struct Candidate {
  float distance = 0;
  Slot slot = 0;

  friend bool operator<(const Candidate& a, const Candidate& b) { return a.distance != b.distance ? a.distance < b.distance : a.slot < b.slot; }
};

// Where a walk begins: a node of the highest level there is.
struct Entry {
  Slot slot = kNoSlot;
  unsigned level = 0;
};

// The vectors that a walk measures: the graph's own rows, or others of the same nodes.
struct Vectors {
  const RowCodec& codec;
  const RowTable& rows;
};

// The memory of a walk, used by one at a time and again by the next.
class Walk {
 public:
  // A walk sees the nodes that there are when it begins.
  void begin(const GraphNodes& nodes);

  // From `entry` down to `level`, always to the nearest neighbour; returns where that ends.
  Candidate descend(const GraphNodes& nodes, const Vectors& vectors, const Query& query, Entry entry, unsigned level);

  // The `count` nearest of these slots, nearest first; without those that came after the walk began.
  std::vector<Candidate> nearest_of(const Vectors& vectors, const Query& query, std::span<const Slot> slots, std::size_t count);

  // The `ef` nearest to be found on `level` from `from` on (those are in order, and at least one), nearest first; valid until the next call. Deleted
  // nodes are among them.
  std::span<const Candidate> beam(const GraphNodes& nodes, const Vectors& vectors, const Query& query, std::span<const Candidate> from,
                                  unsigned level, std::size_t ef);

  // Goes on for as long as `is_enough` does not stop it: nodes are left in the order of their distance, and every node is shown to `visit` once, when
  // its distance is known. False when more than `distances_max` distances would have been computed.
  using Visit = base::FunctionRef<void(const Candidate&)>;
  using IsEnough = base::FunctionRef<bool(float distance)>;
  bool flood(const GraphNodes& nodes, const Vectors& vectors, const Query& query, std::span<const Candidate> from, std::size_t distances_max,
             Visit visit, IsEnough is_enough);

  const WalkCounts& counts() const { return counts_; }

 private:
  void see(Slot slot);
  void forget_seen();
  // Fills batch_ with those neighbours that were not seen before, and distances_ with their distances.
  void expand(const Vectors& vectors, const Query& query, const Links& links);
  // Puts the candidate into the beam; returns its place there.
  std::size_t insert(const Candidate& candidate, std::size_t ef);
  // expand(), and what is near enough goes into the beam; returns the first place there that is new.
  std::size_t expand_into_beam(const Vectors& vectors, const Query& query, const Links& links, std::size_t ef);
  std::size_t first_unexpanded(std::size_t from) const;

  std::vector<std::uint64_t> seen_;  // a bit per slot: a walk touches a few cache lines of it
  std::vector<Slot> seen_slots_;     // to clear the bits again
  std::uint32_t limit_ = 0;          // slots from here on came later
  std::vector<Candidate> beam_;      // nearest first; the highest bit of a slot marks those already expanded
  std::vector<Candidate> frontier_;  // of flood(): a heap
  std::vector<Slot> batch_;
  std::vector<const std::byte*> batch_rows_;
  std::vector<float> distances_;
  WalkCounts counts_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_WALK_H
