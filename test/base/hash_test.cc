// hash_test.cc: every byte, its place, the length and the seed count; all bits of the hash are used.

#include "base/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <set>
#include <string>

namespace waggle::base {
namespace {

TEST(Hash, DiffersByEachByteOfEachLength) {
  for (std::size_t size = 0; size <= 70; ++size) {
    std::string text(size, 'a');
    std::set<std::uint64_t> hashes = {hash_bytes(text)};
    for (std::size_t i = 0; i < size; ++i) {
      text[i] = 'b';
      hashes.insert(hash_bytes(text));
      text[i] = 'a';
    }
    EXPECT_EQ(hashes.size(), size + 1) << size;
  }
}

TEST(Hash, DiffersByLength) {
  std::set<std::uint64_t> hashes;
  for (std::size_t size = 0; size <= 200; ++size) hashes.insert(hash_bytes(std::string(size, '\0')));
  EXPECT_EQ(hashes.size(), 201U);
}

TEST(Hash, DiffersBySeedAndByHowTextIsParted) {
  EXPECT_NE(hash_bytes("text", 1), hash_bytes("text", 2));
  EXPECT_NE(hash_bytes("plan", hash_bytes("ann")), hash_bytes("nplan", hash_bytes("an")));
  EXPECT_NE(hash_bytes("plan", hash_bytes("ann")), hash_bytes("ann", hash_bytes("plan")));
}

TEST(Hash, ChangesHalfOfTheBits) {
  int changed = 0;
  constexpr int kTexts = 2000;
  for (int i = 0; i < kTexts; ++i) {
    const std::string name = "finding-" + std::to_string(i);
    changed += std::popcount(hash_bytes(name + "x") ^ hash_bytes(name + "y"));
  }
  EXPECT_NEAR(static_cast<double>(changed) / kTexts, 32, 0.5);
}

TEST(Hash, SpreadsOverBucketsByItsLowAndItsHighBits) {
  constexpr int kBuckets = 256;
  constexpr int kEach = 100;
  std::array<int, kBuckets> low{};
  std::array<int, kBuckets> high{};
  for (int i = 0; i < kBuckets * kEach; ++i) {
    const std::uint64_t hash = hash_bytes("finding-" + std::to_string(i), hash_bytes("agent-7"));
    ++low[hash % kBuckets];
    ++high[hash >> 56U];
  }
  for (int i = 0; i < kBuckets; ++i) {
    EXPECT_NEAR(low[static_cast<std::size_t>(i)], kEach, 60);
    EXPECT_NEAR(high[static_cast<std::size_t>(i)], kEach, 60);
  }
}

}  // namespace
}  // namespace waggle::base
