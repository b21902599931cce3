// temp_dir.h: a folder of a test's own, removed with all that is in it at the end of its scope.

#ifndef WAGGLE_TEST_SUPPORT_TEMP_DIR_H
#define WAGGLE_TEST_SUPPORT_TEMP_DIR_H

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "base/assert.h"

namespace waggle::test {

class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "waggle-test-XXXXXX").string();
    WAGGLE_ASSERT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;  // a folder left behind fails no test
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // The path of `name` inside the folder; the file is not made.
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_TEMP_DIR_H
