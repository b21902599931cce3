// synthetic.h: data sets made from a seed, the same on every run, kept in the build tree with their ground truth.

#ifndef WAGGLE_BENCH_VECTOR_SYNTHETIC_H
#define WAGGLE_BENCH_VECTOR_SYNTHETIC_H

#include <cstddef>
#include <cstdint>
#include <string>

#include "vector/data_set.h"

namespace waggle::bench {

// Each vector is a point of a latent space of few dimensions, put into the many dimensions by a fixed random linear map, and then given length 1: the
// intrinsic dimension, which is what makes a search hard, is known. With clusters, points lie around random centres instead of around zero.
struct SyntheticSpec {
  const char* name;
  std::size_t rows;
  std::size_t dimensions;
  std::size_t latent;
  std::size_t clusters;  // 0: none
  double spread;         // of a cluster, against the distances of the centres
  std::uint64_t seed;
};

inline constexpr SyntheticSpec kSyntheticSets[] = {
    {.name = "clustered", .rows = 100'000, .dimensions = 384, .latent = 64, .clusters = 250, .spread = 0.6, .seed = 20'261},
    {.name = "latent24", .rows = 100'000, .dimensions = 384, .latent = 24, .clusters = 0, .spread = 1, .seed = 20'262},
    {.name = "latent48", .rows = 50'000, .dimensions = 768, .latent = 48, .clusters = 0, .spread = 1, .seed = 20'263},
};

inline constexpr std::size_t kSyntheticQueries = 1'000;

DataSet make_synthetic(const SyntheticSpec& spec);

// From `folder`, where a file is written when there is none, or one of other parameters, or a damaged one.
DataSet load_synthetic(const SyntheticSpec& spec, const std::string& folder);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_SYNTHETIC_H
