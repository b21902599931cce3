// exact.h: measures exact search, Waggle's and that of sqlite-vec, on one data set, and libSQL's own vector index on a small one.

#ifndef WAGGLE_BENCH_VECTOR_EXACT_H
#define WAGGLE_BENCH_VECTOR_EXACT_H

#include "subject.h"
#include "vector/data_set.h"
#include "vector/results.h"

namespace waggle::bench {

ExactResult measure_exact(const DataSet& set, const Folder& folder, int repeats);

// It stores a vector in milliseconds: this is how many it gets.
inline constexpr std::size_t kLibsqlRows = 10'000;

ExactResult measure_libsql_index(const DataSet& set, const Folder& folder, int repeats);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_EXACT_H
