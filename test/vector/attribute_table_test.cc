// What filters and agent scopes look at.

#include "vector/attribute_table.h"

#include <gtest/gtest.h>

namespace waggle::vector {
namespace {

std::string selected(const AttributeTable& table, const Selection& selection) {
  std::string labels;
  const AttributeTable::Selector selector = table.select(selection);
  for (std::uint64_t label = 0; label < 10; ++label) {
    if (selector.passes(label)) labels += std::to_string(label) + " ";
  }
  EXPECT_EQ(selector.count(), static_cast<std::int64_t>(labels.size() / 2));
  return labels;
}

TEST(AttributeTableTest, SelectsByAgentAndFilter) {
  AttributeTable table;
  table.put(1, "ann", R"({"n":1})").value();
  table.put(2, "bob", R"({"n":2})").value();
  table.put(3, std::nullopt, std::nullopt).value();
  const Filter filter = Filter::parse(R"({"n":{"ge":2}})").value();
  EXPECT_EQ(selected(table, {}), "1 2 3 ");
  EXPECT_EQ(selected(table, {.agent_id = "ann"}), "1 ");
  EXPECT_EQ(selected(table, {.agent_id = "nobody"}), "");
  EXPECT_EQ(selected(table, {.filter = &filter}), "2 ");
  EXPECT_EQ(selected(table, {.filter = &filter, .agent_id = "ann"}), "");
}

TEST(AttributeTableTest, ReplacesAndRemoves) {
  AttributeTable table;
  for (const std::uint64_t label : {1U, 2U, 3U}) table.put(label, "ann", R"({"n":1})").value();
  const std::size_t bytes = table.bytes();
  table.put(2, "bob", R"({"n":1})").value();
  EXPECT_EQ(table.bytes(), bytes);
  table.remove(1);
  table.remove(1);
  EXPECT_EQ(selected(table, {.agent_id = "ann"}), "3 ");
  EXPECT_EQ(selected(table, {.agent_id = "bob"}), "2 ");
  table.remove(2);
  table.remove(3);
  EXPECT_EQ(table.bytes(), 0U);
  EXPECT_EQ(table.put(4, "ann", "{").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace waggle::vector
