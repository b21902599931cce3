// half.h: floats of 16 bits, one at a time: rounding to nearest even, exact widening. The kernels widen many at once and give the same values.

#ifndef WAGGLE_HNSW_HALF_H
#define WAGGLE_HNSW_HALF_H

#include <bit>
#include <cstdint>

namespace waggle::hnsw {

inline constexpr float kHalfMax = 65504.0F;

inline float from_bf16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16U); }

inline std::uint16_t to_bf16(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

inline float from_f16(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t magnitude = bits & 0x7FFFU;
  if (magnitude < 0x0400U) {  // zero and the subnormals: multiples of 2^-24
    const float value = static_cast<float>(magnitude) * 0x1p-24F;
    return sign != 0 ? -value : value;
  }
  const std::uint32_t exponent_shift = magnitude >= 0x7C00U ? 224U << 23U : 112U << 23U;  // infinity and NaN stay what they are
  return std::bit_cast<float>(sign | ((magnitude << 13U) + exponent_shift));
}

// Precondition: at most kHalfMax in magnitude.
inline std::uint16_t to_f16(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
  const float magnitude = std::bit_cast<float>(bits & 0x7FFFFFFFU);
  if (magnitude < 0x1p-14F) {  // adding 0.5 makes the adder round to multiples of 2^-24
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(magnitude + 0.5F) - std::bit_cast<std::uint32_t>(0.5F)));
  }
  const auto wide = std::bit_cast<std::uint32_t>(magnitude);
  const std::uint32_t rounded = wide + 0x0FFFU + ((wide >> 13U) & 1U) - (112U << 23U);
  return static_cast<std::uint16_t>(sign | (rounded >> 13U));
}

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_HALF_H
