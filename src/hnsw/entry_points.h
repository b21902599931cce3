// entry_points.h: EntryPoints, places all over a graph where a walk may enter.
//
// A walk that begins at one place moves to what is nearer until nothing is. Where a query lies between two groups, a large one and a small one that
// is nearer, it can end in the large one: all links that lead out of it lead to what is farther at first. A wider beam does not help, nor does a
// sample of all nodes, which is as crowded as they are. So the places are chosen to dominate the graph: every node is one or among the first
// neighbours of one. Of real embeddings that is one in two, all of a small group and few of a crowd. A search compares the query with them by one bit
// for each dimension (decision 016).

#ifndef WAGGLE_HNSW_ENTRY_POINTS_H
#define WAGGLE_HNSW_ENTRY_POINTS_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hnsw/graph_nodes.h"
#include "hnsw/parallel_for.h"
#include "hnsw/row_codec.h"
#include "hnsw/walk.h"

namespace waggle::hnsw {

class EntryPoints {
 public:
  // Of a larger graph a part is taken: what looking at them costs has a bound.
  static constexpr std::size_t kPlacesMax = 65'536;

  // Chosen from the live nodes of a graph that nobody changes meanwhile.
  EntryPoints(const GraphNodes& nodes, const Vectors& vectors, ParallelFor parallel_for);

  std::span<const Slot> places() const { return places_; }

  // The `count` places, at least one, whose signs are most like the query's, of the first `among`, which are from all over the graph. Any of them may
  // have been deleted since, or be another vector by now.
  std::vector<Slot> most_alike(const RowCodec& codec, const Query& query, std::size_t count, std::size_t among = kPlacesMax) const;

 private:
  void write_signs(std::span<const float> vector, std::uint64_t* signs, std::size_t stride) const;

  std::vector<Slot> places_;
  std::vector<float> middle_;         // the mean of the places: a sign is that of the difference from it
  std::size_t words_ = 0;             // of the signs of one place
  std::vector<std::uint64_t> signs_;  // as SignKernel takes them
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_ENTRY_POINTS_H
