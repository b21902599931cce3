// walk_test.cc: walks through graphs that are drawn by hand: points on a line, each linked to the next.

#include "hnsw/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace waggle::hnsw {
namespace {

// Points 0, 1, 2, ... of one dimension; node i leads to i-1 and i+1.
class LineTest : public ::testing::Test {
 protected:
  static constexpr Slot kPoints = 100;

  LineTest() {
    for (Slot i = 0; i < kPoints; ++i) {
      const Slot slot = nodes_.allocate(i).value();
      const float place = static_cast<float>(i);
      codec_.encode({&place, 1}, nodes_.row(slot));
      nodes_.set_state(slot, NodeState::kLive);
      std::vector<Slot> neighbours;
      if (i > 0) neighbours.push_back(i - 1);
      if (i + 1 < kPoints) neighbours.push_back(i + 1);
      nodes_.base_links(slot).assign(neighbours);
    }
    buffer_.resize(codec_.query_bytes());
    walk_.begin(nodes_);
  }
  Query query(float place) { return codec_.make_query(std::span<const float>(&place, 1), buffer_.data()); }
  Candidate at(Slot slot, const Query& query) const { return {codec_.distance(query, nodes_.row(slot)), slot}; }
  Vectors vectors() const { return {codec_, nodes_.rows()}; }

  RowCodec codec_{Metric::kL2, Storage::kF32, 1};
  GraphNodes nodes_{codec_.row_bytes(), 4, 1};
  std::vector<std::byte> buffer_;
  Walk walk_;
};

std::vector<Slot> slots(std::span<const Candidate> candidates) {
  std::vector<Slot> all;
  for (const Candidate& each : candidates) all.push_back(each.slot);
  return all;
}

TEST_F(LineTest, ABeamWalksToTheNearest) {
  const Query target = query(70.2F);
  const Candidate from = at(3, target);
  EXPECT_EQ(slots(walk_.beam(nodes_, vectors(), target, {&from, 1}, 0, 3)), (std::vector<Slot>{70, 71, 69}));
  EXPECT_EQ(walk_.counts().distances, 70U) << "node 2, and each from 4 to 72, once";
}

TEST_F(LineTest, ABeamMayBeginAtSeveralNodes) {
  const Query target = query(50.4F);
  const std::vector<Candidate> from = {at(49, target), at(90, target), at(2, target)};
  EXPECT_EQ(slots(walk_.beam(nodes_, vectors(), target, from, 0, 2)), (std::vector<Slot>{50, 51}));
}

TEST_F(LineTest, AWiderBeamIsTheSameAndMore) {
  const Query target = query(0);
  const Candidate from = at(50, target);
  const std::span<const Candidate> beam = walk_.beam(nodes_, vectors(), target, {&from, 1}, 0, 500);
  ASSERT_EQ(beam.size(), kPoints);
  EXPECT_TRUE(std::is_sorted(beam.begin(), beam.end()));
}

TEST_F(LineTest, AFloodStopsWhereItIsToldTo) {
  const Query target = query(40);
  const Candidate from = at(40, target);
  std::vector<Slot> seen;
  const auto visit = [&](const Candidate& each) { seen.push_back(each.slot); };
  const auto is_outside = [](float distance) { return distance > 9; };
  EXPECT_TRUE(walk_.flood(nodes_, vectors(), target, {&from, 1}, std::numeric_limits<std::size_t>::max(), visit, is_outside));
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, (std::vector<Slot>{36, 37, 38, 39, 40, 41, 42, 43, 44})) << "those within 3, and their neighbours";
}

TEST_F(LineTest, AFloodGivesUpWhenItHasCostEnough) {
  const Query target = query(0);
  const Candidate from = at(0, target);
  const auto nothing = [](const Candidate&) {};
  const auto never = [](float) { return false; };
  EXPECT_FALSE(walk_.flood(nodes_, vectors(), target, {&from, 1}, 10, nothing, never));
  EXPECT_TRUE(walk_.flood(nodes_, vectors(), target, {&from, 1}, 10'000, nothing, never));
}

TEST_F(LineTest, AFloodMayBeginAtSeveralPlaces) {
  const Query target = query(40);
  const std::vector<Candidate> from = {at(41, target), at(10, target)};
  std::vector<Slot> seen;
  const auto visit = [&](const Candidate& each) { seen.push_back(each.slot); };
  const auto is_outside = [](float distance) { return distance > 4; };
  EXPECT_TRUE(walk_.flood(nodes_, vectors(), target, from, std::numeric_limits<std::size_t>::max(), visit, is_outside));
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 10U), 1) << "shown, though too far to go on from";
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 39U), 1);
}

TEST_F(LineTest, TheNearestOfSomeAreInOrderAndWereThereBefore) {
  const Query target = query(40);
  const Slot late = nodes_.allocate(1000).value();
  const std::vector<Candidate> nearest = walk_.nearest_of(vectors(), target, std::vector<Slot>{90, 42, 7, late, 39}, 3);
  ASSERT_EQ(nearest.size(), 3U);
  EXPECT_EQ(nearest[0].slot, 39U);
  EXPECT_EQ(nearest[1].slot, 42U);
  EXPECT_EQ(nearest[1].distance, 4);
  EXPECT_EQ(nearest[2].slot, 7U);
}

TEST_F(LineTest, AWalkDoesNotSeeWhatComesLater) {
  const Slot late = nodes_.allocate(1000).value();
  const float place = 20;
  codec_.encode({&place, 1}, nodes_.row(late));
  nodes_.base_links(20).assign(std::vector<Slot>{19, 21, late});
  const Query target = query(20);
  const Candidate from = at(18, target);
  const std::span<const Candidate> beam = walk_.beam(nodes_, vectors(), target, {&from, 1}, 0, 5);
  EXPECT_TRUE(std::none_of(beam.begin(), beam.end(), [&](const Candidate& each) { return each.slot == late; }));
}

TEST_F(LineTest, DescendingOnOneLevelStaysWhereItIs) {
  const Query target = query(5);
  EXPECT_EQ(walk_.descend(nodes_, vectors(), target, {30, 0}, 0).slot, 30U);
}

}  // namespace
}  // namespace waggle::hnsw
