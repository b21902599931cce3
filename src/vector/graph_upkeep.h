// graph_upkeep.h: the work that a collection's graph makes: building it, telling it what has changed, saving it. Searches go on meanwhile, and
// changes too; the index is held for moments only.

#ifndef WAGGLE_VECTOR_GRAPH_UPKEEP_H
#define WAGGLE_VECTOR_GRAPH_UPKEEP_H

#include <cstddef>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "vector/shared_index.h"

namespace waggle::vector {

// Told how many of how many vectors are linked, now and then, by whichever thread; false ends the work.
using BuildProgress = base::FunctionRef<bool(std::size_t done, std::size_t total)>;

// Builds a graph of all rows on so many threads, the caller's included. cancelled when `progress` said so, or the deadline's stop token;
// deadline when it has passed. Nothing has changed then. Nothing happens when there is a graph, or the index is of no version.
Status build_graph(SharedIndex& index, std::size_t threads, const base::Deadline& deadline, BuildProgress progress);
// Tells the graph of everything that has changed, batch by batch, until nothing is left or the deadline has passed.
Status fold_changes(SharedIndex& index, const base::Deadline& deadline);
// Saves the graph to its file, if there is something to be saved. Another process that saves just now is as good as we are.
Status save_graph(SharedIndex& index, const base::Deadline& deadline);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_GRAPH_UPKEEP_H
