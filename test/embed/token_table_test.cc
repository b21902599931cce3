// Rows of numbers in the three formats.

#include "embed/token_table.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "embed/tiny_model.h"

namespace waggle::embed {
namespace {

using test::bytes_of;

// What IEEE 754 says of a half that is finite.
double half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

TEST(TokenTable, WidensEveryFiniteHalfExactly) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    if ((bits & 0x7c00) == 0x7c00) continue;
    const float widened = float_of_half(static_cast<std::uint16_t>(bits));
    ASSERT_EQ(static_cast<double>(widened), half(static_cast<std::uint16_t>(bits))) << bits;
    ASSERT_EQ(std::signbit(widened), (bits & 0x8000) != 0) << bits;
  }
}

// A table of one dtype whose bytes begin at an odd address, as they may in a file.
struct Sample {
  Sample(std::string dtype, std::uint64_t rows, std::uint64_t dimensions, const std::string& numbers)
      : bytes("x" + numbers), tensors{{"any", std::move(dtype), {rows, dimensions}, std::string_view(bytes).substr(1)}} {}
  std::string bytes;
  std::vector<Tensor> tensors;
};

// 19 dimensions: one block of 16 and a rest.
constexpr std::size_t kDimensions = 19;

template <typename Bits>
void expect_sums(const std::string& dtype, Bits one, Bits infinity) {
  std::vector<Bits> numbers(3 * kDimensions, one);
  numbers[2 * kDimensions + 17] = infinity;
  Sample sample(dtype, 3, kDimensions, bytes_of(numbers));
  const TokenTable table = TokenTable::choose(sample.tensors).value();
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.dimensions(), kDimensions);
  std::vector<float> sum(kDimensions, 0.5F);
  EXPECT_TRUE(table.add_row(0, sum));
  EXPECT_TRUE(table.add_row(1, sum));
  EXPECT_EQ(sum, std::vector<float>(kDimensions, 2.5F));
  EXPECT_FALSE(table.add_row(2, sum)) << "an infinity";
}

TEST(TokenTable, AddsRowsOfEachFormat) {
  expect_sums<std::uint16_t>("F16", 0x3c00, 0x7c00);
  expect_sums<std::uint16_t>("BF16", 0x3f80, 0xff80);
  expect_sums<std::uint32_t>("F32", std::bit_cast<std::uint32_t>(1.0F), std::bit_cast<std::uint32_t>(std::numeric_limits<float>::quiet_NaN()));
}

TEST(TokenTable, IsTheOnlyMatrixOrTheOneOfAKnownName) {
  const std::string bytes(8, '\0');
  const auto tensor = [&bytes](std::string name, std::string dtype, std::vector<std::uint64_t> shape) {
    return Tensor{std::move(name), std::move(dtype), std::move(shape), bytes};
  };
  const auto code_of = [](const std::vector<Tensor>& tensors) {
    const auto table = TokenTable::choose(tensors);
    return table ? std::string("chosen") : std::string(to_string(table.error().code()));
  };
  const Tensor matrix = tensor("m", "F32", {1, 2});
  EXPECT_EQ(code_of({matrix}), "chosen");
  EXPECT_EQ(code_of({matrix, tensor("weights", "F32", {2}), tensor("ids", "I32", {1, 2})}), "chosen");
  EXPECT_EQ(code_of({}), "unsupported");
  EXPECT_EQ(code_of({tensor("m", "F64", {1, 1})}), "unsupported");
  EXPECT_EQ(code_of({matrix, tensor("n", "F16", {2, 2})}), "unsupported");
  const auto named = TokenTable::choose({matrix, tensor("embedding.weight", "F16", {2, 2}), tensor("n", "BF16", {4, 1})});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->rows(), 2U);
  EXPECT_EQ(code_of({tensor("m", "F32", {0, 2})}), "unsupported");
  EXPECT_EQ(code_of({tensor("m", "F32", {2, 0})}), "unsupported");
  EXPECT_EQ(code_of({tensor("m", "F32", {1, 16'001})}), "unsupported");
}

}  // namespace
}  // namespace waggle::embed
