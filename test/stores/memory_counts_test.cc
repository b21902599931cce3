// memory_counts_test.cc: counts of reads wait, fly, and come back when they were lost.

#include "stores/memory_counts.h"

#include <gtest/gtest.h>

namespace waggle::stores {
namespace {

TEST(MemoryCounts, ReadsWaitUntilTheyAreWritten) {
  AccessCounts counts;
  EXPECT_FALSE(counts.any_waiting());
  EXPECT_EQ(counts.add(1, "a", 1), 1);
  EXPECT_EQ(counts.add(1, "a", 2), 3);
  EXPECT_TRUE(counts.any_waiting());
  std::vector<AccessCount> flight;
  counts.begin_flush(10, flight);
  ASSERT_EQ(flight.size(), 1U);
  EXPECT_EQ(flight[0].reads, 3);
  EXPECT_FALSE(counts.any_waiting());
  EXPECT_EQ(counts.buffered(1, "a"), 3);
  EXPECT_EQ(counts.in_flight(1, "a"), 3);
  EXPECT_EQ(counts.add(1, "a", 1), 4);
  counts.end_flush(flight[0], FlushOutcome::kWritten);
  EXPECT_EQ(counts.buffered(1, "a"), 1);
}

TEST(MemoryCounts, ALostFlightWaitsAgain) {
  AccessCounts counts;
  counts.add(1, "a", 2);
  std::vector<AccessCount> flight;
  counts.begin_flush(10, flight);
  counts.end_flush(flight[0], FlushOutcome::kLost);
  EXPECT_EQ(counts.in_flight(1, "a"), 0);
  flight.clear();
  counts.begin_flush(10, flight);
  ASSERT_EQ(flight.size(), 1U);
  EXPECT_EQ(flight[0].reads, 2);
}

TEST(MemoryCounts, AnEntryThatBeganAnewInheritsNothing) {
  AccessCounts counts;
  counts.add(1, "old", 5);
  EXPECT_EQ(counts.buffered(1, "new"), 0);
  EXPECT_EQ(counts.add(1, "new", 1), 1);
  EXPECT_EQ(counts.buffered(1, "old"), 0);
  EXPECT_EQ(counts.take_waiting(1, "new"), 1);
  EXPECT_EQ(counts.take_waiting(1, "new"), 0);
  EXPECT_FALSE(counts.any_waiting());
}

TEST(MemoryCounts, AFlightIsBoundedAndSoIsWhatWaits) {
  AccessCounts counts;
  for (std::uint64_t hash = 0; hash < AccessCounts::kEntriesMax + 5; ++hash) EXPECT_EQ(counts.add(hash, "a", 1), 1);
  EXPECT_EQ(counts.buffered(AccessCounts::kEntriesMax, "a"), 0);
  EXPECT_EQ(counts.add(0, "a", 1), 2);
  std::vector<AccessCount> flight;
  counts.begin_flush(7, flight);
  EXPECT_EQ(flight.size(), 7U);
  counts.begin_flush(AccessCounts::kEntriesMax * 2, flight);
  EXPECT_EQ(flight.size(), AccessCounts::kEntriesMax);
}

}  // namespace
}  // namespace waggle::stores
