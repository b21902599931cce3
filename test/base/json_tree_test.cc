// Documents as trees.

#include "base/json_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/json_gen.h"

namespace waggle::base {
namespace {

TEST(JsonTreeTest, HoldsEveryKindOfValue) {
  const JsonTree tree =
      parse_json_tree(R"( {"a": [1, -2.5, "x\n\u00e9", true, null, {}, []], "b": {"c": false}, "a": 9223372036854775808} )").value();
  const auto& members = *tree.as<JsonTree::Object>();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].key, "a");
  const auto& items = *members[0].value.as<JsonTree::Array>();
  ASSERT_EQ(items.size(), 7U);
  EXPECT_EQ(*items[0].as<std::int64_t>(), 1);
  EXPECT_EQ(*items[1].as<double>(), -2.5);
  EXPECT_EQ(*items[2].as<std::string>(), "x\n\xc3\xa9");
  EXPECT_EQ(*items[3].as<bool>(), true);
  EXPECT_NE(items[4].as<std::nullptr_t>(), nullptr);
  EXPECT_TRUE(items[5].as<JsonTree::Object>()->empty());
  EXPECT_TRUE(items[6].as<JsonTree::Array>()->empty());
  EXPECT_EQ(*(*members[1].value.as<JsonTree::Object>())[0].value.as<bool>(), false);
  EXPECT_EQ(*members[2].value.as<double>(), 9223372036854775808.0);
}

TEST(JsonTreeTest, TakesNumbersOfAnySize) {
  EXPECT_EQ(*parse_json_tree("-9223372036854775808").value().as<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_json_tree("1e400").value().number(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_json_tree("-1e400").value().number(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_json_tree("1e-400").value().number(), 0);
  EXPECT_EQ(parse_json_tree("123456789012345678901234567890").value().number(), 123456789012345678901234567890.0);
}

TEST(JsonTreeTest, RefusesWhatIsNoJson) {
  for (const char* const bad : {"", "{", "[1,]", "{\"a\"}", "nul", "1 2"}) {
    const auto tree = parse_json_tree(bad);
    ASSERT_FALSE(tree) << bad;
    EXPECT_EQ(tree.error().code(), Code::kInvalidArgument);
  }
  const std::string deep = std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']');
  EXPECT_TRUE(parse_json_tree(deep));
  EXPECT_FALSE(parse_json_tree("[" + deep + "]"));
}

TEST(JsonMembers, AreTheTextThatTheyWere) {
  const auto members = split_json_object(R"( { "a" : 1.50 , "b":{ "c":[1,"}"] }, "\u0061":"x,y", "e":[] } )").value();
  ASSERT_EQ(members.size(), 4U);
  EXPECT_EQ(members[0].key, "a");
  EXPECT_EQ(members[0].value, "1.50");
  EXPECT_EQ(members[1].value, R"({"c":[1,"}"]})");
  EXPECT_EQ(members[2].key, "a");
  EXPECT_EQ(members[2].value, R"("x,y")");
  EXPECT_EQ(members[3].value, "[]");
  EXPECT_TRUE(split_json_object("{}").value().empty());
  EXPECT_FALSE(split_json_object("[1]"));
  EXPECT_FALSE(split_json_object("{"));
}

void write(JsonWriter& json, const JsonTree& tree) {
  if (const auto* object = tree.as<JsonTree::Object>()) {
    json.begin_object();
    for (const JsonMember& member : *object) write(json.key(member.key), member.value);
    json.end_object();
  } else if (const auto* array = tree.as<JsonTree::Array>()) {
    json.begin_array();
    for (const JsonTree& item : *array) write(json, item);
    json.end_array();
  } else if (const auto* text = tree.as<std::string>()) {
    json.string(*text);
  } else if (const auto* truth = tree.as<bool>()) {
    json.boolean(*truth);
  } else if (const auto* whole = tree.as<std::int64_t>()) {
    json.integer(*whole);
  } else if (const auto* real = tree.as<double>()) {
    json.number(*real);
  } else {
    json.null();
  }
}

std::string written(const JsonTree& tree) {
  JsonWriter json;
  write(json, tree);
  return json.take();
}

RC_GTEST_PROP(JsonTreeTest, SaysTheSameWhenItIsWrittenAndReadAgain, ()) {
  const std::string text = *test::json_document();
  const std::string once = written(parse_json_tree(text).value());
  RC_ASSERT(written(parse_json_tree(once).value()) == once);
}

}  // namespace
}  // namespace waggle::base
