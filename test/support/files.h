// files.h: whole files as text, for tests that look at bytes.

#ifndef WAGGLE_TEST_SUPPORT_FILES_H
#define WAGGLE_TEST_SUPPORT_FILES_H

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace waggle::test {

// Empty when there is no such file. Never of a database that this process has open: closing the descriptor would drop its locks.
inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// 0 when there is no such file.
inline std::int64_t file_bytes(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_FILES_H
