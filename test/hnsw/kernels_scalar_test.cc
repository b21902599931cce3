// kernels_scalar_test.cc: the plain kernels, on sums that fit into a line.

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "hnsw/half.h"
#include "hnsw/kernels.h"

namespace waggle::hnsw {
namespace {

template <typename Q, typename R>
float run(Kernel kernel, const std::vector<Q>& query, const std::vector<R>& row) {
  const auto* address = reinterpret_cast<const std::byte*>(row.data());
  float out = -1;
  kernel(reinterpret_cast<const std::byte*>(query.data()), &address, 1, row.size(), &out);
  return out;
}

TEST(ScalarKernels, MultiplyAndAdd) {
  const Kernels& kernels = scalar_kernels();
  EXPECT_EQ(run(kernels.dot_f32, std::vector<float>{1, 2, 3}, std::vector<float>{4, 5, 6}), 32);
  EXPECT_EQ(run(kernels.squared_l2_f32, std::vector<float>{1, 2, 3}, std::vector<float>{4, 5, 9}), 54);
  const std::vector<std::uint16_t> f16 = {to_f16(0.5F), to_f16(-2), to_f16(8)};
  EXPECT_EQ(run(kernels.dot_f16, std::vector<float>{1, 2, 3}, f16), 20.5F);
  EXPECT_EQ(run(kernels.squared_l2_f16, std::vector<float>{1, 2, 3}, f16), 41.25F);
  const std::vector<std::uint16_t> bf16 = {to_bf16(0.5F), to_bf16(-2), to_bf16(8)};
  EXPECT_EQ(run(kernels.dot_bf16, std::vector<float>{1, 2, 3}, bf16), 20.5F);
  EXPECT_EQ(run(kernels.squared_l2_bf16, std::vector<float>{1, 2, 3}, bf16), 41.25F);
  EXPECT_EQ(run(kernels.dot_int8, std::vector<std::int8_t>{127, -127, 1}, std::vector<std::int8_t>{127, 127, -5}), -5);
  EXPECT_EQ(run(kernels.hamming, std::vector<std::uint64_t>{0xF0, ~0ULL}, std::vector<std::uint64_t>{0x0F, 0}), 72);
}

TEST(ScalarKernels, CountTheSignsThatDifferInEachVectorOfAGroup) {
  const std::array<std::uint64_t, 2> query = {0xFF, 1};
  std::array<std::uint64_t, 4 * kSignGroup> groups{};  // of the first, nine bits of each vector differ
  std::uint64_t* second = groups.data() + 2 * kSignGroup;
  second[0] = 0xFF;        // its first vector's first word
  second[kSignGroup] = 3;  // and its second
  second[kSignGroup + 7] = 1;
  std::array<std::uint64_t, kSignGroup> out{};
  EXPECT_EQ(scalar_kernels().find_alike(query.data(), 2, groups.data(), 2, 9, out.data()), 1U);
  EXPECT_EQ(out, (std::array<std::uint64_t, kSignGroup>{1, 9, 9, 9, 9, 9, 9, 8}));
  EXPECT_EQ(scalar_kernels().find_alike(query.data(), 2, groups.data(), 2, 10, out.data()), 0U);
  EXPECT_EQ(scalar_kernels().find_alike(query.data(), 2, groups.data(), 2, 1, out.data()), 2U) << "none";
}

TEST(ScalarKernels, TakeRowsOneByOneAndAtAnyAddress) {
  const std::array<float, 2> query = {1, 10};
  std::array<std::byte, 64> memory{};
  const std::array<float, 4> numbers = {1, 2, 3, 4};
  std::memcpy(memory.data() + 1, numbers.data(), sizeof(numbers));
  const std::array<const std::byte*, 2> rows = {memory.data() + 9, memory.data() + 1};
  std::array<float, 3> out = {0, 0, 7};
  scalar_kernels().dot_f32(reinterpret_cast<const std::byte*>(query.data()), rows.data(), 2, 2, out.data());
  EXPECT_EQ(out, (std::array<float, 3>{43, 21, 7}));
}

}  // namespace
}  // namespace waggle::hnsw
