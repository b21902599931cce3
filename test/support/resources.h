// resources.h: what another process holds of the system, as /proc tells it.

#ifndef WAGGLE_TEST_SUPPORT_RESOURCES_H
#define WAGGLE_TEST_SUPPORT_RESOURCES_H

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace waggle::test {

struct Resources {
  std::int64_t descriptors = 0;
  std::int64_t threads = 0;
  std::int64_t resident_bytes = 0;

  static Resources of(pid_t process) {
    const std::string folder = "/proc/" + std::to_string(process);
    std::int64_t all_pages = 0;
    std::int64_t resident_pages = 0;
    std::ifstream(folder + "/statm") >> all_pages >> resident_pages;
    return {entries(folder + "/fd"), entries(folder + "/task"), resident_pages * ::sysconf(_SC_PAGESIZE)};
  }

 private:
  static std::int64_t entries(const std::string& folder) {
    std::error_code gone;
    const std::filesystem::directory_iterator all(folder, gone);
    return gone ? 0 : std::distance(begin(all), end(all));
  }
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_RESOURCES_H
