// data_set.h: what is searched: vectors, queries, and the true nearest neighbours of each query.

#ifndef WAGGLE_BENCH_VECTOR_DATA_SET_H
#define WAGGLE_BENCH_VECTOR_DATA_SET_H

#include <optional>
#include <string>

#include "vector/matrix.h"

namespace waggle::bench {

struct DataSet {
  std::string name = {};
  Vectors base = {};
  Vectors queries = {};
  Ids truth = {};  // row i: of query i, nearest first
};

// How many true neighbours are known of each query, so that enough are left when a tenth of the vectors is removed.
inline constexpr std::size_t kTruthCount = 100;

// Embeddings of real texts, from a folder with base.f16.npy, queries.f32.npy and groundtruth.npy. nullopt when the folder has no such files.
std::optional<DataSet> load_embeddings(const std::string& folder);

// The first `rows` vectors of a set, with the truth that holds for them.
DataSet slice_of(const DataSet& whole, std::size_t rows);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_DATA_SET_H
