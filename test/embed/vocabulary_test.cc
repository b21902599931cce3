// Tokens by their text, and the table of ids behind it.

#include "embed/vocabulary.h"

#include <gtest/gtest.h>

#include <string>

namespace waggle::embed {
namespace {

TEST(Vocabulary, FindsEachTokenAndNoOther) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("token" + std::to_string(i));
  Vocabulary vocabulary(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_TRUE(vocabulary.add(texts[i], static_cast<TokenId>(i * 2)));
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(vocabulary.find(texts[i]), i * 2);
  EXPECT_EQ(vocabulary.find("token1000"), std::nullopt);
  EXPECT_EQ(vocabulary.find(""), std::nullopt);
  EXPECT_EQ(vocabulary.tokens().size(), texts.size());
  EXPECT_EQ(vocabulary.tokens()[3].text, "token3");
}

TEST(Vocabulary, TakesNoTextTwice) {
  Vocabulary vocabulary(2);
  EXPECT_TRUE(vocabulary.add("", 1));
  EXPECT_FALSE(vocabulary.add("", 2));
  EXPECT_EQ(vocabulary.find(""), 1U);
}

TEST(IdMap, ReplacesAndFindsAmongNeighbours) {
  IdMap<int> map(100);
  for (std::uint64_t key = 0; key < 100; ++key) map.set(key << 32U, static_cast<int>(key));
  map.set(std::uint64_t{7} << 32U, -7);
  for (std::uint64_t key = 0; key < 100; ++key) {
    ASSERT_NE(map.find(key << 32U), nullptr);
    EXPECT_EQ(*map.find(key << 32U), key == 7 ? -7 : static_cast<int>(key));
  }
  EXPECT_EQ(map.find(100ULL << 32U), nullptr);
  EXPECT_EQ(IdMap<int>(0).find(0), nullptr);
}

}  // namespace
}  // namespace waggle::embed
