// memory_index_test.cc: entries in memory: what is found, and under which conditions.

#include "vector/memory_index.h"

#include <gtest/gtest.h>

#include "engine/words.h"

namespace waggle::vector {
namespace {

class MemoryIndexTest : public testing::Test {
 protected:
  struct Row {
    std::string id;
    std::string agent = "ann";
    std::string value = "\"bee\"";
    std::optional<std::string> metadata = {};
    std::optional<Timestamp> expires_at = {};
    std::vector<float> embedding = {};
  };
  Status put(const Row& row) {
    return index_.put({.id = row.id,
                       .agent_id = row.agent,
                       .key = "key",
                       .value = row.value,
                       .metadata = row.metadata,
                       .updated_at = now_,
                       .expires_at = row.expires_at,
                       .embedding = std::as_bytes(std::span(row.embedding))});
  }
  static std::string ids(const Result<std::vector<MemoryHit>>& hits) {
    std::string joined;
    for (const MemoryHit& hit : hits.value()) joined += hit.id;
    return joined;
  }
  std::string words(std::string_view text, MemorySelection selection = {}) const {
    selection.now = now_;
    return ids(index_.find_words(TextQuery::of(text, TextQuery::LastWord::kWhole, *words_).value(), 10, selection));
  }
  std::string near(std::vector<float> query, MemorySelection selection = {}) const {
    selection.now = now_;
    return ids(index_.find_near(query, 10, selection));
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
  MemoryIndex index_ = MemoryIndex::create(*words_, MemorySpace{.dimensions = 2, .metric = hnsw::Metric::kCosine, .model = {}}).value();
  Timestamp now_{std::chrono::hours(1)};
};

TEST_F(MemoryIndexTest, FindsByWordsAndByNearness) {
  ASSERT_TRUE(put({.id = "a", .value = R"("bee bee")", .embedding = {1, 0}}));
  ASSERT_TRUE(put({.id = "b", .value = R"("bee and hive and other words")", .embedding = {0, 1}}));
  ASSERT_TRUE(put({.id = "c", .value = R"("queen")"}));
  EXPECT_EQ(words("bee"), "ab");
  EXPECT_EQ(near({0.1F, 1}), "ba");
  EXPECT_EQ(index_.size(), 3U);
}

TEST_F(MemoryIndexTest, KeepsToConditions) {
  ASSERT_TRUE(put({.id = "a", .metadata = R"({"n":1})", .embedding = {1, 0}}));
  ASSERT_TRUE(put({.id = "b", .agent = "bob", .metadata = R"({"n":2})", .embedding = {1, 0}}));
  ASSERT_TRUE(put({.id = "c", .expires_at = now_, .embedding = {1, 0}}));
  ASSERT_TRUE(put({.id = "d", .expires_at = now_ + Duration(1), .embedding = {1, 0}}));
  const Filter filter = Filter::parse(R"({"n":{"ge":2}})").value();
  EXPECT_EQ(words("bee"), "abd");
  EXPECT_EQ(near({1, 0}), "abd");
  EXPECT_EQ(words("bee", {.agent_id = "bob"}), "b");
  EXPECT_EQ(near({1, 0}, {.agent_id = "bob"}), "b");
  EXPECT_EQ(words("bee", {.agent_id = "eve"}), "");
  EXPECT_EQ(words("bee", {.filter = &filter}), "b");
  EXPECT_EQ(near({1, 0}, {.filter = &filter}), "b");
}

TEST_F(MemoryIndexTest, FollowsReplacementAndRemoval) {
  ASSERT_TRUE(put({.id = "a", .expires_at = now_, .embedding = {1, 0}}));
  ASSERT_TRUE(put({.id = "a", .value = R"("queen")"}));
  EXPECT_EQ(words("bee"), "");
  EXPECT_EQ(words("queen"), "a");
  EXPECT_EQ(near({1, 0}), "");
  const std::size_t full = index_.bytes();
  index_.remove("a");
  index_.remove("a");
  EXPECT_EQ(words("queen"), "");
  EXPECT_EQ(index_.size(), 0U);
  EXPECT_LE(index_.bytes(), full);
}

TEST_F(MemoryIndexTest, TellsWhatFusionNeeds) {
  ASSERT_TRUE(put({.id = "a", .metadata = R"({"importance":0.25})"}));
  const auto hits = index_.find_words(TextQuery::of("bee", TextQuery::LastWord::kWhole, *words_).value(), 1, {.now = now_}).value();
  EXPECT_EQ(hits.at(0).updated_at, now_);
  EXPECT_EQ(hits.at(0).importance, 0.25);
}

TEST_F(MemoryIndexTest, RefusesEmbeddingsOfAnotherLength) {
  EXPECT_EQ(put({.id = "a", .embedding = {1, 0, 0}}).error().code(), Code::kCorruption);
  MemoryIndex without = MemoryIndex::create(*words_, std::nullopt).value();
  EXPECT_TRUE(without.put({.id = "a", .agent_id = "ann", .key = "k", .value = "1", .embedding = std::as_bytes(std::span("1234"))}));
  EXPECT_TRUE(without.find_near(std::vector<float>{1}, 1, {.now = now_}).value().empty());
}

}  // namespace
}  // namespace waggle::vector
