// metric_test.cc: what distances mean, and which vectors are refused.

#include "hnsw/metric.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hnsw/random_vectors.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;

TEST(Metric, MeansWhatItsNameSays) {
  const Vector a = {3, 4};
  const Vector b = {4, 3};
  EXPECT_FLOAT_EQ(distance(Metric::kDot, a, b), -24);
  EXPECT_FLOAT_EQ(distance(Metric::kL2, a, b), std::sqrt(2.0F));
  EXPECT_NEAR(distance(Metric::kCosine, a, b), 1 - 24.0 / 25, 1e-6);
  EXPECT_NEAR(distance(Metric::kCosine, a, Vector{-6, -8}), 2, 1e-6);
  EXPECT_EQ(distance(Metric::kCosine, a, Vector{0, 0}), 1);
}

TEST(Metric, CountsEveryDimensionWhateverTheirNumber) {
  RandomVectors random(1);
  for (const std::size_t dimensions : std::initializer_list<std::size_t>{1, 2, 15, 16, 17, 63, 64, 65, 383, 384, 1000}) {
    const Vector a = random.vector(dimensions);
    const Vector b = random.vector(dimensions);
    double dot = 0;
    double squared = 0;
    for (std::size_t i = 0; i < dimensions; ++i) {
      dot += double{a[i]} * b[i];
      squared += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    }
    EXPECT_NEAR(distance(Metric::kDot, a, b), -dot, 1e-4) << dimensions;
    EXPECT_NEAR(distance(Metric::kL2, a, b), std::sqrt(squared), 1e-4) << dimensions;
  }
}

TEST(DistanceFrom, MeasuresOneToManyAsEachAlone) {
  RandomVectors random(8);
  for (const Metric metric : {Metric::kCosine, Metric::kDot, Metric::kL2}) {
    const Vector from = random.vector(37);
    const DistanceFrom distance_from(metric, from);
    for (int i = 0; i < 10; ++i) {
      const Vector vector = random.vector(37);
      EXPECT_EQ(distance_from.to(vector), distance(metric, from, vector)) << to_string(metric);
    }
    EXPECT_EQ(DistanceFrom(Metric::kCosine, Vector(37)).to(from), 1) << "nothing is in the direction of no direction";
  }
}

TEST(Metric, RefusesWhatCannotBeSearched) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const Metric metric : {Metric::kCosine, Metric::kDot, Metric::kL2}) {
    EXPECT_TRUE(check_vector(metric, 2, Vector{1, 2}).has_value());
    EXPECT_TRUE(check_vector(metric, 2, Vector{1e-40F, 0}).has_value()) << "a denormal number has a direction";
    for (const Vector& wrong :
         {Vector{1}, Vector{1, 2, 3}, Vector{}, Vector{1, kNan}, Vector{kInfinity, 1}, Vector{-kInfinity, 1}, Vector{1e30F, 1}}) {
      const Status checked = check_vector(metric, 2, wrong);
      ASSERT_FALSE(checked.has_value());
      EXPECT_EQ(checked.error().code(), Code::kInvalidArgument);
    }
  }
  EXPECT_FALSE(check_vector(Metric::kCosine, 2, Vector{0, 0}).has_value());
  EXPECT_TRUE(check_vector(Metric::kDot, 2, Vector{0, 0}).has_value());
  EXPECT_TRUE(check_vector(Metric::kL2, 2, Vector{0, 0}).has_value());
}

TEST(Metric, StaysFiniteAtTheLargestNumbersItTakes) {
  const Vector large = {6e18F, 0};
  const Vector opposite = {-6e18F, 0};
  ASSERT_TRUE(check_vector(Metric::kL2, 2, large).has_value());
  EXPECT_TRUE(std::isfinite(distance(Metric::kL2, large, opposite)));
  EXPECT_TRUE(std::isfinite(distance(Metric::kDot, large, opposite)));
  EXPECT_NEAR(distance(Metric::kCosine, large, opposite), 2, 1e-6);
}

TEST(Metric, HasNames) {
  EXPECT_EQ(to_string(Metric::kCosine), "cosine");
  EXPECT_EQ(to_string(Metric::kDot), "dot");
  EXPECT_EQ(to_string(Metric::kL2), "l2");
  EXPECT_EQ(to_string(Storage::kF32), "f32");
  EXPECT_EQ(to_string(Storage::kF16), "f16");
  EXPECT_EQ(to_string(Storage::kBf16), "bf16");
  EXPECT_EQ(to_string(Storage::kInt8), "int8");
  EXPECT_EQ(to_string(Storage::kBinary), "binary");
}

}  // namespace
}  // namespace waggle::hnsw
