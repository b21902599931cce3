// kernels.cc: the kernels with Highway. This file compiles itself once per instruction set (foreach_target.h); the last part chooses among them.

#include "hnsw/kernels.h"

#define HWY_WANT_AVX3_DL  // AVX-512 as of Ice Lake: it counts bits
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hnsw/kernels.cc"
#include <hwy/foreach_target.h>  // must come before highway.h

#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace waggle::hnsw::HWY_NAMESPACE {
namespace {

#if HWY_TARGET != HWY_SCALAR

namespace hn = hwy::HWY_NAMESPACE;

// Rows are fetched this many ahead of the one that is computed. Measured on rows of 392 and 1,536 bytes: two to four are alike.
constexpr std::size_t kRowsAhead = 3;
constexpr std::size_t kLineBytes = 64;

HWY_INLINE void fetch(const std::byte* const* rows, std::size_t i, std::size_t count, std::size_t bytes) {
  if (i >= count) return;
  for (std::size_t at = 0; at < bytes; at += kLineBytes) hwy::Prefetch(rows[i] + at);
}

// What a measure adds to its sum for each number of query and row.
struct Product {
  template <class V>
  static HWY_INLINE V add(V query, V row, V sum) {
    return hn::MulAdd(query, row, sum);
  }
};
struct SquaredDifference {
  template <class V>
  static HWY_INLINE V add(V query, V row, V sum) {
    const V difference = hn::Sub(query, row);
    return hn::MulAdd(difference, difference, sum);
  }
};

// At most 16 floats a register, so that the multiples of kernels.h hold whatever the hardware offers.
using Floats = hn::CappedTag<float, kF32Multiple>;

template <typename T>
HWY_INLINE hn::Vec<Floats> load(Floats tag, const T* from) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return hn::LoadU(tag, from);
  } else {
    return hn::PromoteTo(tag, hn::LoadU(hn::Rebind<T, Floats>(), from));
  }
}

