// row_codec_test.cc: every storage under every metric: what a row stands for, and how well its distances estimate the true ones.

#include "hnsw/row_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hnsw/random_vectors.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;

constexpr std::array kMetrics = {Metric::kCosine, Metric::kDot, Metric::kL2};
constexpr std::array kStorages = {Storage::kF32, Storage::kF16, Storage::kBf16, Storage::kInt8, Storage::kBinary};

// The error of an estimated distance of vectors of about unit length that a storage may have.
double tolerance(Storage storage) {
  switch (storage) {
    case Storage::kF32:
      return 1e-5;
    case Storage::kF16:
      return 1e-3;
    case Storage::kBf16:
      return 5e-3;
    case Storage::kInt8:
      return 1e-2;
    case Storage::kBinary:
      break;
  }
  return 0.35;
}

std::string name(Metric metric, Storage storage) { return std::string(to_string(metric)) + " " + std::string(to_string(storage)); }

TEST(RowCodec, EstimatesDistances) {
  RandomVectors random(5);
  for (const std::size_t dimensions : std::initializer_list<std::size_t>{3, 64, 100, 384}) {
    const float range = std::sqrt(3.0F / static_cast<float>(dimensions));  // of about unit length
    for (const Metric metric : kMetrics) {
      for (const Storage storage : kStorages) {
        if (storage == Storage::kBinary && dimensions < 64) continue;  // three signs say little
        const RowCodec codec(metric, storage, dimensions);
        std::vector<std::byte> row(codec.row_bytes());
        std::vector<std::byte> buffer(codec.query_bytes());
        for (int i = 0; i < 50; ++i) {
          const Vector a = random.vector(dimensions, range);
          const Vector b = random.vector(dimensions, range);
          codec.encode(b, row.data());
          const float estimate = codec.reported(codec.distance(codec.make_query(a, buffer.data()), row.data()));
          EXPECT_NEAR(estimate, distance(metric, a, b), tolerance(storage)) << name(metric, storage) << " " << dimensions;
        }
      }
    }
  }
}

TEST(RowCodec, DoubtsInt8AsMuchAsItErrs) {
  RandomVectors random(15);
  for (const std::size_t dimensions : std::initializer_list<std::size_t>{16, 100, 384}) {
    for (const Metric metric : kMetrics) {
      for (const float range : {0.01F, 3.0F}) {
        const RowCodec codec(metric, Storage::kInt8, dimensions);
        std::vector<std::byte> row(codec.row_bytes());
        std::vector<std::byte> buffer(codec.query_bytes());
        int within = 0;
        int within_a_sixteenth = 0;
        constexpr int kPairs = 2'000;
        for (int i = 0; i < kPairs; ++i) {
          const Vector a = random.vector(dimensions, range);
          const Vector b = random.vector(dimensions, range);
          codec.encode(b, row.data());
          const Query query = codec.make_query(a, buffer.data());
          const float estimate = codec.distance(query, row.data());
          const float error = std::abs(estimate - codec.compared(distance(metric, a, b)));
          const float doubt = codec.doubt(query, row.data(), estimate);
          within += error <= doubt ? 1 : 0;
          within_a_sixteenth += error <= doubt / 16 ? 1 : 0;
        }
        EXPECT_GE(within, kPairs - 4) << to_string(metric) << " " << dimensions << " " << range;
        EXPECT_LE(within_a_sixteenth, kPairs / 2) << "the doubt is not idle: " << to_string(metric) << " " << dimensions << " " << range;
      }
    }
  }
}

TEST(RowCodec, HasNoDoubtWhereNothingIsLostAndNoMeasureForTheRest) {
  const Vector vector = {1, 2, 3};
  for (const Storage storage : kStorages) {
    const RowCodec codec(Metric::kCosine, storage, 3);
    std::vector<std::byte> row(codec.row_bytes());
    std::vector<std::byte> buffer(codec.query_bytes());
    codec.encode(vector, row.data());
    const float doubt = codec.doubt(codec.make_query(vector, buffer.data()), row.data(), 0);
    if (storage == Storage::kF32) {
      EXPECT_EQ(doubt, 0);
    } else if (storage != Storage::kInt8) {
      EXPECT_TRUE(std::isinf(doubt)) << to_string(storage);
    }
  }
}

TEST(RowCodec, FindsAVectorAtDistanceZeroFromItself) {
  RandomVectors random(6);
  for (const Storage storage : kStorages) {
    for (const Metric metric : {Metric::kCosine, Metric::kL2}) {
      const RowCodec codec(metric, storage, 100);
      const bool is_half = storage == Storage::kF16 || storage == Storage::kBf16;  // their unit vectors are so only before rounding
      const Vector vector = random.vector(100, 0.17F);                             // of about unit length
      std::vector<std::byte> row(codec.row_bytes());
      std::vector<std::byte> buffer(codec.query_bytes());
      codec.encode(vector, row.data());
      EXPECT_NEAR(codec.distance(codec.make_query(row.data(), buffer.data()), row.data()), 0, is_half ? 1e-3 : 1e-5) << name(metric, storage);
    }
  }
}

