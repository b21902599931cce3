// graph_builder_test.cc: how nodes get their neighbours: in different directions, linked back, and never without a link that leads to them.

#include "hnsw/graph_builder.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "hnsw/random_vectors.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;

class GraphBuilderTest : public ::testing::Test {
 protected:
  Slot add(const Vector& vector) {
    const Slot slot = nodes_.allocate(nodes_.count()).value();
    codec_.encode(vector, nodes_.row(slot));
    builder_.insert(slot, vectors(), scratch_);
    return slot;
  }
  Vectors vectors() const { return {codec_, nodes_.rows()}; }
  std::set<Slot> neighbours(Slot slot) const {
    std::set<Slot> all;
    nodes_.base_links(slot).for_each([&](Slot each) { all.insert(each); });
    return all;
  }

  RowCodec codec_{Metric::kL2, Storage::kF32, 2};
  GraphNodes nodes_{codec_.row_bytes(), 4, 1};
  GraphBuilder builder_{nodes_, 50};
  BuildScratch scratch_;
};

TEST_F(GraphBuilderTest, TheFirstNodeIsTheEntry) {
  EXPECT_EQ(builder_.entry().slot, kNoSlot);
  const Slot first = add({0, 0});
  EXPECT_EQ(builder_.entry().slot, first);
}

TEST_F(GraphBuilderTest, ACandidateBehindANearerOneIsLeftOut) {
  const Slot near = add({1, 0});
  const Slot behind = add({2, 0});
  const Slot other_way = add({-3, 0});
  const Slot fresh = add({0, 0});
  EXPECT_EQ(neighbours(fresh), (std::set<Slot>{near, other_way})) << "2 is nearer to 1 than to 0";
  EXPECT_TRUE(neighbours(near).contains(fresh)) << "linked back";
  EXPECT_FALSE(neighbours(behind).contains(fresh));
}

TEST_F(GraphBuilderTest, EveryNodeHasALinkThatLeadsToIt) {
  // A crowd in one place would prune everything else away.
  RandomVectors random(1);
  for (int i = 0; i < 300; ++i) add({random.number(0.01F), random.number(0.01F)});
  for (int i = 0; i < 20; ++i) add({static_cast<float>(5 + i), 0});
  for (Slot slot = 0; slot < nodes_.count(); ++slot) EXPECT_GT(nodes_.in_degree(slot), 0U) << slot;
}

TEST_F(GraphBuilderTest, MendingTakesDeletedNodesOutAndBridgesThem) {
  const Slot left = add({0, 0});
  const Slot middle = add({1, 0});
  const Slot right = add({2, 0});
  ASSERT_EQ(neighbours(left), std::set<Slot>{middle});
  nodes_.set_state(middle, NodeState::kDeleted);
  builder_.mend(left, vectors(), scratch_);
  EXPECT_EQ(neighbours(left), std::set<Slot>{right});
}

TEST_F(GraphBuilderTest, RescuingGivesANodeALink) {
  add({0, 0});
  add({1, 0});
  const Slot lost = nodes_.allocate(99).value();
  codec_.encode(Vector{0.4F, 0}, nodes_.row(lost));
  nodes_.set_state(lost, NodeState::kLive);
  builder_.rescue(lost, vectors(), scratch_);
  EXPECT_EQ(nodes_.in_degree(lost), 1U);
  EXPECT_TRUE(neighbours(0).contains(lost)) << "from the nearest with room";
}

}  // namespace
}  // namespace waggle::hnsw