// Four sums hide the latency of the multiply-add.
template <class Measure, typename T>
HWY_INLINE float measure_row(const float* query, const T* row, std::size_t length) {
  const Floats tag;
  const std::size_t step = hn::Lanes(tag);
  auto sum0 = hn::Zero(tag);
  auto sum1 = hn::Zero(tag);
  auto sum2 = hn::Zero(tag);
  auto sum3 = hn::Zero(tag);
  std::size_t j = 0;
  for (; j + 4 * step <= length; j += 4 * step) {
    sum0 = Measure::add(hn::LoadU(tag, query + j), load(tag, row + j), sum0);
    sum1 = Measure::add(hn::LoadU(tag, query + j + step), load(tag, row + j + step), sum1);
    sum2 = Measure::add(hn::LoadU(tag, query + j + 2 * step), load(tag, row + j + 2 * step), sum2);
    sum3 = Measure::add(hn::LoadU(tag, query + j + 3 * step), load(tag, row + j + 3 * step), sum3);
  }
  for (; j < length; j += step) sum0 = Measure::add(hn::LoadU(tag, query + j), load(tag, row + j), sum0);
  return hn::GetLane(hn::SumOfLanes(tag, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

template <class Measure, typename T>
HWY_ATTR void measure(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  const std::size_t bytes = length * sizeof(T);
  for (std::size_t i = 0; i < kRowsAhead; ++i) fetch(rows, i, count, bytes);
  for (std::size_t i = 0; i < count; ++i) {
    fetch(rows, i + kRowsAhead, count, bytes);
    out[i] = measure_row<Measure>(reinterpret_cast<const float*>(query), reinterpret_cast<const T*>(rows[i]), length);
  }
}

HWY_INLINE float dot_int8_row(const std::int8_t* query, const std::int8_t* row, std::size_t length) {
  const hn::CappedTag<std::int16_t, kInt8Multiple / 2> tag16;
  const hn::RepartitionToWide<decltype(tag16)> tag32;
  const hn::Rebind<std::int8_t, decltype(tag16)> tag8;
  const std::size_t step = hn::Lanes(tag16);
  auto sum0 = hn::Zero(tag32);
  auto sum1 = hn::Zero(tag32);
  for (std::size_t j = 0; j < length; j += step) {
    const auto a = hn::PromoteTo(tag16, hn::LoadU(tag8, query + j));
    const auto b = hn::PromoteTo(tag16, hn::LoadU(tag8, row + j));
    sum0 = hn::ReorderWidenMulAccumulate(tag32, a, b, sum0, sum1);
  }
  return static_cast<float>(hn::GetLane(hn::SumOfLanes(tag32, hn::Add(sum0, sum1))));
}

HWY_ATTR void dot_int8(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  for (std::size_t i = 0; i < kRowsAhead; ++i) fetch(rows, i, count, length);
  for (std::size_t i = 0; i < count; ++i) {
    fetch(rows, i + kRowsAhead, count, length);
    out[i] = dot_int8_row(reinterpret_cast<const std::int8_t*>(query), reinterpret_cast<const std::int8_t*>(rows[i]), length);
  }
}

HWY_ATTR void hamming(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out) {
  const hn::CappedTag<std::uint64_t, kWordMultiple> tag;
  const std::size_t step = hn::Lanes(tag);
  const auto* words = reinterpret_cast<const std::uint64_t*>(query);
  for (std::size_t i = 0; i < count; ++i) {
    fetch(rows, i + kRowsAhead, count, length * sizeof(std::uint64_t));
    const auto* row = reinterpret_cast<const std::uint64_t*>(rows[i]);
    auto sum = hn::Zero(tag);
    for (std::size_t j = 0; j < length; j += step) {
      sum = hn::Add(sum, hn::PopulationCount(hn::Xor(hn::LoadU(tag, words + j), hn::LoadU(tag, row + j))));
    }
    out[i] = static_cast<float>(hn::GetLane(hn::SumOfLanes(tag, sum)));
  }
}

HWY_ATTR std::size_t find_alike(const std::uint64_t* query, std::size_t words, const std::uint64_t* groups, std::size_t group_count,
                                std::uint64_t bound, std::uint64_t* out) {
  const hn::CappedTag<std::uint64_t, kSignGroup> tag;
  const hn::RebindToSigned<decltype(tag)> compared;  // what instructions compare; the counts are small
  const auto limit = hn::Set(compared, static_cast<std::int64_t>(bound));
  for (std::size_t group = 0; group < group_count; ++group, groups += words * kSignGroup) {
    bool is_alike = false;
    for (std::size_t lane = 0; lane < kSignGroup; lane += hn::Lanes(tag)) {
      auto sum = hn::Zero(tag);
      for (std::size_t j = 0; j < words; ++j) {
        sum = hn::Add(sum, hn::PopulationCount(hn::Xor(hn::Set(tag, query[j]), hn::LoadU(tag, groups + j * kSignGroup + lane))));
      }
      hn::StoreU(sum, tag, out + lane);
      is_alike = is_alike || !hn::AllFalse(compared, hn::Lt(hn::BitCast(compared, sum), limit));
    }
    if (is_alike) return group;
  }
  return group_count;
}

#endif  // HWY_TARGET != HWY_SCALAR

Kernels make_kernels() {
#if HWY_TARGET == HWY_SCALAR
  return scalar_kernels();
#else
  return {.name = hwy::TargetName(HWY_TARGET),
          .dot_f32 = measure<Product, float>,
          .squared_l2_f32 = measure<SquaredDifference, float>,
          .dot_f16 = measure<Product, hwy::float16_t>,
          .squared_l2_f16 = measure<SquaredDifference, hwy::float16_t>,
          .dot_bf16 = measure<Product, hwy::bfloat16_t>,
          .squared_l2_bf16 = measure<SquaredDifference, hwy::bfloat16_t>,
          .dot_int8 = dot_int8,
          .hamming = hamming,
          .find_alike = find_alike};
#endif
}

}  // namespace
}  // namespace waggle::hnsw::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace waggle::hnsw {
namespace {

HWY_EXPORT(make_kernels);

Kernels choose_kernels() {
  Kernels kernels = HWY_DYNAMIC_DISPATCH(make_kernels)();
  if (const Kernel dot = dot_int8_vnni(); dot != nullptr) kernels.dot_int8 = dot;
  return kernels;
}

}  // namespace

const Kernels& best_kernels() {
  static const Kernels chosen = choose_kernels();
  return chosen;
}

}  // namespace waggle::hnsw
#endif  // HWY_ONCE
