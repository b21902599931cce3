// graph_nodes_test.cc: the arrays of a graph: lists, levels, counts of links, slots used again.

#include "hnsw/graph_nodes.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <vector>

namespace waggle::hnsw {
namespace {

TEST(GraphNodes, ListsHoldWhatTheyAreGiven) {
  GraphNodes nodes(64, 8, 1);
  const Slot slot = nodes.allocate(7).value();
  Links links = nodes.base_links(slot);
  EXPECT_EQ(links.capacity(), 16U);
  EXPECT_EQ(links.size(), 0U);
  links.assign(std::array<Slot, 3>{5, 6, 9});
  EXPECT_EQ(links.size(), 3U);
  EXPECT_TRUE(links.contains(9));
  EXPECT_FALSE(links.contains(7));
  links.assign(std::array<Slot, 1>{2});
  EXPECT_EQ(links.size(), 1U);
}

TEST(GraphNodes, OneNodeInMHasAHigherLevel) {
  GraphNodes nodes(4, 16, 42);
  std::map<unsigned, int> levels;
  constexpr int kNodes = 40'000;
  for (int i = 0; i < kNodes; ++i) ++levels[nodes.level(nodes.allocate(static_cast<std::uint64_t>(i)).value())];
  EXPECT_NEAR(levels[0], kNodes * 15 / 16, 300);
  EXPECT_NEAR(levels[1], kNodes * 15 / 256, 200);
  EXPECT_GT(levels[2], 50);
}

TEST(GraphNodes, LevelsFollowTheSeed) {
  GraphNodes first(4, 16, 1);
  GraphNodes again(4, 16, 1);
  GraphNodes other(4, 16, 2);
  int same = 0;
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    const unsigned level = first.level(first.allocate(i).value());
    EXPECT_EQ(again.level(again.allocate(i).value()), level);
    if (other.level(other.allocate(i).value()) == level) ++same;
  }
  EXPECT_LT(same, 1'950);
}

TEST(GraphNodes, UpperListsOfNodesDoNotOverlap) {
  GraphNodes nodes(4, 4, 3);
  std::vector<Slot> slots;
  for (std::uint64_t i = 0; i < 500; ++i) slots.push_back(nodes.allocate(i).value());
  for (const Slot slot : slots) {
    for (unsigned level = 0; level <= nodes.level(slot); ++level) nodes.links(slot, level).assign(std::array<Slot, 2>{slot, level});
  }
  for (const Slot slot : slots) {
    for (unsigned level = 0; level <= nodes.level(slot); ++level) {
      EXPECT_EQ(nodes.links(slot, level).get(0), slot);
      EXPECT_EQ(nodes.links(slot, level).get(1), level);
    }
  }
}

TEST(GraphNodes, AReleasedSlotIsUsedAgainAtItsLevelAndWithoutLinks) {
  GraphNodes nodes(4, 4, 3);
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Slot slot = nodes.allocate(i).value();
    nodes.set_state(slot, NodeState::kLive);
    nodes.base_links(slot).assign(std::array<Slot, 1>{0});
  }
  const unsigned level = nodes.level(7);
  nodes.release(7);
  EXPECT_EQ(nodes.state(7), NodeState::kFree);
  EXPECT_EQ(nodes.allocate(99).value(), 7U);
  EXPECT_EQ(nodes.label(7), 99U);
  EXPECT_EQ(nodes.level(7), level);
  EXPECT_EQ(nodes.base_links(7).size(), 0U);
  EXPECT_EQ(nodes.count(), 50U);
}

TEST(GraphNodes, TheLastLinkIsNotCountedAway) {
  GraphNodes nodes(4, 4, 3);
  const Slot slot = nodes.allocate(1).value();
  EXPECT_FALSE(nodes.drop_in_degree(slot));
  nodes.add_in_degree(slot);
  nodes.add_in_degree(slot);
  EXPECT_TRUE(nodes.drop_in_degree(slot));
  EXPECT_FALSE(nodes.drop_in_degree(slot));
  EXPECT_EQ(nodes.in_degree(slot), 1U);
  nodes.set_in_degree(slot, kManyLinks);
  nodes.add_in_degree(slot);
  EXPECT_TRUE(nodes.drop_in_degree(slot));
  EXPECT_EQ(nodes.in_degree(slot), kManyLinks) << "so many are not counted";
}

}  // namespace
}  // namespace waggle::hnsw
