// Reading what others wrote, value by value.

#include "base/json_document.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"

namespace waggle::base {
namespace {

TEST(JsonDocument, ReadsValuesByTheirType) {
  const auto document = JsonDocument::parse(R"({"text":"\u00e9\n","natural":18446744073709551615,"negative":-1,"real":1.5,"yes":true,"none":null,)"
                                            R"("list":[1,2],"object":{"inner":0}})");
  ASSERT_TRUE(document) << document.error().describe();
  const JsonView root = document->root();
  EXPECT_EQ(root.find("text")->text(), "\xc3\xa9\n");
  EXPECT_EQ(root.find("natural")->natural(), 18446744073709551615U);
  EXPECT_EQ(root.find("negative")->natural(), std::nullopt);
  EXPECT_EQ(root.find("real")->natural(), std::nullopt);
  EXPECT_EQ(root.find("yes")->boolean(), true);
  EXPECT_TRUE(root.find("none")->is_null());
  EXPECT_TRUE(root.find("list")->is_array());
  EXPECT_TRUE(root.find("object")->is_object());
  EXPECT_EQ(root.find("object")->find("inner")->natural(), 0U);
  EXPECT_FALSE(root.find("absent"));
  EXPECT_FALSE(root.find("list")->find("inner"));
  EXPECT_EQ(root.find("list")->text(), std::nullopt);
  EXPECT_EQ(root.text(), std::nullopt);
}

TEST(JsonDocument, VisitsInTheOrderOfTheTextUpToTheFirstError) {
  const auto document = JsonDocument::parse(R"({"b":["x","y","z"],"a":2,"b":3})");
  ASSERT_TRUE(document);
  std::string seen;
  EXPECT_TRUE(document->root().for_each_member([&](std::string_view name, JsonView) -> Status {
    seen += name;
    return {};
  }));
  EXPECT_EQ(seen, "bab");
  const JsonView list = *document->root().find("b");
  ASSERT_TRUE(list.is_array()) << "the first member of a name";
  seen.clear();
  const Status stopped = list.for_each_item([&](JsonView item) -> Status {
    seen += *item.text();
    if (seen == "xy") return Error(Code::kConflict, "enough");
    return {};
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kConflict);
  EXPECT_EQ(seen, "xy");
}

TEST(JsonDocument, RefusesWhatIsNoDocument) {
  for (const char* const bad : {"", "{", "[1,]", "nope", "\"\xff\"", "1 2", "{\"a\"}"}) {
    const auto document = JsonDocument::parse(bad);
    ASSERT_FALSE(document) << bad;
    EXPECT_EQ(document.error().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_TRUE(JsonDocument::parse(std::string(kJsonDepthMax - 1, '[') + std::string(kJsonDepthMax - 1, ']')));
  EXPECT_FALSE(JsonDocument::parse(std::string(kJsonDepthMax + 1, '[') + std::string(kJsonDepthMax + 1, ']')));
}

TEST(JsonDocument, StaysReadableWhenItIsMoved) {
  auto first = JsonDocument::parse(R"(["kept"])");
  ASSERT_TRUE(first);
  const JsonDocument second = *std::move(first);
  std::string seen;
  EXPECT_TRUE(second.root().for_each_item([&](JsonView item) -> Status {
    seen += *item.text();
    return {};
  }));
  EXPECT_EQ(seen, "kept");
}

RC_GTEST_PROP(JsonDocument, ReadsEveryTextThatItWasWrittenFrom, ()) {
  const auto strings = *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(rc::gen::inRange('\0', '\x7f')));
  const auto document = JsonDocument::parse(write_string_array(strings));
  RC_ASSERT(document.has_value());
  std::vector<std::string> read;
  RC_ASSERT(document->root()
                .for_each_item([&](JsonView item) -> Status {
                  read.emplace_back(item.text().value());
                  return {};
                })
                .has_value());
  RC_ASSERT(read == strings);
}

}  // namespace
}  // namespace waggle::base
