// index_layout.h: where the parts of an index lie in its bytes. All places follow from the counts in the header; none is stored.

#ifndef WAGGLE_HNSW_INDEX_LAYOUT_H
#define WAGGLE_HNSW_INDEX_LAYOUT_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "hnsw/graph_index.h"
#include "hnsw/index_format.h"

namespace waggle::hnsw {

// The beginning of the file, as it lies there.
struct IndexHeader {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t header_bytes;
  std::uint64_t file_bytes;
  std::uint64_t change;
  std::uint32_t dimensions;
  std::uint8_t metric;
  std::uint8_t storage;
  std::uint8_t originals;
  std::uint8_t unused;
  std::uint32_t connectivity;
  std::uint32_t build_ef;
  std::uint64_t seed;
  std::uint32_t count;
  std::uint32_t upper_count;
  std::uint32_t entry_slot;
  std::uint32_t entry_level;
  std::uint32_t row_bytes;
  std::uint32_t block_bytes;
  std::uint64_t fingerprint;
};
static_assert(sizeof(IndexHeader) == 88);

inline constexpr std::array<char, 8> kIndexMagic = {'W', 'a', 'g', 'g', 'H', 'N', 'S', 'W'};

struct IndexLayout {
  std::uint64_t nodes = 0;
  std::uint64_t base = 0;
  std::uint64_t upper = 0;
  std::uint64_t rows = 0;
  std::uint64_t originals = 0;
  std::uint64_t checksums = 0;
  std::uint64_t blocks = 0;  // checksums, without their own
  std::uint64_t file_bytes = 0;
};

// What an index of these options has by its counts alone. No overflow for counts up to kSlotsMax and options that validate().
IndexLayout layout_of(const GraphOptions& options, std::uint32_t count, std::uint32_t upper_count);

// The options in a header; corruption when it has any that no index can have.
Result<GraphOptions> options_of(const IndexHeader& header);
IndexHeader header_of(const GraphOptions& options, std::uint32_t count, std::uint32_t upper_count, Entry entry, const IndexMark& mark);

// The checksum of the header page stands in its last eight bytes.
std::uint64_t header_checksum(std::span<const std::byte> page);

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_INDEX_LAYOUT_H
