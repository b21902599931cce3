// page_checks.cc: see page_checks.h.

#include "engine/page_checks.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

constexpr std::size_t kCheckedBytes = PageChecks::kPageBytes - PageChecks::kChecksumBytes;
constexpr sqlite3_int64 kApplicationIdOffset = 68;  // https://sqlite.org/fileformat2.html#the_database_header
// Shorter reads are of the file's header, whose page is read as a whole later.
constexpr int kShortRead = 512;

// Of what the page holds and where it stands: pages that changed places are damage as well. Never 0, which a hole in the file reads as.
std::uint64_t checksum(const unsigned char* page, sqlite3_int64 offset) {
  static_assert(kCheckedBytes % sizeof(std::uint64_t) == 0);
  std::uint64_t sum = static_cast<std::uint64_t>(offset) * 0x9e3779b97f4a7c15U + 0xa0761d6478bd642fU;
  for (std::size_t at = 0; at < kCheckedBytes; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, page + at, sizeof(word));
    sum = (sum ^ word) * 0xd6e8feb86659fd93U;
    sum ^= sum >> 32U;
  }
  return sum == 0 ? 1 : sum;
}

Result<sqlite3_file*> file_of(Connection& connection, const char* schema) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(connection.handle(), schema, SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) != SQLITE_OK || file == nullptr ||
      file->pMethods == nullptr) {
    return make_error(SQLITE_CANTOPEN, connection.path(), "open it");
  }
  return file;
}

}  // namespace

Status PageChecks::install(Connection& connection, const char* schema) {
  static_assert(std::is_standard_layout_v<PageChecks>);
  WAGGLE_ASSIGN_OR_RETURN(sqlite3_file* const file, file_of(connection, schema));
  int reserved = kChecksumBytes;
  sqlite3_file_control(connection.handle(), schema, SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  original_ = file->pMethods;
  methods_ = *original_;
  methods_.iVersion = 1;  // no shared memory and no mapping: each page goes through here
  methods_.xRead = &PageChecks::read;
  methods_.xWrite = &PageChecks::write;
  file->pMethods = &methods_;
  // What was read while the connection was opened was not looked at.
  sqlite3_db_release_memory(connection.handle());
  return {};
}

int PageChecks::damaged(const PageChecks& checks) {
  checks.found_damage_ = true;
  return SQLITE_CORRUPT;
}

Result<std::uint32_t> PageChecks::application_id(Connection& connection) const {
  WAGGLE_ASSIGN_OR_RETURN(sqlite3_file* const file, file_of(connection, "main"));
  std::array<unsigned char, 4> bytes{};
  const int code = original_->xRead(file, bytes.data(), static_cast<int>(bytes.size()), kApplicationIdOffset);
  if (code == SQLITE_IOERR_SHORT_READ) return std::uint32_t{0};  // a file without a page
  if (code != SQLITE_OK) return make_error(code, connection.path(), "read its header");
  std::uint32_t id = 0;
  for (const unsigned char byte : bytes) id = id << 8U | byte;
  return id;
}

int PageChecks::read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
  const auto* checks = reinterpret_cast<const PageChecks*>(file->pMethods);
  if (size < kShortRead) return checks->original_->xRead(file, buffer, size, offset);
  // A size that the header should not have.
  if (size > kPageBytes || offset % kPageBytes != 0) return damaged(*checks);
  // Of the pages of a long value SQLite may read less than the whole.
  std::array<unsigned char, kPageBytes> whole;
  unsigned char* const page = size == kPageBytes ? static_cast<unsigned char*>(buffer) : whole.data();
  const int code = checks->original_->xRead(file, page, kPageBytes, offset);
  // One that the header counts and the file lacks.
  if (code == SQLITE_IOERR_SHORT_READ) return damaged(*checks);
  if (code != SQLITE_OK) {
    checks->has_failed_ = true;
    return code;
  }
  std::uint64_t stored = 0;
  std::memcpy(&stored, page + kCheckedBytes, sizeof(stored));
  if (stored != checksum(page, offset)) return damaged(*checks);
  if (page != buffer) std::memcpy(buffer, page, static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int PageChecks::write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const auto* checks = reinterpret_cast<const PageChecks*>(file->pMethods);
  if (size != kPageBytes) return checks->original_->xWrite(file, bytes, size, offset);
  std::array<unsigned char, kPageBytes> page;
  std::memcpy(page.data(), bytes, page.size());
  const std::uint64_t sum = checksum(page.data(), offset);
  std::memcpy(page.data() + kCheckedBytes, &sum, sizeof(sum));
  return checks->original_->xWrite(file, page.data(), size, offset);
}

}  // namespace waggle::engine
