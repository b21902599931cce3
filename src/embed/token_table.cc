// token_table.cc: see token_table.h.
//
// Rows are widened to f32 when they are added and not when the table is opened, so that a table costs no memory beside the file's own pages, which
// all processes share. A text has some dozens of tokens: its rows lie in the processor's cache, and widening them is a small part of the whole.

#include "embed/token_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

namespace waggle::embed {

namespace {

static_assert(std::endian::native == std::endian::little, "rows are read as they lie in the file");

struct F16 {
  using Bits = std::uint16_t;
  static constexpr Bits kExponent = 0x7c00;
  static float widen(Bits bits) { return float_of_half(bits); }
};

struct Bf16 {
  using Bits = std::uint16_t;
  static constexpr Bits kExponent = 0x7f80;
  static float widen(Bits bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16U); }
};

struct F32 {
  using Bits = std::uint32_t;
  static constexpr Bits kExponent = 0x7f800000;
  static float widen(Bits bits) { return std::bit_cast<float>(bits); }
};

// Adds `kCount` numbers. The count is a constant so that the compiler makes vector instructions of the loop.
template <typename Format, std::size_t kCount>
bool add_block(const char* from, float* sum) {
  std::array<typename Format::Bits, kCount> numbers;
  std::memcpy(numbers.data(), from, sizeof(numbers));
  unsigned special = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    special |= (numbers[i] & Format::kExponent) == Format::kExponent ? 1U : 0U;
    sum[i] += Format::widen(numbers[i]);
  }
  return special == 0;
}

template <typename Format>
bool add_numbers(const char* from, std::span<float> sum) {
  constexpr std::size_t kBlock = 16;
  constexpr std::size_t kBytes = sizeof(typename Format::Bits);
  bool is_finite = true;
  std::size_t i = 0;
  for (; i + kBlock <= sum.size(); i += kBlock) is_finite &= add_block<Format, kBlock>(from + i * kBytes, &sum[i]);
  for (; i < sum.size(); ++i) is_finite &= add_block<Format, 1>(from + i * kBytes, &sum[i]);
  return is_finite;
}

bool is_float(std::string_view dtype) { return dtype == "F16" || dtype == "BF16" || dtype == "F32"; }

bool is_known_name(std::string_view name) { return name == "embedding.weight" || name == "embeddings"; }

}  // namespace

// The exponent's bias differs by 112: shifted into place, the number is 2^112 times too small, subnormal ones included.
float float_of_half(std::uint16_t bits) {
  const std::uint32_t magnitude = std::uint32_t{bits & 0x7fffU} << 13U;
  const float scaled = std::bit_cast<float>(magnitude) * 0x1p112F;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | std::uint32_t{bits & 0x8000U} << 16U);
}

TokenTable::TokenTable(Format format, const Tensor& tensor)
    : format_(format), rows_(tensor.shape[0]), dimensions_(tensor.shape[1]), bytes_(tensor.bytes) {}

Result<TokenTable> TokenTable::choose(const std::vector<Tensor>& tensors) {
  std::vector<const Tensor*> matrices;
  for (const Tensor& tensor : tensors) {
    if (tensor.shape.size() == 2 && is_float(tensor.dtype)) matrices.push_back(&tensor);
  }
  if (matrices.size() > 1) std::erase_if(matrices, [](const Tensor* tensor) { return !is_known_name(tensor->name); });
  if (matrices.size() != 1) {
    return Error(Code::kUnsupported, "it is not clear which tensor is the table of token vectors",
                 "give a file with one matrix of f16, bf16 or f32, or one that is called embedding.weight");
  }
  const Tensor& table = *matrices.front();
  if (table.shape[0] == 0 || table.shape[1] == 0 || table.shape[1] > kDimensionsMax) {
    return Error(Code::kUnsupported, "the table has " + std::to_string(table.shape[0]) + " rows of " + std::to_string(table.shape[1]) + " dimensions",
                 "give one of 1 to " + std::to_string(kDimensionsMax) + " dimensions");
  }
  return TokenTable(table.dtype == "F16" ? Format::kF16 : table.dtype == "BF16" ? Format::kBf16 : Format::kF32, table);
}

bool TokenTable::add_row(std::size_t row, std::span<float> sum) const {
  sum = sum.first(dimensions_);
  switch (format_) {
    case Format::kF16:
      return add_numbers<F16>(bytes_.data() + row * dimensions_ * sizeof(F16::Bits), sum);
    case Format::kBf16:
      return add_numbers<Bf16>(bytes_.data() + row * dimensions_ * sizeof(Bf16::Bits), sum);
    case Format::kF32:
      return add_numbers<F32>(bytes_.data() + row * dimensions_ * sizeof(F32::Bits), sum);
  }
  return false;
}

}  // namespace waggle::embed
