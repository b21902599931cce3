// config_fuzz.cc: whatever stands in a configuration file, reading it ends, with settings or with invalid_argument.

#include <sys/mman.h>
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "cli/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = ::memfd_create("config", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  WAGGLE_ASSERT(::ftruncate(file, 0) == 0 && ::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  const auto read = waggle::cli::read_config_file(path, waggle::cli::IfMissing::kRefuse);
  WAGGLE_ASSERT(read || read.error().code() == waggle::Code::kInvalidArgument);
  return 0;
}
