// kernels_vnni.cc: the dot product of int8 with AVX-512 VNNI: 64 products and their sum in one instruction.

#include "hnsw/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // g++ 12 reports its own _mm512_undefined_epi32()
#endif
#endif

namespace waggle::hnsw {

#if defined(__x86_64__)
namespace {

constexpr std::size_t kRowsAhead = 4;
constexpr std::size_t kLineBytes = 64;

void fetch(const std::byte* row, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += kLineBytes) _mm_prefetch(row + at, _MM_HINT_T0);
}

// VPDPBUSD multiplies unsigned by signed. The row becomes unsigned by adding 128 to each number (its top bit flipped), which adds 128 times the sum
// of the query. That is the same for all rows, so it is taken away from the beginning, and the result is exact. Two sums hide the latency.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) void dot_vnni(const std::byte* query, const std::byte* const* rows, std::size_t count,
                                                                     std::size_t length, float* out) {
  const __m512i offset = _mm512_set1_epi8(static_cast<char>(0x80));
  for (std::size_t i = 0; i < kRowsAhead && i < count; ++i) fetch(rows[i], length);
  __m512i excess = _mm512_setzero_si512();
  for (std::size_t j = 0; j < length; j += kInt8Multiple) excess = _mm512_dpbusd_epi32(excess, offset, _mm512_loadu_si512(query + j));
  const __m512i from = _mm512_sub_epi32(_mm512_setzero_si512(), excess);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kRowsAhead < count) fetch(rows[i + kRowsAhead], length);
    __m512i even = from;
    __m512i odd = _mm512_setzero_si512();
    std::size_t j = 0;
    for (; j + 2 * kInt8Multiple <= length; j += 2 * kInt8Multiple) {
      even = _mm512_dpbusd_epi32(even, _mm512_xor_si512(_mm512_loadu_si512(rows[i] + j), offset), _mm512_loadu_si512(query + j));
      odd = _mm512_dpbusd_epi32(odd, _mm512_xor_si512(_mm512_loadu_si512(rows[i] + j + kInt8Multiple), offset),
                                _mm512_loadu_si512(query + j + kInt8Multiple));
    }
    if (j < length) even = _mm512_dpbusd_epi32(even, _mm512_xor_si512(_mm512_loadu_si512(rows[i] + j), offset), _mm512_loadu_si512(query + j));
    out[i] = static_cast<float>(_mm512_reduce_add_epi32(_mm512_add_epi32(even, odd)));
  }
}

}  // namespace

Kernel dot_int8_vnni() {
  const bool is_there =
      __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vnni") != 0;
  return is_there ? dot_vnni : nullptr;
}
#else
Kernel dot_int8_vnni() { return nullptr; }
#endif

}  // namespace waggle::hnsw
