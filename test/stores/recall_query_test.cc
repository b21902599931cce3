// recall_query_test.cc: a text as words, or as an expression.

#include "stores/recall_query.h"

#include <gtest/gtest.h>

#include "engine/words.h"

namespace waggle::stores {
namespace {

TEST(RecallQuery, ReadsATextAsItIsTold) {
  const auto words = engine::Words::create().value();
  const auto query = [&](QuerySyntax syntax, LastWord last) { return query_of("bee NOT hive", syntax, last, *words); };
  EXPECT_EQ(query(QuerySyntax::kWords, LastWord::kWhole).value().expression(), R"("bee" OR "not" OR "hive")");
  EXPECT_EQ(query(QuerySyntax::kWords, LastWord::kPrefix).value().expression(), R"("bee" OR "not" OR "hive" *)");
  EXPECT_EQ(query(QuerySyntax::kFts5, LastWord::kWhole).value().expression(), "bee NOT hive");
  EXPECT_EQ(query(QuerySyntax::kFts5, LastWord::kPrefix).error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(query_of("", QuerySyntax::kFts5, LastWord::kWhole, *words).value().words.empty()) << "nothing is asked: a vector alone";
}

}  // namespace
}  // namespace waggle::stores
