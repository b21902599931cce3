// database_header_fuzz.cc: the first look at a file ends, whatever the file holds; only what begins as a Waggle database does is taken for one.

#include <sys/mman.h>
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "engine/database_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using waggle::engine::FileKind;
  static const int file = ::memfd_create("database", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  WAGGLE_ASSERT(::ftruncate(file, 0) == 0 && ::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  const auto state = waggle::engine::inspect_file(path);
  if (!state) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (state->kind == FileKind::kEmpty) {
    WAGGLE_ASSERT(size == 0);
  } else {
    WAGGLE_ASSERT(size >= 100 && bytes.starts_with("SQLite format 3") && bytes.substr(68, 4) == "Wagl");
  }
  return 0;
}
