// memory_shard_test.cc: what a shard keeps and what it evicts.

#include "stores/memory_shard.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace waggle::stores {
namespace {

constexpr sql::Version kOne{1};
constexpr sql::Version kTwo{2};
constexpr sql::Version kThree{3};

MemoryEntry entry_of(int number, std::size_t value_bytes = 10) {
  MemoryEntry entry;
  entry.id = "id-" + std::to_string(number);
  entry.agent_id = "ann";
  entry.key = "key-" + std::to_string(number);
  entry.value.text = std::string(value_bytes, '1');
  return entry;
}

class MemoryShardTest : public ::testing::Test {
 protected:
  // Spread as good hashes are.
  static std::uint64_t hash(int number) { return static_cast<std::uint64_t>(number + 1) * 0x9e3779b97f4a7c15U; }
  void admit(int number, sql::Version version = kOne, std::size_t value_bytes = 10) {
    MemoryEntry entry = entry_of(number, value_bytes);
    shard_.admit(hash(number), number, version, entry);
  }
  bool has(int number, sql::Version version = kOne) {
    const MemoryEntry wanted = entry_of(number);
    MemoryEntry found;
    const bool has = shard_.find({wanted.agent_id, wanted.key}, hash(number), version, found);
    EXPECT_TRUE(!has || found.id == wanted.id);
    return has;
  }

