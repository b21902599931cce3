// metric.cc: see metric.h.

#include "hnsw/metric.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "base/assert.h"
#include "hnsw/kernels.h"

namespace waggle::hnsw {
namespace {

// Squared lengths below this keep every dot product and every squared distance of two vectors finite.
constexpr double kSquaredLengthMax = static_cast<double>(std::numeric_limits<float>::max()) / 8;

// A kernel on a whole pair of vectors: it takes kLaneMultiple numbers at a time, the rest is padded with zeros.
float apply(Kernel kernel, std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kTail = kF32Multiple;
  const std::size_t whole = a.size() / kTail * kTail;
  const auto* row = reinterpret_cast<const std::byte*>(b.data());
  float sum = 0;
  if (whole > 0) kernel(reinterpret_cast<const std::byte*>(a.data()), &row, 1, whole, &sum);
  if (whole == a.size()) return sum;
  std::array<float, kTail> tail_a{};
  std::array<float, kTail> tail_b{};
  std::copy(a.begin() + static_cast<std::ptrdiff_t>(whole), a.end(), tail_a.begin());
  std::copy(b.begin() + static_cast<std::ptrdiff_t>(whole), b.end(), tail_b.begin());
  const auto* tail_row = reinterpret_cast<const std::byte*>(tail_b.data());
  float rest = 0;
  kernel(reinterpret_cast<const std::byte*>(tail_a.data()), &tail_row, 1, kTail, &rest);
  return sum + rest;
}

}  // namespace

std::string_view to_string(Metric metric) {
  switch (metric) {
    case Metric::kCosine:
      return "cosine";
    case Metric::kDot:
      return "dot";
    case Metric::kL2:
      break;
  }
  return "l2";
}

std::string_view to_string(Storage storage) {
  switch (storage) {
    case Storage::kF32:
      return "f32";
    case Storage::kF16:
      return "f16";
    case Storage::kBf16:
      return "bf16";
    case Storage::kInt8:
      return "int8";
    case Storage::kBinary:
      break;
  }
  return "binary";
}

Status check_vector(Metric metric, std::size_t dimensions, std::span<const float> vector) {
  if (vector.size() != dimensions) {
    return Error(Code::kInvalidArgument,
                 "a vector of " + std::to_string(vector.size()) + " dimensions where " + std::to_string(dimensions) + " are kept",
                 "embed with the model that the collection was made for");
  }
  double squared = 0;
  for (const float number : vector) squared += double{number} * double{number};
  // NaN fails the comparison, as does what is too large.
  if (!(squared <= kSquaredLengthMax)) {
    return Error(Code::kInvalidArgument, "a vector with a number that is not finite or too large", "give finite numbers of ordinary size");
  }
  if (metric == Metric::kCosine && squared == 0) {
    return Error(Code::kInvalidArgument, "a vector of length zero has no direction, and cosine compares directions",
                 "leave it out, or use another metric");
  }
  return {};
}

float distance(Metric metric, std::span<const float> a, std::span<const float> b) { return DistanceFrom(metric, a).to(b); }

DistanceFrom::DistanceFrom(Metric metric, std::span<const float> from) : metric_(metric), from_(from) {
  if (metric == Metric::kCosine) squared_length_ = apply(best_kernels().dot_f32, from, from);
}

float DistanceFrom::to(std::span<const float> vector) const {
  WAGGLE_ASSERT(vector.size() == from_.size());
  const Kernels& kernels = best_kernels();
  if (metric_ == Metric::kL2) return std::sqrt(apply(kernels.squared_l2_f32, from_, vector));
  const float dot = apply(kernels.dot_f32, from_, vector);
  if (metric_ == Metric::kDot) return -dot;
  const double lengths = std::sqrt(squared_length_ * double{apply(kernels.dot_f32, vector, vector)});
  return lengths > 0 ? static_cast<float>(1 - dot / lengths) : 1.0F;
}

}  // namespace waggle::hnsw
