// graphs.h: measures the contenders that search a graph on one data set.

#ifndef WAGGLE_BENCH_VECTOR_GRAPHS_H
#define WAGGLE_BENCH_VECTOR_GRAPHS_H

#include <memory>
#include <vector>

#include "vector/data_set.h"
#include "vector/results.h"

namespace waggle::bench {

using Contenders = std::vector<std::unique_ptr<Contender>>;

inline constexpr int kBuildThreads = 2;

// Builds one contender and says how long that took.
Built build(Contender& contender, const DataSet& set);

// Builds all, finds the effort for each level, measures them there in turns, then with a filter, and at last removes a tenth of the vectors, after
// which the contenders are of no more use.
GraphResult measure_graphs(const DataSet& set, const Contenders& contenders, int repeats);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_GRAPHS_H
