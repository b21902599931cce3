// wal_index.cc: see wal_index.h.

#include "engine/wal_index.h"

#include <array>
#include <atomic>
#include <cstring>

#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

constexpr int kRegionBytes = 32768;  // WALINDEX_PGSZ: the unit in which SQLite maps the wal-index
constexpr std::size_t kHeaderWords = 12;
constexpr std::size_t kChangeCounterWord = 2;
constexpr std::size_t kStateWord = 3;  // isInit, bigEndCksum, szPage
constexpr std::size_t kFramesWord = 4;
constexpr std::size_t kBackfilledWord = 2 * kHeaderWords;

using Words = std::array<std::uint32_t, kHeaderWords>;

// What is read afterwards is not older than what was read of the header.
void end_of_loads() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
#if !defined(__x86_64__)
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
#endif
}

// SQLite writes the header with plain stores while others read it, by design: it keeps two copies, written in one order and read in the other, and
// a checksum over each ("tag-20200519-1" in its source). Hence volatile, and no thread sanitizer here, as in SQLite itself.
__attribute__((no_sanitize("thread"))) Words load(const volatile std::uint32_t* words) {
  Words copy;
  for (std::size_t i = 0; i < kHeaderWords; ++i) copy[i] = words[i];
  end_of_loads();
  return copy;
}

// `words`: of the mapping itself, or a copy.
template <typename W>
__attribute__((no_sanitize("thread"))) std::uint64_t pair_at(const W& words, std::size_t at) {
  const std::uint32_t low = words[at];
  const std::uint32_t high = words[at + 1];
  return low | (std::uint64_t{high} << 32U);
}

// All that distinguishes two states, folded into 64 bits: the change counter, the number of frames, the running checksum of the frames, the salts
// and the header's own checksum. A sum of products with odd random numbers, which the processor works out at the same time: this is asked before
// every cached read.
template <typename W>
__attribute__((no_sanitize("thread"))) sql::Version fold(const W& words) {
  std::uint64_t hash = pair_at(words, 2) * 0xd6e8feb86659fd93U + pair_at(words, 4) * 0x9e3779b97f4a7c15U + pair_at(words, 6) * 0xff51afd7ed558ccdU +
                       pair_at(words, 8) * 0xc4ceb9fe1a85ec53U + pair_at(words, 10) * 0xbf58476d1ce4e5b9U;
  hash ^= hash >> 32U;
  return {hash == sql::Version::kUnknown ? 1 : hash};
}
static_assert(kChangeCounterWord == 2 && kHeaderWords == 12, "fold takes the words from the change counter to the end");

}  // namespace

Result<WalIndex> WalIndex::map(Connection& connection) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) != SQLITE_OK || file == nullptr ||
      file->pMethods == nullptr || file->pMethods->iVersion < 2) {
    return Error(Code::kUnsupported, connection.path() + ": this file system has no shared memory for the WAL", "move the database to a local disk");
  }
  void volatile* region = nullptr;
  const int code = file->pMethods->xShmMap(file, 0, kRegionBytes, 0, &region);
  // A read-only mapping answers a code of its own and a good pointer.
  if (region == nullptr) return make_error(code == SQLITE_OK ? SQLITE_IOERR_SHMMAP : code, connection.path(), "map its shared memory");
  return WalIndex(static_cast<const volatile std::uint32_t*>(region));
}

sql::Version WalIndex::version() const {
  const sql::Version version = fold(words_);
  end_of_loads();
  return version;
}

std::optional<WalIndex::Header> WalIndex::header() const {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    const Words first = load(words_);
    const Words second = load(words_ + kHeaderWords);
    if (first != second) continue;
    std::uint16_t page_size = 0;
    std::memcpy(&page_size, reinterpret_cast<const char*>(&first[kStateWord]) + 2, sizeof(page_size));
    return Header{fold(first), first[kChangeCounterWord], first[kFramesWord], page_size == 1 ? 65536U : page_size};
  }
  return std::nullopt;
}

__attribute__((no_sanitize("thread"))) std::uint32_t WalIndex::backfilled_frames() const { return words_[kBackfilledWord]; }

}  // namespace waggle::engine
