// memory.cc: see memory.h.

#include "hnsw/memory.h"

#include <sys/mman.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

namespace waggle::hnsw {
namespace {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20U;

Error out_of_memory() { return {Code::kExhausted, "not enough memory for the index", "free memory, or keep fewer or smaller vectors"}; }

}  // namespace

Memory::Memory(Memory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Memory::~Memory() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Result<Memory> Memory::allocate(std::size_t bytes) {
  if (bytes == 0) return Memory();
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return out_of_memory();
  if (bytes >= kHugePageBytes) ::madvise(data, bytes, MADV_HUGEPAGE);  // a wish: where it is not granted, everything still works
  return Memory(static_cast<std::byte*>(data), bytes);
}

Status read_file(int file, std::uint64_t at, std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t got = ::pread(file, into.data(), into.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error(Code::kIo, "a file could not be read to its end", "look at the disk");
    at += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace waggle::hnsw
