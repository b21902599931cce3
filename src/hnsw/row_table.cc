// row_table.cc: see row_table.h.

#include "hnsw/row_table.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/assert.h"

namespace waggle::hnsw {
namespace {

constexpr std::size_t kFirstChunkBytes = std::size_t{64} << 10U;

// So many that the first chunk has about kFirstChunkBytes: small tables stay small.
unsigned first_chunk_bits(std::size_t row_bytes) {
  const std::size_t rows = std::max<std::size_t>(1, kFirstChunkBytes / row_bytes);
  return static_cast<unsigned>(std::bit_width(rows)) - 1;
}

}  // namespace

RowTable::RowTable(std::size_t row_bytes) : row_bytes_(row_bytes), first_chunk_bits_(first_chunk_bits(row_bytes)) {}

void RowTable::adopt(std::byte* first, std::uint32_t count) {
  WAGGLE_ASSERT(capacity_ == 0);
  first_ = first;
  adopted_ = count;
  capacity_ = count;
}

Status RowTable::reserve(std::uint32_t count) {
  while (capacity_ < count) {
    const std::uint64_t rows = std::uint64_t{1} << (first_chunk_bits_ + chunk_count_);
    WAGGLE_ASSIGN_OR_RETURN(Memory chunk, Memory::allocate(rows * row_bytes_));
    chunks_[chunk_count_].store(chunk.data(), std::memory_order_relaxed);
    memory_[chunk_count_++] = std::move(chunk);
    capacity_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(std::numeric_limits<std::uint32_t>::max(), capacity_ + rows));
  }
  return {};
}

}  // namespace waggle::hnsw
