// entry_points_test.cc: the places dominate the graph, and their signs find those that are like a query.

#include "hnsw/entry_points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "hnsw/graph_builder.h"
#include "hnsw/index_fixture.h"
#include "hnsw/random_vectors.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;

constexpr auto kOnTwo = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) { test::run_on_two(count, task); };
constexpr std::size_t kDimensions = 70;  // two words, the second of them not full

class EntryPointsTest : public ::testing::Test {
 protected:
  // As all embeddings of a model do, these have something in common: most numbers are above zero.
  Vector vector() {
    Vector made = random_.vector(kDimensions);
    for (float& number : made) number = number * 0.1F + 1;
    return made;
  }
  Slot add(const Vector& vector) {
    const Slot slot = nodes_.allocate(nodes_.count()).value();
    codec_.encode(vector, nodes_.row(slot));
    builder_.insert(slot, vectors(), scratch_);
    return slot;
  }
  Vectors vectors() const { return {codec_, nodes_.rows()}; }
  std::vector<Slot> most_alike(const EntryPoints& points, const Vector& query, std::size_t count, std::size_t among = EntryPoints::kPlacesMax) const {
    std::vector<std::byte> buffer(codec_.query_bytes());
    return points.most_alike(codec_, codec_.make_query(query, buffer.data()), count, among);
  }

  RandomVectors random_{5};
  RowCodec codec_{Metric::kL2, Storage::kF32, kDimensions};
  GraphNodes nodes_{codec_.row_bytes(), 8, 1};
  GraphBuilder builder_{nodes_, 50};
  BuildScratch scratch_;
};

TEST_F(EntryPointsTest, EveryNodeIsAPlaceOrAmongTheFirstLinksOfOne) {
  for (int i = 0; i < 600; ++i) add(vector());
  for (Slot slot = 0; slot < 600; slot += 7) nodes_.set_state(slot, NodeState::kDeleted);
  const EntryPoints points(nodes_, vectors(), kOnTwo);
  std::vector<bool> is_covered(nodes_.count());
  for (const Slot place : points.places()) {
    EXPECT_TRUE(nodes_.is_live(place));
    is_covered[place] = true;
    for (std::uint32_t i = 0; i < nodes_.connectivity() / 2 && nodes_.base_links(place).get(i) != kNoSlot; ++i) {
      is_covered[nodes_.base_links(place).get(i)] = true;
    }
  }
  for (Slot slot = 0; slot < nodes_.count(); ++slot) EXPECT_TRUE(is_covered[slot] || !nodes_.is_live(slot)) << slot;
  EXPECT_LT(points.places().size(), 400U) << "they are not all";
}

TEST_F(EntryPointsTest, APlaceIsTheMostLikeItself) {
  std::vector<Vector> all;
  for (int i = 0; i < 600; ++i) add(all.emplace_back(vector()));
  const EntryPoints points(nodes_, vectors(), kInOrder);
  for (const Slot place : points.places()) {
    const std::vector<Slot> found = most_alike(points, all[place], 3);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], place) << "signs of 70 random differences tell 600 vectors apart";
  }
  EXPECT_EQ(most_alike(points, all[0], 10'000).size(), points.places().size()) << "no more than there are, and none of the padding";
}

TEST_F(EntryPointsTest, TheFirstPlacesAreFromAllOverTheGraph) {
  for (int i = 0; i < 900; ++i) add(vector());
  const EntryPoints points(nodes_, vectors(), kInOrder);
  const Vector query = vector();
  std::vector<Slot> some = most_alike(points, query, 10'000, 30);
  ASSERT_EQ(some.size(), 30U);
  std::sort(some.begin(), some.end());
  EXPECT_LT(some[5], 300U);
  EXPECT_GT(some[24], 600U);
  const std::vector<Slot> best = most_alike(points, query, 3, 30);
  ASSERT_EQ(best.size(), 3U);
  for (const Slot each : best) EXPECT_TRUE(std::binary_search(some.begin(), some.end(), each));
}

TEST_F(EntryPointsTest, ThreadsMakeNoDifference) {
  for (int i = 0; i < 600; ++i) add(vector());
  const EntryPoints one(nodes_, vectors(), kInOrder);
  const EntryPoints two(nodes_, vectors(), kOnTwo);
  const Vector query = vector();
  EXPECT_TRUE(std::ranges::equal(one.places(), two.places()));
  EXPECT_EQ(most_alike(one, query, 20), most_alike(two, query, 20));
}

// A large group, and a small one that is nearer to the query: its signs are its own.
TEST_F(EntryPointsTest, ASmallGroupIsFoundBesideACrowd) {
  Vector small = vector();
  for (std::size_t i = 0; i < kDimensions; i += 2) small[i] = 3;
  Vector large = vector();
  for (std::size_t i = 1; i < kDimensions; i += 2) large[i] = 3;
  const auto near = [&](const Vector& middle) {
    Vector made = middle;
    for (float& number : made) number += random_.number(0.1F);
    return made;
  };
  for (int i = 0; i < 1000; ++i) add(near(large));
  std::vector<Slot> group;
  for (int i = 0; i < 5; ++i) group.push_back(add(near(small)));
  const EntryPoints points(nodes_, vectors(), kInOrder);
  EXPECT_TRUE(std::ranges::find(group, most_alike(points, small, 1).front()) != group.end());
}

TEST_F(EntryPointsTest, AnEmptyGraphHasNone) {
  const EntryPoints points(nodes_, vectors(), kInOrder);
  EXPECT_TRUE(points.places().empty());
  EXPECT_TRUE(most_alike(points, vector(), 5).empty());
}

}  // namespace
}  // namespace waggle::hnsw