TEST(RowCodec, AQueryFromARowIsTheQueryFromWhatTheRowStandsFor) {
  RandomVectors random(7);
  for (const Metric metric : kMetrics) {
    for (const Storage storage : kStorages) {
      const RowCodec codec(metric, storage, 70);
      std::vector<std::byte> row(codec.row_bytes());
      std::vector<std::byte> other(codec.row_bytes());
      std::vector<std::byte> buffer(codec.query_bytes());
      std::vector<std::byte> second(codec.query_bytes());
      codec.encode(random.vector(70), row.data());
      codec.encode(random.vector(70), other.data());
      Vector decoded(70);
      codec.decode(row.data(), decoded);
      const float by_row = codec.distance(codec.make_query(row.data(), buffer.data()), other.data());
      const float by_numbers = codec.distance(codec.make_query(decoded, second.data()), other.data());
      EXPECT_NEAR(by_row, by_numbers, 1e-2) << name(metric, storage);
      Vector of_query(70);
      codec.decode(codec.make_query(row.data(), buffer.data()), of_query);
      EXPECT_EQ(of_query, decoded) << name(metric, storage);
    }
  }
}

TEST(RowCodec, KeepsLengthsUnlessTheMetricIsCosine) {
  const Vector vector = {30, 40};
  for (const Storage storage : {Storage::kF32, Storage::kF16, Storage::kBf16, Storage::kInt8}) {
    for (const Metric metric : kMetrics) {
      const RowCodec codec(metric, storage, 2);
      std::vector<std::byte> row(codec.row_bytes());
      codec.encode(vector, row.data());
      Vector decoded(2);
      codec.decode(row.data(), decoded);
      const float length = metric == Metric::kCosine ? 1 : 50;
      EXPECT_NEAR(decoded[0], 0.6F * length, 0.01F * length) << name(metric, storage);
      EXPECT_NEAR(decoded[1], 0.8F * length, 0.01F * length) << name(metric, storage);
    }
  }
}

TEST(RowCodec, ABatchIsItsRowsOneByOne) {
  RandomVectors random(8);
  for (const Storage storage : kStorages) {
    const RowCodec codec(Metric::kL2, storage, 33);
    std::vector<std::vector<std::byte>> rows(9, std::vector<std::byte>(codec.row_bytes()));
    std::vector<const std::byte*> addresses;
    for (auto& row : rows) {
      codec.encode(random.vector(33), row.data());
      addresses.push_back(row.data());
    }
    std::vector<std::byte> buffer(codec.query_bytes());
    const Query query = codec.make_query(random.vector(33), buffer.data());
    std::vector<float> distances(rows.size());
    codec.distances(query, addresses, distances.data());
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(distances[i], codec.distance(query, addresses[i]));
  }
}

TEST(RowCodec, TakesTheZeroVectorWhereItHasAPlace) {
  for (const Storage storage : kStorages) {
    for (const Metric metric : {Metric::kDot, Metric::kL2}) {
      const RowCodec codec(metric, storage, 4);
      std::vector<std::byte> row(codec.row_bytes());
      std::vector<std::byte> buffer(codec.query_bytes());
      const Vector zero(4);
      ASSERT_TRUE(codec.check(zero).has_value());
      codec.encode(zero, row.data());
      EXPECT_NEAR(codec.distance(codec.make_query(zero, buffer.data()), row.data()), 0, 1e-6) << name(metric, storage);
    }
  }
}

TEST(RowCodec, RefusesWhatF16CannotHold) {
  const Vector large = {70'000, 1};
  EXPECT_FALSE(RowCodec(Metric::kDot, Storage::kF16, 2).check(large).has_value());
  EXPECT_TRUE(RowCodec(Metric::kCosine, Storage::kF16, 2).check(large).has_value()) << "it is brought to unit length first";
  EXPECT_TRUE(RowCodec(Metric::kDot, Storage::kBf16, 2).check(large).has_value());
}

TEST(RowCodec, RowsAreAsSmallAsTheyAreSaidToBe) {
  EXPECT_EQ(RowCodec(Metric::kCosine, Storage::kF32, 384).row_bytes(), 1536U);
  EXPECT_EQ(RowCodec(Metric::kCosine, Storage::kF16, 384).row_bytes(), 768U);
  EXPECT_EQ(RowCodec(Metric::kCosine, Storage::kInt8, 384).row_bytes(), 392U);
  EXPECT_EQ(RowCodec(Metric::kCosine, Storage::kBinary, 384).row_bytes(), 72U);
}

TEST(RowCodec, L2IsComparedSquared) {
  const RowCodec codec(Metric::kL2, Storage::kF32, 2);
  EXPECT_EQ(codec.reported(9), 3);
  EXPECT_EQ(codec.compared(3), 9);
  EXPECT_EQ(RowCodec(Metric::kDot, Storage::kF32, 2).reported(-9), -9);
}

}  // namespace
}  // namespace waggle::hnsw
