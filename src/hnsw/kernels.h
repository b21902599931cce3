// kernels.h: the inner loops: one query against many rows.
//
// Each kernel exists twice: plain (scalar_kernels(), the oracle of the tests) and with the widest instructions of the CPU that the process runs on
// (best_kernels(), chosen once by Highway). A kernel takes many rows at a time because that is where the time is: a graph's rows lie anywhere in
// memory, and with the addresses of the next ones at hand it fetches them while it computes.

#ifndef WAGGLE_HNSW_KERNELS_H
#define WAGGLE_HNSW_KERNELS_H

#include <cstddef>
#include <cstdint>

namespace waggle::hnsw {

// out[i] = the kernel's measure of `query` and rows[i], for i < count. Rows and query hold `length` elements, a multiple of the constant of their
// type below, padded with zeros; they need no alignment.
using Kernel = void (*)(const std::byte* query, const std::byte* const* rows, std::size_t count, std::size_t length, float* out);

// Signs of vectors, one bit for each dimension, in groups of kSignGroup vectors: the first word of each of them, then the second of each, and so on.
// So one register holds a word of every vector of a group, and nothing has to be summed across it.
inline constexpr std::size_t kSignGroup = 8;
// The first group with a vector of which fewer than `bound` bits differ from the query's `words` words, or group_count. out[i] = how many do of its
// vector i.
using SignKernel = std::size_t (*)(const std::uint64_t* query, std::size_t words, const std::uint64_t* groups, std::size_t group_count,
                                   std::uint64_t bound, std::uint64_t* out);

// 64 bytes of each: the widest register there is.
inline constexpr std::size_t kF32Multiple = 16;
inline constexpr std::size_t kHalfMultiple = 32;
inline constexpr std::size_t kInt8Multiple = 64;
inline constexpr std::size_t kWordMultiple = 8;

struct Kernels {
  const char* name;  // of the instruction set, for reports
  Kernel dot_f32;
  Kernel squared_l2_f32;
  Kernel dot_f16;  // with half-precision rows the query is f32
  Kernel squared_l2_f16;
  Kernel dot_bf16;
  Kernel squared_l2_bf16;
  Kernel dot_int8;  // both int8; exact: -128 does not occur
  Kernel hamming;   // both 64-bit words; the number of bits that differ
  SignKernel find_alike;
};

const Kernels& best_kernels();
const Kernels& scalar_kernels();

// The kernels written with the instructions themselves, because Highway 1.0.3 has no word for them: nullptr where the CPU lacks them.
Kernel dot_int8_vnni();

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_KERNELS_H