  MemoryShard shard_{64 << 10};
};

TEST_F(MemoryShardTest, AnswersOnlyInTheStateThatItKnows) {
  admit(1);
  EXPECT_TRUE(has(1));
  EXPECT_FALSE(has(2));
  EXPECT_FALSE(has(1, kTwo));
  EXPECT_FALSE(has(1, sql::Version{}));
  EXPECT_EQ(shard_.stats().hits, 1);
  EXPECT_EQ(shard_.stats().misses, 3);
}

TEST_F(MemoryShardTest, ACommitForgetsWhatItChanged) {
  admit(1);
  admit(2);
  const std::array changed = {hash(2)};
  shard_.after_commit({.before = kOne, .after = kTwo, .changed = changed});
  EXPECT_TRUE(has(1, kTwo));
  EXPECT_FALSE(has(2, kTwo));
  EXPECT_FALSE(has(1, kOne));
}

TEST_F(MemoryShardTest, ACommitOnAnotherStateForgetsAll) {
  admit(1);
  shard_.after_commit({.before = kTwo, .after = kThree, .changed = {}});
  EXPECT_FALSE(has(1, kThree));
  admit(1, kThree);
  EXPECT_TRUE(has(1, kThree));
  shard_.after_commit({.before = kThree, .after = {}, .changed = {}});
  EXPECT_FALSE(has(1, kThree));
  EXPECT_FALSE(has(1, sql::Version{}));
}

TEST_F(MemoryShardTest, AnEntryOfAnOldStateIsNotKept) {
  admit(1);
  shard_.after_commit({.before = kOne, .after = kTwo, .changed = {}});
  admit(2, kOne);
  EXPECT_FALSE(has(2, kOne));
  EXPECT_FALSE(has(2, kTwo));
  admit(3, sql::Version{});
  EXPECT_FALSE(has(3, kTwo));
}

TEST_F(MemoryShardTest, ACommitThatReadersSawFirstKeepsWhatTheyRead) {
  admit(1);
  // Readers meet the new state before after_commit is called: the first few do not make the shard drop what it has.
  admit(2, kTwo);
  EXPECT_FALSE(has(2, kTwo));
  shard_.after_commit({.before = kOne, .after = kTwo, .changed = {}});
  EXPECT_TRUE(has(1, kTwo));
  // A commit of somebody else: soon the shard follows.
  for (int number = 10; number < 20; ++number) admit(number, kThree);
  EXPECT_TRUE(has(19, kThree));
  EXPECT_FALSE(has(1, kThree));
  shard_.after_commit({.before = kTwo, .after = kThree, .changed = {}});
  EXPECT_TRUE(has(19, kThree));
}

TEST_F(MemoryShardTest, TwoKeysOfOneHashAreToldApart) {
  admit(1);
  MemoryEntry other = entry_of(2);
  MemoryEntry found;
  EXPECT_FALSE(shard_.find({other.agent_id, other.key}, hash(1), kOne, found));
  shard_.admit(hash(1), 2, kOne, other);
  EXPECT_TRUE(shard_.find({other.agent_id, other.key}, hash(1), kOne, found));
  EXPECT_EQ(found.id, other.id);
  EXPECT_FALSE(has(1));
}

TEST_F(MemoryShardTest, StaysWithinItsBytes) {
  for (int number = 0; number < 5000; ++number) {
    admit(number, kOne, static_cast<std::size_t>(number % 900));
    ASSERT_LE(shard_.stats().bytes, 64 << 10);
  }
  EXPECT_GT(shard_.stats().bytes, 32 << 10);
  admit(9000, kOne, (64 << 10) / MemoryShard::kEntryShare);
  EXPECT_FALSE(has(9000)) << "an entry over its share was kept";
}

TEST_F(MemoryShardTest, AScanLeavesWhatIsInUse) {
  constexpr int kHot = 20;
  for (int round = 0; round < 4; ++round) {
    for (int number = 0; number < kHot; ++number) {
      if (!has(number)) admit(number);
    }
  }
  for (int number = 1000; number < 6000; ++number) admit(number);
  int kept = 0;
  for (int number = 0; number < kHot; ++number) kept += has(number) ? 1 : 0;
  EXPECT_EQ(kept, kHot);
}

TEST_F(MemoryShardTest, WhatWasDroppedMakesRoomFirst) {
  for (int number = 0; number < 5000; ++number) admit(number);
  shard_.drop();
  for (int number = 0; number < 20; ++number) {
    admit(number, kTwo);
    EXPECT_TRUE(has(number, kTwo));
  }
  EXPECT_LE(shard_.stats().bytes, 64 << 10);
}

TEST_F(MemoryShardTest, CountsOfReadsSurviveForgettingEvictionAndFlush) {
  MemoryEntry entry = entry_of(1);
  entry.access_count = 100;  // in the row
  shard_.admit(hash(1), 1, kOne, entry);
  EXPECT_EQ(entry.access_count, 101);
  EXPECT_TRUE(has(1));
  const std::array changed = {hash(1)};
  shard_.after_commit({.before = kOne, .after = kTwo, .changed = changed});
  EXPECT_EQ(shard_.buffered_reads(hash(1), "id-1"), 2);
  entry.access_count = 100;
  shard_.admit(hash(1), 1, kTwo, entry);
  EXPECT_EQ(entry.access_count, 103);

  std::vector<AccessCount> flight;
  shard_.begin_flush(10, flight);
  ASSERT_EQ(flight.size(), 1U);
  EXPECT_EQ(flight[0].reads, 3);
  EXPECT_FALSE(shard_.has_reads());
  MemoryEntry found;
  ASSERT_TRUE(shard_.find({"ann", "key-1"}, hash(1), kTwo, found));
  EXPECT_EQ(found.access_count, 104);
  shard_.end_flush(flight[0], FlushOutcome::kWritten);
  EXPECT_EQ(shard_.buffered_reads(hash(1), "id-1"), 1);
  ASSERT_TRUE(shard_.find({"ann", "key-1"}, hash(1), kTwo, found));
  EXPECT_EQ(found.access_count, 105);
}

TEST_F(MemoryShardTest, AFlightEndsAlsoForAnEntryThatWasForgottenMeanwhile) {
  admit(1);
  for (const FlushOutcome outcome : {FlushOutcome::kLost, FlushOutcome::kWritten}) {
    std::vector<AccessCount> flight;
    shard_.begin_flush(10, flight);
    ASSERT_EQ(flight.size(), 1U);
    const std::array changed = {hash(1)};
    shard_.after_commit({.before = kOne, .after = kOne, .changed = {}});
    shard_.after_commit({.before = kOne, .after = kTwo, .changed = changed});
    EXPECT_EQ(shard_.buffered_reads(hash(1), "id-1"), 1);
    shard_.end_flush(flight[0], outcome);
    EXPECT_EQ(shard_.buffered_reads(hash(1), "id-1"), outcome == FlushOutcome::kLost ? 1 : 0);
  }
}

TEST_F(MemoryShardTest, ReadsOfAGoneEntryDoNotPushAsideThoseOfItsSuccessor) {
  admit(1);
  shard_.drop();
  MemoryEntry successor = entry_of(1);
  successor.id = "successor";
  shard_.admit(hash(1), 1, kTwo, successor);
  EXPECT_EQ(successor.access_count, 1);
  EXPECT_EQ(shard_.buffered_reads(hash(1), "successor"), 1);
}

TEST_F(MemoryShardTest, AnEntryWithReadsInFlightIsNotKept) {
  admit(1, sql::Version{});
  std::vector<AccessCount> flight;
  shard_.begin_flush(10, flight);
  admit(1);
  EXPECT_FALSE(has(1));
  shard_.end_flush(flight[0], FlushOutcome::kWritten);
  admit(1);
  EXPECT_TRUE(has(1));
}

}  // namespace
}  // namespace waggle::stores
