// text_query_test.cc: what people write, as words.

#include "vector/text_query.h"

#include <gtest/gtest.h>

#include "engine/words.h"

namespace waggle::vector {
namespace {

class TextQueryTest : public testing::Test {
 protected:
  TextQuery of(std::string_view text, TextQuery::LastWord last = TextQuery::LastWord::kWhole) const {
    return TextQuery::of(text, last, *words_).value();
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
};

TEST_F(TextQueryTest, HasEachWordOnce) {
  const TextQuery query = of("Bee, BEE and the \"Hive\"");
  ASSERT_EQ(query.words.size(), 4U);
  EXPECT_EQ(query.expression(), R"("bee" OR "and" OR "the" OR "hive")");
  EXPECT_TRUE(of("?!").words.empty());
}

TEST_F(TextQueryTest, TakesTheLastWordAsAPrefixWhereAsked) {
  const TextQuery query = of("hive ho", TextQuery::LastWord::kPrefix);
  EXPECT_EQ(query.expression(), R"("hive" OR "ho" *)");
  EXPECT_EQ(query.find("honey"), 1U);
  EXPECT_EQ(query.find("hives"), std::nullopt);
  EXPECT_EQ(of("ho hive ho", TextQuery::LastWord::kPrefix).find("honey"), 0U) << "also when it stood before";
}

TEST_F(TextQueryTest, CoversATextByTheShareOfItsWords) {
  const TextQuery query = of("bee hive honey wax");
  EXPECT_EQ(query.coverage("The hive: honey, honey", *words_).value(), 0.5);
  EXPECT_EQ(query.coverage("", *words_).value(), 0);
  EXPECT_EQ(TextQuery().coverage("bee", *words_).value(), 0);
}

TEST_F(TextQueryTest, RefusesTooManyWords) {
  std::string text;
  for (std::size_t i = 0; i < TextQuery::kWordsMax; ++i) text += " w" + std::to_string(i);
  EXPECT_TRUE(TextQuery::of(text, TextQuery::LastWord::kWhole, *words_));
  EXPECT_EQ(TextQuery::of(text + " more", TextQuery::LastWord::kWhole, *words_).error().code(), Code::kInvalidArgument);
}

TEST_F(TextQueryTest, TakesAnExpressionAsItIs) {
  const TextQuery query = TextQuery::of_expression("\"Old Hive\" NOT (wasp* OR hive)", *words_).value();
  EXPECT_EQ(query.expression(), "\"Old Hive\" NOT (wasp* OR hive)");
  ASSERT_EQ(query.words.size(), 3U);
  EXPECT_EQ(query.words[0].folded, "old");
  EXPECT_EQ(query.words[1].folded, "hive");
  EXPECT_EQ(query.words[2], (QueryWord{.folded = "wasp", .is_prefix = true}));
  EXPECT_EQ(query.coverage("nothing of it", *words_).value(), 1);
}

TEST_F(TextQueryTest, RefusesWhatIsNoExpression) {
  const auto refused = TextQuery::of_expression("hive AND (", *words_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(refused.error().message(), "fts5: syntax error near \"\", in the query: hive AND (");
  EXPECT_EQ(TextQuery::of_expression("text: hive", *words_).error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace waggle::vector
