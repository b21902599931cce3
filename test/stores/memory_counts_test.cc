// memory_counts_test.cc: counts of reads wait, fly, and come back when they were lost.

#include "stores/memory_counts.h"

#include <gtest/gtest.h>

namespace waggle::stores {
namespace {

constexpr EntryTag kEntry{.key_hash = 1, .id_tag = 10, .rowid = 100};

TEST(MemoryCounts, ReadsWaitUntilTheyAreWritten) {
  AccessCounts counts;
  EXPECT_FALSE(counts.any_waiting());
  EXPECT_EQ(counts.buffered(1, 10), 0);
  EXPECT_EQ(counts.add(kEntry, 1), 1);
  EXPECT_EQ(counts.add(kEntry, 2), 3);
  EXPECT_TRUE(counts.any_waiting());
  std::vector<AccessCount> flight;
  counts.begin_flush(10, flight);
  ASSERT_EQ(flight.size(), 1U);
  EXPECT_EQ(flight[0].reads, 3);
  EXPECT_EQ(flight[0].entry.rowid, 100);
  EXPECT_FALSE(counts.any_waiting());
  EXPECT_EQ(counts.buffered(1, 10), 3);
  EXPECT_EQ(counts.in_flight(1, 10), 3);
  EXPECT_EQ(counts.add(kEntry, 1), 4);
  counts.end_flush(flight[0], FlushOutcome::kWritten);
  EXPECT_EQ(counts.buffered(1, 10), 1);
}

TEST(MemoryCounts, ALostFlightWaitsAgain) {
  AccessCounts counts;
  counts.add(kEntry, 2);
  std::vector<AccessCount> flight;
  counts.begin_flush(10, flight);
  counts.end_flush(flight[0], FlushOutcome::kLost);
  EXPECT_EQ(counts.in_flight(1, 10), 0);
  flight.clear();
  counts.begin_flush(10, flight);
  ASSERT_EQ(flight.size(), 1U);
  EXPECT_EQ(flight[0].reads, 2);
}

TEST(MemoryCounts, AnEntryThatBeganAnewInheritsNothing) {
  AccessCounts counts;
  const EntryTag successor{.key_hash = 1, .id_tag = 11, .rowid = 100};
  counts.add(kEntry, 5);
  EXPECT_EQ(counts.buffered(1, 11), 0);
  EXPECT_EQ(counts.add(successor, 1), 1);
  EXPECT_EQ(counts.take_waiting(1, 11), 1);
  EXPECT_EQ(counts.take_waiting(1, 11), 0);
  EXPECT_EQ(counts.buffered(1, 10), 5);
}

TEST(MemoryCounts, ReadsInFlightCanBeTakenOver) {
  AccessCounts counts;
  counts.add_in_flight(kEntry, 2);
  EXPECT_EQ(counts.buffered(1, 10), 2);
  EXPECT_FALSE(counts.any_waiting());
  counts.end_flush({.entry = kEntry, .reads = 2}, FlushOutcome::kLost);
  EXPECT_EQ(counts.take_waiting(1, 10), 2);
  // Nobody knows of this flight: nothing happens.
  counts.end_flush({.entry = kEntry, .reads = 2}, FlushOutcome::kLost);
  EXPECT_FALSE(counts.any_waiting());
}

TEST(MemoryCounts, AFlightIsBoundedAndSoIsWhatWaits) {
  AccessCounts counts;
  // All in one set.
  for (std::uint64_t id = 1; id <= AccessCounts::kWays + 3; ++id) EXPECT_EQ(counts.add({.key_hash = 7, .id_tag = id, .rowid = 1}, 1), 1);
  EXPECT_EQ(counts.buffered(7, AccessCounts::kWays), 1);
  EXPECT_EQ(counts.buffered(7, AccessCounts::kWays + 1), 0);
  std::vector<AccessCount> flight;
  counts.begin_flush(3, flight);
  EXPECT_EQ(flight.size(), 3U);
  counts.begin_flush(1000, flight);
  EXPECT_EQ(flight.size(), AccessCounts::kWays);
  for (const AccessCount& count : flight) counts.end_flush(count, FlushOutcome::kWritten);
  EXPECT_EQ(counts.add({.key_hash = 7, .id_tag = 99, .rowid = 1}, 1), 1);
  EXPECT_EQ(counts.buffered(7, 99), 1);
}

}  // namespace
}  // namespace waggle::stores
