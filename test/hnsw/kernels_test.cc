// kernels_test.cc: what the CPU's widest instructions compute is what the plain loops compute.

#include "hnsw/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "hnsw/half.h"
#include "hnsw/random_vectors.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;

// Rows of one type at addresses with no alignment at all.
template <typename T>
struct Rows {
  Rows(std::size_t count, std::size_t length, auto make) : memory(count * length * sizeof(T) + 1) {
    for (std::size_t i = 0; i < count; ++i) {
      std::byte* row = memory.data() + 1 + i * length * sizeof(T);
      for (std::size_t j = 0; j < length; ++j) {
        const T value = make();
        std::memcpy(row + j * sizeof(T), &value, sizeof(T));
      }
      addresses.push_back(row);
    }
  }
  std::vector<std::byte> memory;
  std::vector<const std::byte*> addresses;
};

// Both kernels on the same rows, for several lengths and numbers of rows. Sums of floats may differ by their order, others not.
template <typename Q, typename R>
void compare(Kernel best, Kernel scalar, std::size_t multiple, double tolerance, auto make_query, auto make_row) {
  for (const std::size_t length : {multiple, 2 * multiple, 3 * multiple, 5 * multiple, 24 * multiple}) {
    for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 2, 3, 4, 5, 33}) {
      const Rows<Q> query(1, length, make_query);
      const Rows<R> rows(count, length, make_row);
      std::vector<float> found(count + 1, -7);
      std::vector<float> wanted(count + 1, -7);
      best(query.addresses[0], rows.addresses.data(), count, length, found.data());
      scalar(query.addresses[0], rows.addresses.data(), count, length, wanted.data());
      for (std::size_t i = 0; i <= count; ++i) {
        EXPECT_NEAR(found[i], wanted[i], tolerance * (1 + std::abs(wanted[i]))) << "length " << length << " row " << i << " of " << count;
      }
    }
  }
}

TEST(Kernels, OfFloatsAgreeWithThePlainOnes) {
  RandomVectors random(2);
  const auto number = [&] { return random.number(); };
  compare<float, float>(best_kernels().dot_f32, scalar_kernels().dot_f32, kF32Multiple, 1e-5, number, number);
  compare<float, float>(best_kernels().squared_l2_f32, scalar_kernels().squared_l2_f32, kF32Multiple, 1e-5, number, number);
}

TEST(Kernels, OfHalvesAgreeWithThePlainOnes) {
  RandomVectors random(3);
  const auto number = [&] { return random.number(); };
  const auto f16 = [&] { return to_f16(random.number(random.below(2) == 0 ? 1.0F : 1e-5F)); };
  const auto bf16 = [&] { return to_bf16(random.number()); };
  compare<float, std::uint16_t>(best_kernels().dot_f16, scalar_kernels().dot_f16, kHalfMultiple, 1e-5, number, f16);
  compare<float, std::uint16_t>(best_kernels().squared_l2_f16, scalar_kernels().squared_l2_f16, kHalfMultiple, 1e-5, number, f16);
  compare<float, std::uint16_t>(best_kernels().dot_bf16, scalar_kernels().dot_bf16, kHalfMultiple, 1e-5, number, bf16);
  compare<float, std::uint16_t>(best_kernels().squared_l2_bf16, scalar_kernels().squared_l2_bf16, kHalfMultiple, 1e-5, number, bf16);
}

TEST(Kernels, OfIntegersAreExact) {
  RandomVectors random(4);
  const auto int8 = [&] { return static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127); };
  compare<std::int8_t, std::int8_t>(best_kernels().dot_int8, scalar_kernels().dot_int8, kInt8Multiple, 0, int8, int8);
  const auto largest = [] { return std::int8_t{127}; };
  const auto smallest = [] { return std::int8_t{-127}; };
  compare<std::int8_t, std::int8_t>(best_kernels().dot_int8, scalar_kernels().dot_int8, kInt8Multiple, 0, largest, smallest);
  const auto word = [&] { return (std::uint64_t{random.below(1U << 31U)} << 33U) ^ random.below(1U << 31U); };
  compare<std::uint64_t, std::uint64_t>(best_kernels().hamming, scalar_kernels().hamming, kWordMultiple, 0, word, word);
}

TEST(Kernels, OfSignsAreExact) {
  RandomVectors random(5);
  for (const std::size_t words : {1U, 2U, 6U, 25U}) {
    for (const std::size_t groups : {0U, 1U, 2U, 33U}) {
      std::vector<std::uint64_t> numbers((groups * kSignGroup + 1) * words);
      for (std::uint64_t& each : numbers) each = (std::uint64_t{random.below(1U << 31U)} << 33U) ^ random.below(1U << 31U);
      const std::uint64_t* query = numbers.data() + groups * kSignGroup * words;
      for (const std::uint64_t bound : {0UL, words * 32UL - 12, words * 32UL, words * 64UL + 1}) {
        std::vector<std::uint64_t> found(kSignGroup + 1, 7);
        std::vector<std::uint64_t> wanted = found;
        const std::size_t group = best_kernels().find_alike(query, words, numbers.data(), groups, bound, found.data());
        ASSERT_EQ(group, scalar_kernels().find_alike(query, words, numbers.data(), groups, bound, wanted.data())) << words << ", " << groups;
        EXPECT_EQ(found, wanted) << words << " words, " << groups << " groups, below " << bound;
      }
    }
  }
}

TEST(Kernels, SayWhichInstructionsTheyUse) { EXPECT_GT(std::strlen(best_kernels().name), 0U); }

}  // namespace
}  // namespace waggle::hnsw
