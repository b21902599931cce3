// row_hints_test.cc: what is noted is found, until something else takes its place; nothing is found that was not noted.

#include "stores/row_hints.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.h"

namespace waggle::stores {
namespace {

std::uint64_t hash_of(int i) { return base::hash_bytes("key" + std::to_string(i)); }

TEST(RowHints, FindNothingAtFirst) {
  const RowHints hints;
  EXPECT_EQ(hints.find(0), 0);
  EXPECT_EQ(hints.find(hash_of(1)), 0);
}

TEST(RowHints, FindWhatWasNotedLast) {
  RowHints hints;
  hints.note(hash_of(1), 7);
  hints.note(hash_of(2), 8);
  EXPECT_EQ(hints.find(hash_of(1)), 7);
  EXPECT_EQ(hints.find(hash_of(2)), 8);
  EXPECT_EQ(hints.find(hash_of(3)), 0);
  hints.note(hash_of(1), 9);
  EXPECT_EQ(hints.find(hash_of(1)), 9);
}

TEST(RowHints, TwoHashesShareAPlaceAndAThirdTakesOneOver) {
  RowHints hints;
  constexpr std::uint64_t kNext = std::uint64_t{1} << 40;
  for (std::uint64_t i = 1; i <= 3; ++i) hints.note(i * kNext, static_cast<std::int64_t>(i));
  EXPECT_EQ(hints.find(3 * kNext), 3);
  EXPECT_EQ((hints.find(1 * kNext) != 0) + (hints.find(2 * kNext) != 0), 1);
}

TEST(RowHints, KeepNoRowThatDoesNotFit) {
  RowHints hints;
  hints.note(hash_of(1), 0);
  hints.note(hash_of(2), -5);
  hints.note(hash_of(3), std::int64_t{1} << 40);
  hints.note(hash_of(4), (std::int64_t{1} << 40) - 1);
  EXPECT_EQ(hints.find(hash_of(1)), 0);
  EXPECT_EQ(hints.find(hash_of(2)), 0);
  EXPECT_EQ(hints.find(hash_of(3)), 0);
  EXPECT_EQ(hints.find(hash_of(4)), (std::int64_t{1} << 40) - 1);
}

TEST(RowHints, HoldMostOfManyKeys) {
  RowHints hints;
  for (int i = 1; i <= 10'000; ++i) hints.note(hash_of(i), i);
  int found = 0;
  for (int i = 1; i <= 10'000; ++i) {
    const std::int64_t rowid = hints.find(hash_of(i));
    EXPECT_TRUE(rowid == i || rowid == 0);
    found += rowid == i ? 1 : 0;
  }
  EXPECT_GT(found, 9'500);
}

TEST(RowHints, NeverMixTwoNotesOfDifferentThreads) {
  RowHints hints;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20'000; ++i) {
        const int key = (i * 7 + t) % 1000 + 1;
        hints.note(hash_of(key), key);
        const std::int64_t found = hints.find(hash_of(key));
        if (found != 0 && found != key) wrong.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace waggle::stores
