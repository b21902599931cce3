// Writing JSON.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "base/json.h"

namespace waggle::base {
namespace {

std::string written(double number) { return JsonWriter().number(number).take(); }

TEST(JsonWrite, PutsCommasAndColons) {
  JsonWriter json;
  json.begin_object().key("id").string("a\"b").key("n").integer(-3).key("list").begin_array().integer(1).null().begin_object().end_object();
  json.begin_array().end_array().raw("[1,2]").boolean(true).boolean(false).end_array().key("last").number(0.5).end_object();
  EXPECT_EQ(json.text(), R"({"id":"a\"b","n":-3,"list":[1,null,{},[],[1,2],true,false],"last":0.5})");
  EXPECT_EQ(normalise_json(json.text()).value(), json.text());
}

TEST(JsonWrite, FloatsAreShorter) {
  EXPECT_EQ(JsonWriter().number(0.1F).take(), "0.1");
  EXPECT_EQ(JsonWriter().number(double{0.1F}).take(), "0.10000000149011612");
  EXPECT_EQ(JsonWriter().number(std::numeric_limits<float>::infinity()).take(), "\"Infinity\"");
}

TEST(JsonWrite, NumbersAreShort) {
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(3), "3");
  EXPECT_EQ(written(-2.5), "-2.5");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(1e300), "1e+300");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "\"Infinity\"");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "\"-Infinity\"");
  EXPECT_EQ(written(std::nan("")), "null");
  EXPECT_EQ(JsonWriter().integer(std::numeric_limits<std::int64_t>::min()).text(), "-9223372036854775808");
}

RC_GTEST_PROP(JsonWrite, NumbersReadBackTheSame, (std::uint64_t bits)) {
  double number = 0;
  std::memcpy(&number, &bits, sizeof number);
  RC_PRE(std::isfinite(number));
  const std::string text = written(number);
  RC_ASSERT(normalise_json(text).value() == text);
  RC_ASSERT(std::strtod(text.c_str(), nullptr) == number);
}

TEST(JsonWrite, EscapesOnlyWhatItMust) {
  EXPECT_EQ(Json::string("").text, R"("")");
  EXPECT_EQ(Json::string("a/b \"c\" \\ \xc3\xa9 \x7f").text, "\"a/b \\\"c\\\" \\\\ \xc3\xa9 \x7f\"");
  EXPECT_EQ(Json::string(std::string_view("\b\f\n\r\t\0\x1f", 7)).text, R"("\b\f\n\r\t\u0000\u001f")");
}

TEST(JsonWrite, ArraysOfStrings) {
  EXPECT_EQ(write_string_array({}), "[]");
  EXPECT_EQ(write_string_array({"a", "", "b\""}), R"(["a","","b\""])");
}

}  // namespace
}  // namespace waggle::base
