// mapped_file.h: a whole file as bytes in memory, read by the kernel where it is looked at.

#ifndef WAGGLE_BASE_MAPPED_FILE_H
#define WAGGLE_BASE_MAPPED_FILE_H

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waggle::base {

// Read-only, and shared by all processes that map the same file. For files that are replaced by renaming and never shortened in place: reading
// beyond the end of a file that was cut meanwhile ends the process (SIGBUS).
class MappedFile {
 public:
  // not_found when there is no such file; unsupported when it is no regular file; permission or io when it cannot be read.
  static Result<MappedFile> open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  void unmap();

  std::span<const std::byte> bytes_;
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_MAPPED_FILE_H
