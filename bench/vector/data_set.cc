// data_set.cc: see data_set.h.

#include "vector/data_set.h"

#include <filesystem>
#include <stdexcept>

#include "vector/ground_truth.h"
#include "vector/npy.h"

namespace waggle::bench {

std::optional<DataSet> load_embeddings(const std::string& folder) {
  const std::string base = folder + "/base.f16.npy";
  if (!std::filesystem::exists(base)) return std::nullopt;
  DataSet set{.name = "real",
              .base = read_npy_floats(base),
              .queries = read_npy_floats(folder + "/queries.f32.npy"),
              .truth = read_npy_ids(folder + "/groundtruth.npy")};
  if (set.base.columns != set.queries.columns || set.truth.rows != set.queries.rows || set.truth.columns < kTruthCount) {
    throw std::runtime_error(folder + ": vectors, queries and truth do not fit together");
  }
  for (const std::int32_t id : set.truth.numbers) {
    if (id < 0 || static_cast<std::size_t>(id) >= set.base.rows) throw std::runtime_error(folder + ": the truth names a vector that is not there");
  }
  // Half precision leaves lengths that are off by up to 1e-4.
  normalise(set.base);
  normalise(set.queries);
  return set;
}

DataSet slice_of(const DataSet& whole, std::size_t rows) {
  DataSet slice{.name = whole.name + " " + std::to_string(rows), .base = Vectors(rows, whole.base.columns), .queries = whole.queries};
  slice.base.numbers.assign(whole.base.numbers.begin(), whole.base.numbers.begin() + static_cast<std::ptrdiff_t>(slice.base.numbers.size()));
  slice.truth = nearest_by_dot(slice.base, slice.queries, kTruthCount);
  return slice;
}

}  // namespace waggle::bench
