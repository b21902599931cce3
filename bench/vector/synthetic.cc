// synthetic.cc: see synthetic.h.

#include "vector/synthetic.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>
#include <random>

#include "vector/ground_truth.h"
#include "vector/stored_set.h"

namespace waggle::bench {
namespace {

// Normally distributed numbers by Box and Muller: std::normal_distribution differs between standard libraries, and a seed must name one set.
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : random_(seed) {}

  double operator()() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

 private:
  // In (0, 1], so that its logarithm is finite.
  double uniform() { return (static_cast<double>(random_() >> 11U) + 1) * 0x1p-53; }

  std::mt19937_64 random_;
  bool has_spare_ = false;
  double spare_ = 0;
};

Matrix<float> normals(std::size_t rows, std::size_t columns, Normal& normal) {
  Matrix<float> matrix(rows, columns);
  for (float& number : matrix.numbers) number = static_cast<float>(normal());
  return matrix;
}

Vectors draw(const SyntheticSpec& spec, std::size_t rows, const Matrix<float>& map, const Matrix<float>& centres, Normal& normal) {
  Vectors vectors(rows, spec.dimensions);
  std::vector<float> point(spec.latent);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t cluster = centres.rows == 0 ? 0 : normal.below(centres.rows);
    for (std::size_t axis = 0; axis < spec.latent; ++axis) {
      const double centre = centres.rows == 0 ? 0 : static_cast<double>(centres.row(cluster)[axis]);
      point[axis] = static_cast<float>(centre + spec.spread * normal());
    }
    const std::span<float> row = vectors.row(i);
    for (std::size_t axis = 0; axis < spec.latent; ++axis) {
      const std::span<const float> direction = map.row(axis);
      for (std::size_t column = 0; column < spec.dimensions; ++column) row[column] += point[axis] * direction[column];
    }
  }
  normalise(vectors);
  return vectors;
}

}  // namespace

DataSet make_synthetic(const SyntheticSpec& spec) {
  Normal normal(spec.seed);
  const Matrix<float> map = normals(spec.latent, spec.dimensions, normal);
  const Matrix<float> centres = normals(spec.clusters, spec.latent, normal);
  DataSet set{.name = spec.name};
  set.base = draw(spec, spec.rows, map, centres, normal);
  set.queries = draw(spec, kSyntheticQueries, map, centres, normal);
  set.truth = nearest_by_dot(set.base, set.queries, kTruthCount);
  return set;
}

DataSet load_synthetic(const SyntheticSpec& spec, const std::string& folder) {
  char parameters[160];
  std::snprintf(parameters, sizeof(parameters), "generator 1, %zu x %zu, latent %zu, clusters %zu, spread %g, seed %llu, queries %zu, truth %zu",
                spec.rows, spec.dimensions, spec.latent, spec.clusters, spec.spread, static_cast<unsigned long long>(spec.seed), kSyntheticQueries,
                kTruthCount);
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/" + spec.name + ".set";
  if (auto stored = read_stored_set(path, parameters)) {
    stored->name = spec.name;
    return std::move(*stored);
  }
  std::fprintf(stderr, "making the set %s (%s)\n", spec.name, parameters);
  DataSet set = make_synthetic(spec);
  write_stored_set(path, parameters, set);
  return set;
}

}  // namespace waggle::bench
