// Metadata as what filters compare.

#include "vector/attributes.h"

#include <gtest/gtest.h>

namespace waggle::vector {
namespace {

std::vector<Attribute> read(const char* json, Paths& paths) { return attributes_of(base::parse_json_tree(json).value(), paths); }

TEST(AttributesTest, NamesEveryScalarByItsPath) {
  Paths paths;
  const auto found = read(R"({"a":{"b":1},"c":[2,"x",[3]],"d":null})", paths);
  const auto values = [&](const char* path) {
    std::vector<Scalar> some;
    for (const Attribute& each : found) {
      if (each.path == paths.find(path)) some.push_back(each.value);
    }
    return some;
  };
  EXPECT_EQ(values("a"), (std::vector<Scalar>{Container{}}));
  EXPECT_EQ(values("a.b"), (std::vector<Scalar>{std::int64_t{1}}));
  EXPECT_EQ(values("c"), (std::vector<Scalar>{Container{}, std::int64_t{2}, "x", Container{}}));
  EXPECT_EQ(values("d"), (std::vector<Scalar>{nullptr}));
  EXPECT_EQ(found.size(), 7U);
}

TEST(AttributesTest, ADocumentThatIsNoObjectHasNone) {
  Paths paths;
  EXPECT_TRUE(read("[1,2]", paths).empty());
  EXPECT_TRUE(read("\"a\"", paths).empty());
  EXPECT_TRUE(read("{}", paths).empty());
}

TEST(AttributesTest, APathHasOneNumber) {
  Paths paths;
  const auto first = read(R"({"a":1})", paths);
  const auto second = read(R"({"b":1,"a":2})", paths);
  EXPECT_EQ(first[0].path, second[1].path);
  EXPECT_NE(second[0].path, second[1].path);
  EXPECT_EQ(paths.find("never"), std::nullopt);
  EXPECT_EQ(paths.size(), 2U);
}

}  // namespace
}  // namespace waggle::vector
