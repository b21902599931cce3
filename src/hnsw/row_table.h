// row_table.h: an array of rows of one size that grows without moving them, so that readers keep their addresses while a writer adds.
//
//     [ rows of somebody else's memory ][ chunk 0 ][ chunk 1: twice as many ][ chunk 2: four times ] ...
//
// The first rows may lie in the memory that a file was read into; what comes after lies in chunks that double, so a slot's address is found with one
// look at the highest bit of its number, and 2^32 rows need few chunks.

#ifndef WAGGLE_HNSW_ROW_TABLE_H
#define WAGGLE_HNSW_ROW_TABLE_H

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "hnsw/memory.h"

namespace waggle::hnsw {

class RowTable {
 public:
  explicit RowTable(std::size_t row_bytes);

  std::size_t row_bytes() const { return row_bytes_; }
  std::uint32_t capacity() const { return capacity_; }

  // Rows [0, count) lie at `first`, which outlives the table. Before the first reserve() only.
  void adopt(std::byte* first, std::uint32_t count);
  // Makes rows [0, count) usable; new ones are zeroed. One thread at a time.
  Status reserve(std::uint32_t count);

  // Precondition: slot < capacity(), as this thread knows it.
  std::byte* row(std::uint32_t slot) const {
    if (slot < adopted_) return first_ + std::size_t{slot} * row_bytes_;
    const std::uint64_t place = std::uint64_t{slot} - adopted_ + (std::uint64_t{1} << first_chunk_bits_);
    const unsigned top = static_cast<unsigned>(std::bit_width(place | 1U)) - 1;  // 0 it never is
    std::byte* chunk = chunks_[top - first_chunk_bits_].load(std::memory_order_relaxed);
    return chunk + (place - (std::uint64_t{1} << top)) * row_bytes_;
  }

 private:
  static constexpr std::size_t kChunksMax = 33;

  std::size_t row_bytes_;
  unsigned first_chunk_bits_;
  std::uint32_t adopted_ = 0;
  std::uint32_t capacity_ = 0;
  std::byte* first_ = nullptr;
  std::size_t chunk_count_ = 0;
  std::array<std::atomic<std::byte*>, kChunksMax> chunks_{};
  std::array<Memory, kChunksMax> memory_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_ROW_TABLE_H
