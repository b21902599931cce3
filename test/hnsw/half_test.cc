// half_test.cc: floats of 16 bits, all 65,536 of them.

#include "hnsw/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace waggle::hnsw {
namespace {

TEST(Half, EveryF16SurvivesTheWayToF32AndBack) {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const float wide = from_f16(static_cast<std::uint16_t>(bits));
    if (!std::isfinite(wide)) continue;
    EXPECT_EQ(to_f16(wide), bits) << wide;
  }
}

TEST(Half, EveryBf16SurvivesTheWayToF32AndBack) {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const float wide = from_bf16(static_cast<std::uint16_t>(bits));
    if (!std::isfinite(wide)) continue;
    EXPECT_EQ(to_bf16(wide), bits) << wide;
  }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(from_f16(to_f16(1 + 0x1p-11F)), 1.0F) << "half way: to even";
  EXPECT_EQ(from_f16(to_f16(1 + 0x1.8p-10F)), 1 + 0x1p-9F) << "half way: to even";
  EXPECT_EQ(from_f16(to_f16(1 + 0x1.1p-11F)), 1 + 0x1p-10F);
  EXPECT_EQ(from_f16(to_f16(0x1p-25F)), 0.0F);
  EXPECT_EQ(from_f16(to_f16(0x1.1p-25F)), 0x1p-24F);
  EXPECT_EQ(from_bf16(to_bf16(1 + 0x1p-8F)), 1.0F);
  EXPECT_EQ(from_bf16(to_bf16(1 + 0x1.1p-8F)), 1 + 0x1p-7F);
}

TEST(Half, KnowsItsBounds) {
  EXPECT_EQ(from_f16(0x7BFF), kHalfMax);
  EXPECT_EQ(from_f16(0x7C00), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(from_f16(0x7E00)));
  EXPECT_EQ(from_f16(0x0001), 0x1p-24F);
  EXPECT_TRUE(std::signbit(from_f16(0x8000)));
}

}  // namespace
}  // namespace waggle::hnsw
