// text_index_test.cc: BM25 against its definition.

#include "vector/text_index.h"

#include <gtest/gtest.h>

#include <cmath>

namespace waggle::vector {
namespace {

using Words = std::vector<std::string>;

TextQuery query_of(const Words& words, bool last_is_prefix = false) {
  TextQuery query;
  for (const std::string& word : words) query.words.push_back({.folded = word});
  if (last_is_prefix) query.words.back().is_prefix = true;
  return query;
}

std::vector<TextIndex::Text> found(const TextIndex& index, const TextQuery& query, std::size_t count = 10) {
  std::vector<TextIndex::Text> texts;
  for (const TextIndex::Hit& hit : index.search(query, count, [](TextIndex::Text) { return true; })) texts.push_back(hit.text);
  return texts;
}

TEST(TextIndex, ScoresByTheFormula) {
  TextIndex index;
  index.add(Words{"bee", "bee", "hive"});
  index.add(Words{"queen"});
  index.add(Words{"drone", "wax"});
  const auto hits = index.search(query_of({"bee"}), 10, [](TextIndex::Text) { return true; });
  ASSERT_EQ(hits.size(), 1U);
  const double idf = std::log((3 - 1 + 0.5) / (1 + 0.5));
  EXPECT_NEAR(hits[0].score, idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2.0)), 1e-6);
}

TEST(TextIndex, AnswersTheBestFirstAndOfEqualsTheFirst) {
  TextIndex index;
  for (int i = 0; i < 5; ++i) index.add(Words{"bee", "hive"});
  index.add(Words{"bee", "bee"});
  for (int i = 0; i < 20; ++i) index.add(Words{"other"});
  EXPECT_EQ(found(index, query_of({"bee"}), 3), (std::vector<TextIndex::Text>{5, 0, 1}));
  EXPECT_TRUE(found(index, query_of({"nothing"})).empty());
  EXPECT_TRUE(found(index, query_of({"bee"}), 0).empty());
}

TEST(TextIndex, ForgetsWhatIsRemoved) {
  TextIndex index;
  index.add(Words{"bee"});
  const TextIndex::Text gone = index.add(Words{"bee", "queen"});
  index.remove(gone);
  EXPECT_EQ(found(index, query_of({"bee", "queen"})), (std::vector<TextIndex::Text>{0}));
  EXPECT_EQ(index.size(), 1U);
  EXPECT_EQ(index.dead(), 1U);
  TextIndex fresh;
  fresh.add(Words{"bee"});
  EXPECT_EQ(index.search(query_of({"bee"}), 1, [](TextIndex::Text) { return true; })[0].score,
            fresh.search(query_of({"bee"}), 1, [](TextIndex::Text) { return true; })[0].score)
      << "and does not count in any score";
}

TEST(TextIndex, FindsByPrefixAsByOneWord) {
  TextIndex index;
  index.add(Words{"polish", "pollen"});
  index.add(Words{"pollen"});
  for (int i = 0; i < 4; ++i) index.add(Words{"other"});
  EXPECT_EQ(found(index, query_of({"pol"}, true)), (std::vector<TextIndex::Text>{0, 1}));
  EXPECT_TRUE(found(index, query_of({"pol"})).empty());
}

TEST(TextIndex, AsksWhatMayBeFound) {
  TextIndex index;
  for (int i = 0; i < 10; ++i) index.add(Words{"bee"});
  const auto hits = index.search(query_of({"bee"}), 10, [](TextIndex::Text text) { return text % 3 == 1; });
  ASSERT_EQ(hits.size(), 3U);
  EXPECT_EQ(hits[2].text, 7U);
}

}  // namespace
}  // namespace waggle::vector
