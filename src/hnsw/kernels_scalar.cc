// kernels_scalar.cc: the kernels in plain C++, one number at a time. What the vector versions must agree with, and what runs where there are none.

#include <bit>
#include <cstring>

#include "hnsw/half.h"
#include "hnsw/kernels.h"

namespace waggle::hnsw {
namespace {

// Rows and queries are bytes; memcpy is how bytes become numbers without assuming their alignment.
template <typename T>
T element(const std::byte* from, std::size_t index) {
  T value;
  std::memcpy(&value, from + index * sizeof(T), sizeof(T));
  return value;
}

float widen(float number) { return number; }
struct F16 {
  std::uint16_t bits;
};
float widen(F16 number) { return from_f16(number.bits); }
struct Bf16 {
  std::uint16_t bits;
};
float widen(Bf16 number) { return from_bf16(number.bits); }

template <typename T>
void dot(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (std::size_t j = 0; j < length; ++j) sum += element<float>(query, j) * widen(element<T>(rows[i], j));
    out[i] = sum;
  }
}

template <typename T>
void squared_l2(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (std::size_t j = 0; j < length; ++j) {
      const float difference = element<float>(query, j) - widen(element<T>(rows[i], j));
      sum += difference * difference;
    }
    out[i] = sum;
  }
}

void dot_int8(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t sum = 0;  // 16,000 x 127 x 127 fits
    for (std::size_t j = 0; j < length; ++j) sum += element<std::int8_t>(query, j) * element<std::int8_t>(rows[i], j);
    out[i] = static_cast<float>(sum);
  }
}

void hamming(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    int bits = 0;
    for (std::size_t j = 0; j < length; ++j) bits += std::popcount(element<std::uint64_t>(query, j) ^ element<std::uint64_t>(rows[i], j));
    out[i] = static_cast<float>(bits);
  }
}

std::size_t find_alike(const std::uint64_t* query, std::size_t words, const std::uint64_t* groups, std::size_t group_count, std::uint64_t bound,
                       std::uint64_t* out) {
  for (std::size_t group = 0; group < group_count; ++group, groups += words * kSignGroup) {
    bool is_alike = false;
    for (std::size_t i = 0; i < kSignGroup; ++i) {
      out[i] = 0;
      for (std::size_t j = 0; j < words; ++j) out[i] += static_cast<std::uint64_t>(std::popcount(query[j] ^ groups[j * kSignGroup + i]));
      is_alike = is_alike || out[i] < bound;
    }
    if (is_alike) return group;
  }
  return group_count;
}

constexpr Kernels kScalar = {.name = "scalar",
                             .dot_f32 = dot<float>,
                             .squared_l2_f32 = squared_l2<float>,
                             .dot_f16 = dot<F16>,
                             .squared_l2_f16 = squared_l2<F16>,
                             .dot_bf16 = dot<Bf16>,
                             .squared_l2_bf16 = squared_l2<Bf16>,
                             .dot_int8 = dot_int8,
                             .hamming = hamming,
                             .find_alike = find_alike};

}  // namespace

const Kernels& scalar_kernels() { return kScalar; }

}  // namespace waggle::hnsw
