// Merge patches.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"
#include "base/json_gen.h"

namespace waggle::base {
namespace {

std::string merged(std::string_view target, std::string_view patch) { return merge_json(target, patch).value(); }

TEST(JsonMerge, TestCasesOfTheRfc) {
  // RFC 7396 appendix A.
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":null})"), R"({})");
  EXPECT_EQ(merged(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
  EXPECT_EQ(merged(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"c"})", R"({"a":["b"]})"), R"({"a":["b"]})");
  EXPECT_EQ(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
  EXPECT_EQ(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), R"({"a":[1]})");
  EXPECT_EQ(merged(R"(["a","b"])", R"(["c","d"])"), R"(["c","d"])");
  EXPECT_EQ(merged(R"({"a":"b"})", R"(["c"])"), R"(["c"])");
  EXPECT_EQ(merged(R"({"a":"foo"})", "null"), "null");
  EXPECT_EQ(merged(R"({"a":"foo"})", R"("bar")"), R"("bar")");
  EXPECT_EQ(merged(R"({"e":null})", R"({"a":1})"), R"({"e":null,"a":1})");
  EXPECT_EQ(merged("[1,2]", R"({"a":"b","c":null})"), R"({"a":"b"})");
  EXPECT_EQ(merged("{}", R"({"a":{"bb":{"ccc":null}}})"), R"({"a":{"bb":{}}})");
}

TEST(JsonMerge, KeepsOrderAndDigits) {
  EXPECT_EQ(merged(R"({"z":1.00,"a":12345678901234567890123,"m":1e2})", R"({"n":2.50,"m":{"x":1},"b":0})"),
            R"({"z":1.00,"a":12345678901234567890123,"m":{"x":1},"n":2.50,"b":0})");
}

TEST(JsonMerge, KnowsAKeyHoweverItIsWritten) {
  EXPECT_EQ(merged(R"({"\u0061":1,"b":2})", R"({"a":null})"), R"({"b":2})");
  EXPECT_EQ(merged(R"({"a\"]}":1})", R"({"a\u0022]}":2})"), R"({"a\"]}":2})");
}

TEST(JsonMerge, LastOfTwoEqualKeysCounts) {
  EXPECT_EQ(merged(R"({"a":1,"b":2,"a":3})", R"({"c":4})"), R"({"a":3,"b":2,"c":4})");
  EXPECT_EQ(merged(R"({"a":1,"a":3})", R"({"a":null})"), R"({})");
  EXPECT_EQ(merged("{}", R"({"a":1,"a":null})"), R"({})");
}

TEST(JsonMerge, NullsInArraysStay) { EXPECT_EQ(merged("{}", R"({"a":[null,{"b":null}]})"), R"({"a":[null,{"b":null}]})"); }

TEST(JsonMerge, DeepestNestingWorks) {
  std::string patch = "1";
  for (std::size_t i = 0; i < kJsonDepthMax; ++i) patch = R"({"a":)" + patch + "}";
  ASSERT_TRUE(normalise_json(patch));
  EXPECT_EQ(merged("{}", patch), patch);
  EXPECT_EQ(merged(patch, patch), patch);
}

TEST(JsonMerge, RefusesWhatIsNotJson) {
  for (const char* const bad : {"", "{", "}", R"({"a)", R"(["\ud800"])", "]]"}) {
    EXPECT_FALSE(merge_json("{}", bad)) << bad;
    EXPECT_FALSE(merge_json(bad, "{}")) << bad;
  }
}

RC_GTEST_PROP(JsonMerge, AnyTextIsSafe, (const std::string& target, const std::string& patch)) {
  RC_TAG(merge_json(target, patch).has_value());
  RC_TAG(merge_json("{" + target, "{\"a\":" + patch + "}").has_value());
}

RC_GTEST_PROP(JsonMerge, BrokenDocumentsAreSafe, ()) {
  std::string target = *test::json_document();
  std::string patch = *test::json_document();
  RC_PRE(!target.empty() && !patch.empty());
  target[*rc::gen::inRange<std::size_t>(0, target.size())] = *rc::gen::elementOf(std::string("{}[],:\"\\1n"));
  patch[*rc::gen::inRange<std::size_t>(0, patch.size())] = *rc::gen::elementOf(std::string("{}[],:\"\\1n"));
  RC_TAG(merge_json(target, patch).has_value());
}

RC_GTEST_PROP(JsonMerge, IsJsonAgainAndStaysWhenRepeated, ()) {
  const std::string target = *test::json_document();
  const std::string patch = *test::json_document();
  const std::string once = merge_json(target, patch).value();
  RC_ASSERT(normalise_json(once).value() == once);
  RC_ASSERT(merge_json(once, patch).value() == once);
}

}  // namespace
}  // namespace waggle::base
