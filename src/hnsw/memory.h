// memory.h: a piece of memory from the operating system, for arrays too large to move.

#ifndef WAGGLE_HNSW_MEMORY_H
#define WAGGLE_HNSW_MEMORY_H

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace waggle::hnsw {

class Memory {
 public:
  Memory() = default;
  Memory(Memory&& other) noexcept;
  Memory& operator=(Memory&& other) noexcept;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  // Zeroed; costs nothing until it is touched. Large pieces ask for huge pages: a walk through a graph touches rows all over the table, and with
  // pages of 4 KiB each one also waits for an address translation.
  static Result<Memory> allocate(std::size_t bytes);

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  Memory(std::byte* data, std::size_t size) : data_(data), size_(size) {}

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// Fills `into` from an open file. io when the file ends before or cannot be read.
Status read_file(int file, std::uint64_t at, std::span<std::byte> into);

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_MEMORY_H
