// What filters hold for, and what is no filter.

#include "vector/filter.h"

#include <gtest/gtest.h>

namespace waggle::vector {
namespace {

bool holds(const std::string& filter_json, const char* metadata) {
  Paths paths;
  const auto attributes = attributes_of(base::parse_json_tree(metadata).value(), paths);
  Filter filter = Filter::parse(filter_json).value();
  filter.bind(paths);
  return filter.holds(attributes);
}

constexpr const char* kBook = R"({"lang":"en","year":2021,"price":9.5,"sold":true,"tags":["bees","honey"],"author":{"name":"Ann"},"note":null})";

TEST(FilterTest, ComparesForEquality) {
  EXPECT_TRUE(holds("{}", kBook));
  EXPECT_TRUE(holds(R"({"lang":"en"})", kBook));
  EXPECT_FALSE(holds(R"({"lang":"de"})", kBook));
  EXPECT_TRUE(holds(R"({"lang":{"eq":"en"},"year":2021})", kBook));
  EXPECT_FALSE(holds(R"({"lang":"en","year":2020})", kBook));
  EXPECT_TRUE(holds(R"({"year":2021.0})", kBook));
  EXPECT_FALSE(holds(R"({"year":"2021"})", kBook));
  EXPECT_TRUE(holds(R"({"sold":true})", kBook));
  EXPECT_FALSE(holds(R"({"sold":1})", kBook));
  EXPECT_TRUE(holds(R"({"note":null})", kBook));
  EXPECT_FALSE(holds(R"({"missing":null})", kBook));
  EXPECT_TRUE(holds(R"({"tags":"honey"})", kBook));
  EXPECT_TRUE(holds(R"({"author.name":"Ann"})", kBook));
  EXPECT_FALSE(holds(R"({"author":"Ann"})", kBook));
}

TEST(FilterTest, ComparesForOrderWithinAKind) {
  EXPECT_TRUE(holds(R"({"year":{"ge":2021,"lt":2022}})", kBook));
  EXPECT_FALSE(holds(R"({"year":{"gt":2021}})", kBook));
  EXPECT_TRUE(holds(R"({"year":{"le":2021.5}})", kBook));
  EXPECT_TRUE(holds(R"({"price":{"lt":10}})", kBook));
  EXPECT_TRUE(holds(R"({"lang":{"gt":"de"}})", kBook));
  EXPECT_FALSE(holds(R"({"lang":{"gt":1}})", kBook));
  EXPECT_FALSE(holds(R"({"missing":{"lt":1}})", kBook));
  // Doubles alone could not tell these two apart.
  EXPECT_TRUE(holds(R"({"n":{"lt":9007199254740993}})", R"({"n":9007199254740992})"));
  EXPECT_FALSE(holds(R"({"n":9007199254740993})", R"({"n":9007199254740992})"));
}

TEST(FilterTest, HasTheOtherOperators) {
  EXPECT_TRUE(holds(R"({"lang":{"in":["de","en"]}})", kBook));
  EXPECT_FALSE(holds(R"({"lang":{"in":[]}})", kBook));
  EXPECT_TRUE(holds(R"({"lang":{"ne":"de"}})", kBook));
  EXPECT_TRUE(holds(R"({"missing":{"ne":"de"}})", kBook));
  EXPECT_FALSE(holds(R"({"tags":{"ne":"honey"}})", kBook));
  EXPECT_TRUE(holds(R"({"author":{"exists":true},"missing":{"exists":false},"note":{"exists":true}})", kBook));
  EXPECT_FALSE(holds(R"({"author.name":{"exists":false}})", kBook));
  EXPECT_TRUE(holds(R"({"author.name":{"prefix":"A"}})", kBook));
  EXPECT_FALSE(holds(R"({"year":{"prefix":"2"}})", kBook));
}

TEST(FilterTest, Combines) {
  EXPECT_TRUE(holds(R"({"or":[{"lang":"de"},{"year":2021}]})", kBook));
  EXPECT_FALSE(holds(R"({"and":[{"lang":"de"},{"year":2021}]})", kBook));
  EXPECT_FALSE(holds(R"({"or":[]})", kBook));
  EXPECT_TRUE(holds(R"({"and":[]})", kBook));
  EXPECT_TRUE(holds(R"({"not":{"or":[{"lang":"de"},{"sold":false}]},"year":2021})", kBook));
}

TEST(FilterTest, RefusesWhatIsNoFilter) {
  for (const char* const bad :
       {"", "[]", "1", R"({"a":[1]})", R"({"a":{}})", R"({"a":{"like":"x"}})", R"({"a":{"in":1}})", R"({"a":{"in":[[1]]}})", R"({"a":{"exists":1}})",
        R"({"a":{"prefix":1}})", R"({"a":{"lt":true}})", R"({"a":{"lt":null}})", R"({"a":{"eq":{}}})", R"({"and":[1]})", R"({"not":[]})"}) {
    const auto filter = Filter::parse(bad);
    ASSERT_FALSE(filter) << bad;
    EXPECT_EQ(filter.error().code(), Code::kInvalidArgument) << bad;
  }
  const auto unknown = Filter::parse(R"({"a":{"like":"x"}})");
  EXPECT_NE(unknown.error().message().find("like"), std::string::npos);
}

TEST(FilterTest, IsBounded) {
  std::string deep = "{}";
  for (std::size_t i = 0; i < Filter::kDepthMax; ++i) deep = R"({"not":)" + deep + "}";
  EXPECT_TRUE(Filter::parse(deep));
  EXPECT_FALSE(Filter::parse(R"({"not":)" + deep + "}"));
  std::string wide = R"({"k":1)";
  for (std::size_t i = 1; i < Filter::kNodesMax; ++i) wide += R"(,"k":1)";
  EXPECT_TRUE(Filter::parse(wide + "}"));
  EXPECT_FALSE(Filter::parse(wide + R"(,"k":1})"));
}

}  // namespace
}  // namespace waggle::vector
