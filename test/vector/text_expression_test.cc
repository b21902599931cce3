// text_expression_test.cc: which phrases an expression of FTS5 names.

#include "vector/text_expression.h"

#include <gtest/gtest.h>

namespace waggle::vector {
namespace {

std::string phrases(std::string_view expression) {
  std::string joined;
  const std::vector<ExpressionPhrase> found = phrases_of(expression).value();
  for (const ExpressionPhrase& phrase : found) joined += "[" + phrase.text + (phrase.is_prefix ? "*] " : "] ");
  return joined;
}

TEST(TextExpression, NamesPhrasesAndNotOperators) {
  EXPECT_EQ(phrases("bee hive"), "[bee] [hive] ");
  EXPECT_EQ(phrases("bee AND hive OR (wax NOT comb)"), "[bee] [hive] [wax] [comb] ");
  EXPECT_EQ(phrases("and or not near"), "[and] [or] [not] [near] ") << "operators are in capitals";
  EXPECT_EQ(phrases("\"AND\" \"old hive\""), "[AND] [old hive] ");
  EXPECT_EQ(phrases("\"say \"\"bee\"\"\""), "[say \"bee\"] ");
  EXPECT_EQ(phrases("old + hive"), "[old] [hive] ");
  EXPECT_EQ(phrases("^Zürich"), "[Zürich] ");
  EXPECT_EQ(phrases(""), "");
}

TEST(TextExpression, KnowsNearAndItsNumber) {
  EXPECT_EQ(phrases("NEAR(bee \"old hive\", 12) wax"), "[bee] [old hive] [wax] ");
  EXPECT_EQ(phrases("NEAR (bee hive)"), "[bee] [hive] ");
  EXPECT_EQ(phrases("NEAR"), "[NEAR] ") << "a word where no bracket follows";
  EXPECT_EQ(phrases("12 bee"), "[12] [bee] ");
}

TEST(TextExpression, KnowsPrefixes) {
  EXPECT_EQ(phrases("be* hive"), "[be*] [hive] ");
  EXPECT_EQ(phrases("\"old hi\" *"), "[old hi*] ");
  EXPECT_EQ(phrases("bee (*"), "[bee] ");
}

TEST(TextExpression, RefusesColumnsAndSpecialQueries) {
  for (const char* bad : {"text: bee", "\"text\" : bee", "{text other} : bee", "- text : bee", "*reads", "*id"}) {
    const auto refused = phrases_of(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
    EXPECT_NE(refused.error().message().find(bad), std::string::npos) << "it names the query";
  }
  EXPECT_EQ(phrases("\"text: bee\""), "[text: bee] ") << "in quotes it is text";
}

TEST(TextExpression, EndsWithWhateverIsWrong) {
  for (const char* bad : {"\"", "\"bee", "\"bee\"\"", "(((", ",,,", "NEAR(", "^", "+*+*"}) EXPECT_TRUE(phrases_of(bad)) << bad;
}

}  // namespace
}  // namespace waggle::vector
