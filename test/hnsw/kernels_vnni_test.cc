// kernels_vnni_test.cc: the VNNI dot product is exact at the ends of its range, where its unsigned half is 0 and 255.

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "hnsw/kernels.h"

namespace waggle::hnsw {
namespace {

TEST(VnniKernels, AreExactWhereTheCpuHasThem) {
  const Kernel dot = dot_int8_vnni();
  if (dot == nullptr) GTEST_SKIP() << "this CPU has no AVX-512 VNNI";
  constexpr std::size_t kLength = 16'000;  // the largest sum there is
  const std::vector<std::int8_t> highs(kLength, 127);
  const std::vector<std::int8_t> lows(kLength, -127);
  for (const auto& query : {highs, lows}) {
    for (const auto& row : {highs, lows}) {
      const auto* address = reinterpret_cast<const std::byte*>(row.data());
      float found = 0;
      float wanted = 0;
      dot(reinterpret_cast<const std::byte*>(query.data()), &address, 1, kLength, &found);
      scalar_kernels().dot_int8(reinterpret_cast<const std::byte*>(query.data()), &address, 1, kLength, &wanted);
      EXPECT_EQ(found, wanted);
    }
  }
}

}  // namespace
}  // namespace waggle::hnsw
