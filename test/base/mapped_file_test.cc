// Files as memory.

#include "base/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::base {
namespace {

TEST(MappedFile, HoldsEveryByteUntilItsEnd) {
  test::TempDir folder;
  const std::string bytes = "a\0b\xff" + std::string(10'000, 'x');
  test::write_file(folder.file("f"), bytes);
  auto file = MappedFile::open(folder.file("f"));
  ASSERT_TRUE(file) << file.error().describe();
  std::filesystem::remove(folder.file("f"));  // the pages stay
  EXPECT_EQ(file->text(), bytes);
  EXPECT_EQ(file->bytes().size(), bytes.size());
  MappedFile moved = *std::move(file);
  EXPECT_EQ(moved.text(), bytes);
  EXPECT_TRUE(file->bytes().empty());
  test::write_file(folder.file("g"), "other");
  moved = MappedFile::open(folder.file("g")).value();
  EXPECT_EQ(moved.text(), "other");
}

TEST(MappedFile, MayBeEmpty) {
  test::TempDir folder;
  test::write_file(folder.file("f"), "");
  const auto file = MappedFile::open(folder.file("f"));
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_TRUE(file->text().empty());
}

TEST(MappedFile, NamesWhatItCannotOpen) {
  test::TempDir folder;
  test::write_file(folder.file("f"), "x");
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  const auto code_of = [](const std::string& path) {
    const auto file = MappedFile::open(path);
    EXPECT_FALSE(file);
    EXPECT_NE(file.error().message().find(path), std::string::npos);
    return file.error().code();
  };
  EXPECT_EQ(code_of(folder.file("absent")), Code::kNotFound);
  EXPECT_EQ(code_of(folder.file("f") + "/inside"), Code::kNotFound);
  EXPECT_EQ(code_of(folder.path().string()), Code::kUnsupported);
  EXPECT_EQ(code_of(folder.file("pipe")), Code::kUnsupported);
}

}  // namespace
}  // namespace waggle::base
