// checksum.h: XXH64 (Yann Collet, 2012), the checksum of index files: not against forgery, but as fast as memory can be read.

#ifndef WAGGLE_HNSW_CHECKSUM_H
#define WAGGLE_HNSW_CHECKSUM_H

#include <cstddef>
#include <cstdint>
#include <span>

namespace waggle::hnsw {

std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed = 0);

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_CHECKSUM_H
