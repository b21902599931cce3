// memory_test.cc: fresh memory is zero, a file is read whole or not at all, too much is an error.

#include "hnsw/memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
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

TEST(Memory, OfAFileIsWhatTheFileHeld) {
  const test::TempDir folder;
  const std::string path = folder.file("bytes");
  std::ofstream(path) << "honey";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  const Memory memory = Memory::read(file, 5).value();
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(memory.data()[0], std::byte{'h'});
  EXPECT_EQ(memory.data()[4], std::byte{'y'}) << "what happens to the file afterwards does not matter";
  EXPECT_EQ(Memory::read(file, 5).error().code(), Code::kIo);
  ::close(file);
}

TEST(Memory, OfNoFileIsAnError) { EXPECT_EQ(Memory::read(-1, 5).error().code(), Code::kIo); }

}  // namespace
}  // namespace waggle::hnsw
