// embedding_bytes.h: embeddings as columns hold them: little-endian float32, of no alignment.

#ifndef WAGGLE_VECTOR_EMBEDDING_BYTES_H
#define WAGGLE_VECTOR_EMBEDDING_BYTES_H

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace waggle::vector {

static_assert(std::endian::native == std::endian::little, "embeddings are stored as they lie in memory: little-endian");

// Precondition: as many bytes as whole numbers have.
inline void read_numbers(std::span<const std::byte> bytes, std::vector<float>& numbers) {
  numbers.resize(bytes.size() / sizeof(float));
  if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(float));
}

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_EMBEDDING_BYTES_H
