// checksum_test.cc: XXH64 of texts whose hashes are published, and of every length around its stripes.

#include "hnsw/checksum.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace waggle::hnsw {
namespace {

std::uint64_t of(std::string_view text, std::uint64_t seed = 0) { return xxh64(std::as_bytes(std::span(text.data(), text.size())), seed); }

TEST(Checksum, IsXxh64) {
  EXPECT_EQ(of(""), 0xEF46DB3751D8E999U);
  EXPECT_EQ(of("a"), 0xD24EC4F1A98C6E5BU);
  EXPECT_EQ(of("abc"), 0x44BC2CF5AD770999U);
  EXPECT_EQ(of("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1U);
}

TEST(Checksum, DependsOnEveryByteAndTheLength) {
  for (std::size_t size = 1; size <= 100; ++size) {
    std::string text(size, 'x');
    std::set<std::uint64_t> hashes = {of(text), of(text + "x"), of(text, 1)};
    for (std::size_t i = 0; i < size; ++i) {
      text[i] = 'y';
      hashes.insert(of(text));
      text[i] = 'x';
    }
    EXPECT_EQ(hashes.size(), size + 3);
  }
}

}  // namespace
}  // namespace waggle::hnsw
