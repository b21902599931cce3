// One collection in memory.

#include "vector/collection_index.h"

#include <gtest/gtest.h>

namespace waggle::vector {
namespace {

class CollectionIndexTest : public ::testing::Test {
 protected:
  void put(std::int64_t seq, std::string_view id, std::vector<float> numbers, std::optional<std::string_view> agent = {},
           std::optional<std::string_view> metadata = {}) {
    index_.put({.seq = seq, .id = id, .agent_id = agent, .metadata = metadata, .embedding = numbers}).value();
  }
  std::string found(std::vector<float> query, const Selection& selection = {}) {
    std::string seqs;
    const CollectionIndex::Found found = index_.search(query, 10, selection).value();
    for (const hnsw::Match& match : found.matches) seqs += std::to_string(match.label) + " ";
    return seqs;
  }

  CollectionIndex index_ = CollectionIndex::create({.dimensions = 2, .metric = hnsw::Metric::kL2}).value();
};

TEST_F(CollectionIndexTest, FindsWhatWasPutAndNotWhatWasRemoved) {
  put(1, "a", {0, 0});
  put(2, "b", {1, 0});
  put(7, "c", {2, 0});
  EXPECT_EQ(found({3, 0}), "7 2 1 ");
  index_.remove("b");
  index_.remove("nosuch");
  EXPECT_EQ(found({3, 0}), "7 1 ");
  put(7, "c", {-9, 0});
  EXPECT_EQ(found({3, 0}), "1 7 ");
  put(9, "a", {3, 0});  // removed and added again: another row
  EXPECT_EQ(found({3, 0}), "9 7 ");
  EXPECT_EQ(index_.size(), 2U);
}

TEST_F(CollectionIndexTest, EqualOnesComeInTheOrderOfTheirRows) {
  put(5, "a", {1, 0});
  put(3, "b", {0, 1});
  put(4, "c", {-1, 0});
  EXPECT_EQ(found({0, 0}), "3 4 5 ");
}

TEST_F(CollectionIndexTest, SelectsAfterRemovalsToo) {
  put(1, "a", {1, 0}, "ann", R"({"n":1})");
  put(2, "b", {2, 0}, "bob", R"({"n":2})");
  put(3, "c", {3, 0}, "ann", R"({"n":3})");
  put(4, "d", {4, 0});
  index_.remove("a");  // d moves to its place
  const Filter filter = Filter::parse(R"({"n":{"ge":2}})").value();
  EXPECT_EQ(found({0, 0}, {.filter = &filter}), "2 3 ");
  EXPECT_EQ(found({0, 0}, {.agent_id = "ann"}), "3 ");
  EXPECT_EQ(found({0, 0}, {.filter = &filter, .agent_id = "bob"}), "2 ");
  EXPECT_EQ(index_.search(std::vector<float>{0, 0}, 1, {.filter = &filter}).value().matching, 2);
}

TEST_F(CollectionIndexTest, KnowsItsMemory) {
  EXPECT_EQ(index_.bytes(), 0U);
  put(1, "a", {1, 0}, "ann", R"({"text":"something long enough to be kept on the heap"})");
  EXPECT_GT(index_.bytes(), 100U);
  index_.remove("a");
  EXPECT_EQ(index_.bytes(), 0U);
}

}  // namespace
}  // namespace waggle::vector
