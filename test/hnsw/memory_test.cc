// memory_test.cc: fresh memory is zero, too much is an error, and so is a file that ends too early.

#include "hnsw/memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <utility>

#include "support/temp_dir.h"

namespace waggle::hnsw {
namespace {

TEST(Memory, IsZeroAndAsLargeAsAsked) {
  Memory memory = Memory::allocate(5 << 20).value();
  ASSERT_EQ(memory.size(), 5U << 20U);
  EXPECT_TRUE(std::all_of(memory.bytes().begin(), memory.bytes().end(), [](std::byte each) { return each == std::byte{0}; }));
  memory.data()[memory.size() - 1] = std::byte{1};
  const Memory moved = std::move(memory);
  EXPECT_EQ(moved.data()[moved.size() - 1], std::byte{1});
  EXPECT_EQ(Memory::allocate(0).value().size(), 0U);
}

TEST(Memory, AskedForTooMuchIsAnError) {
  const Result<Memory> memory = Memory::allocate(std::numeric_limits<std::size_t>::max() / 4);
  ASSERT_FALSE(memory.has_value());
  EXPECT_EQ(memory.error().code(), Code::kExhausted);
}

TEST(ReadFile, TakesAPartOfAFileOrNothing) {
  const test::TempDir folder;
  const std::string path = folder.file("bytes");
  std::ofstream(path) << "honey";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  std::array<std::byte, 3> part{};
  ASSERT_TRUE(read_file(file, 2, part).has_value());
  EXPECT_EQ(part[0], std::byte{'n'});
  EXPECT_EQ(part[2], std::byte{'y'});
  EXPECT_EQ(read_file(file, 3, part).error().code(), Code::kIo) << "it ends before";
  ::close(file);
}

TEST(ReadFile, OfNoFileIsAnError) {
  std::array<std::byte, 1> part{};
  EXPECT_EQ(read_file(-1, 0, part).error().code(), Code::kIo);
}

}  // namespace
}  // namespace waggle::hnsw
