// words_test.cc: texts cut into words as the full-text index cuts them.

#include "engine/words.h"

#include <gtest/gtest.h>

#include <thread>

namespace waggle::engine {
namespace {

std::string split(const sql::Words& words, std::string_view text) {
  std::string joined;
  EXPECT_TRUE(words.split(text, [&](const sql::Word& word) {
    joined += std::string(word.folded) + "@" + std::to_string(word.begin) + "-" + std::to_string(word.end) + " ";
  }));
  return joined;
}

TEST(Words, AreFoldedAndKnowTheirPlaces) {
  const auto words = Words::create().value();
  EXPECT_EQ(split(*words, "The CAFÉ, x2!"), "the@0-3 cafe@4-9 x2@11-13 ");
  EXPECT_EQ(split(*words, ""), "");
  EXPECT_EQ(split(*words, std::string_view("a\0b", 3)), "a@0-1 b@2-3 ");
}

TEST(Words, KnowExpressions) {
  const auto words = Words::create().value();
  for (const char* good : {"bee", "\"old hive\"", "bee AND hive", "bee NOT (wax OR comb)", "NEAR(bee hive, 3)", "be*", "^bee", "Zürich"}) {
    EXPECT_TRUE(words->check_expression(good)) << good;
  }
  for (const char* bad : {"\"bee", "bee AND", "(bee", "NOT bee", "bee;", "", "nothing : bee"}) {
    const Status checked = words->check_expression(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_EQ(words->check_expression("bee AND").error().message(), "fts5: syntax error near \"\"");
  EXPECT_TRUE(words->check_expression("bee")) << "after an error as before";
}

TEST(Words, AreCutByManyThreads) {
  const auto words = Words::create().value();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string text = "word" + std::to_string(t) + " Ünd";
      for (int i = 0; i < 500; ++i) ASSERT_EQ(split(*words, text), "word" + std::to_string(t) + "@0-5 und@6-10 ");
    });
  }
}

}  // namespace
}  // namespace waggle::engine
