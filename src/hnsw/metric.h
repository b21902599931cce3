// metric.h: what "near" means, how vectors are kept, and which vectors are acceptable.

#ifndef WAGGLE_HNSW_METRIC_H
#define WAGGLE_HNSW_METRIC_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace waggle::hnsw {

// Smaller is nearer, for each of them.
enum class Metric : std::uint8_t {
  kCosine,  // 1 - cos(a, b), 0..2; lengths do not matter
  kDot,     // -(a . b); no metric in the strict sense, but what models trained on inner products ask for
  kL2,      // Euclidean distance
};

// How the numbers of a vector are kept. All but kF32 lose something: their results are estimates until re-ranked with the original numbers.
enum class Storage : std::uint8_t {
  kF32,
  kF16,     // IEEE half precision: 11 bits of significand, up to 65,504
  kBf16,    // the upper half of an f32: its range, 8 bits of significand
  kInt8,    // -127..127 with one scale per vector
  kBinary,  // the signs alone
};

inline constexpr std::size_t kDimensionsMax = 16'000;

std::string_view to_string(Metric metric);
std::string_view to_string(Storage storage);

// invalid_argument when the vector cannot be searched by or stored under the metric: a wrong number of dimensions, NaN, infinity, numbers so large
// that distances would overflow, or a vector of length zero under cosine.
Status check_vector(Metric metric, std::size_t dimensions, std::span<const float> vector);

// The distance of two vectors of the same number of dimensions, without an index. A zero vector has the cosine distance 1 to everything.
float distance(Metric metric, std::span<const float> a, std::span<const float> b);

// The same from one vector to many. Borrows it.
class DistanceFrom {
 public:
  DistanceFrom(Metric metric, std::span<const float> from);
  float to(std::span<const float> vector) const;

 private:
  Metric metric_;
  std::span<const float> from_;
  double squared_length_ = 0;  // under cosine
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_METRIC_H
