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

// VPDPBUSD multiplies unsigned by signed. The query becomes unsigned by adding 128 to each number (its top bit flipped), which adds 128 times the sum
// of the row; the second sum takes that away again. So the result is exact.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) void dot_vnni(const std::byte* query, const std::byte* const* rows, std::size_t count,
                                                                     std::size_t length, float* out) {
  const __m512i offset = _mm512_set1_epi8(static_cast<char>(0x80));
  for (std::size_t i = 0; i < kRowsAhead && i < count; ++i) fetch(rows[i], length);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kRowsAhead < count) fetch(rows[i + kRowsAhead], length);
    __m512i sum = _mm512_setzero_si512();
    __m512i excess = _mm512_setzero_si512();
    for (std::size_t j = 0; j < length; j += kInt8Multiple) {
      const __m512i a = _mm512_xor_si512(_mm512_loadu_si512(query + j), offset);
      const __m512i b = _mm512_loadu_si512(rows[i] + j);
      sum = _mm512_dpbusd_epi32(sum, a, b);
      excess = _mm512_dpbusd_epi32(excess, offset, b);
    }
    out[i] = static_cast<float>(_mm512_reduce_add_epi32(_mm512_sub_epi32(sum, excess)));
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
