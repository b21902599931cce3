// record_test.cc: one list of fields as JSON and as text for people.

#include "cli/record.h"

#include <gtest/gtest.h>

namespace waggle::cli {
namespace {

TEST(Record, KeepsOrderAndKinds) {
  Record record;
  record.text("b", "q\"uote").integer("a", 9007199254740993).number("n", 2.5).boolean("t", true).null("z").texts("s", {"x", "y"});
  record.json("j", Json(R"({"z":1.0,"a":2})")).seconds("ttl_s", std::chrono::milliseconds(2500)).seconds("none_s", std::nullopt);
  record.record("in", Record().integer("k", 1));
  EXPECT_EQ(
      record.to_json(),
      R"({"b":"q\"uote","a":9007199254740993,"n":2.5,"t":true,"z":null,"s":["x","y"],"j":{"z":1.0,"a":2},"ttl_s":2.5,"none_s":null,"in":{"k":1}})");
}

TEST(Record, WritesWholeNumbersWithoutPoint) {
  EXPECT_EQ(Record().number("w", 5.0).seconds("h_s", std::chrono::hours(1)).to_json(), R"({"w":5,"h_s":3600})");
}

TEST(Record, WritesAbsentValuesAsNull) {
  Record record;
  record.text("a", std::optional<std::string>()).integer("b", std::optional<std::int64_t>()).time("c", std::optional<Timestamp>());
  record.json("d", std::optional<Json>());
  EXPECT_EQ(record.to_json(), R"({"a":null,"b":null,"c":null,"d":null})");
  EXPECT_EQ(record.shown("a"), "-");
}

TEST(Record, WritesTimesWithMicroseconds) {
  const Timestamp time = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::microseconds(4);
  EXPECT_EQ(Record().time("at", time).to_json(), R"({"at":"2026-11-23T00:00:00.000004Z"})");
}

TEST(Record, ShowsTextsBareAndTheRestAsJson) {
  Record record;
  record.text("id", "a b").json("v", Json("\"x\"")).texts("s", {"y"});
  EXPECT_EQ(record.shown("id"), "a b");
  EXPECT_EQ(record.shown("v"), "\"x\"");
  EXPECT_EQ(record.shown("s"), "[\"y\"]");
  EXPECT_EQ(record.shown("missing"), "");
  EXPECT_EQ(record.names(), (std::vector<std::string_view>{"id", "v", "s"}));
}

// What is stored may be nested as deep as is accepted; in a list it stands deeper than that and is no less sound.
TEST(Record, TakesTheDeepestDocumentAlsoInAList) {
  const std::string deepest = std::string(base::kJsonDepthMax, '[') + std::string(base::kJsonDepthMax, ']');
  Record list;
  list.records("items", {Record().json("value", Json(deepest)), Record().integer("n", 1)});
  EXPECT_TRUE(list.sound());
  EXPECT_EQ(list.to_json(), R"({"items":[{"value":)" + deepest + R"(},{"n":1}]})");
}

TEST(Record, NoticesWhatIsNotJson) {
  EXPECT_TRUE(Record().json("value", Json("[1]")).sound());
  Record damaged;
  damaged.text("id", "m1").json("value", Json(std::string("\"cut\0off\"", 9)));
  ASSERT_FALSE(damaged.sound());
  EXPECT_EQ(damaged.sound().error().code(), Code::kCorruption);
  EXPECT_EQ(damaged.sound().error().message(), "the stored value of m1 is not JSON");
  EXPECT_FALSE(Record().record("inner", damaged).sound());
  EXPECT_FALSE(Record().records("inner", {Record(), damaged}).sound());
}

}  // namespace
}  // namespace waggle::cli
