// Tokens of JSON: strings, escapes and numbers.

#include "base/json_scan.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"

namespace waggle::base {
namespace {

bool is_string(std::string_view text) {
  const StringScan scan = scan_string(text, 0);
  return scan.is_valid && scan.position == text.size() - 1;
}

TEST(JsonScan, TakesEveryEscape) {
  EXPECT_TRUE(is_string(R"("")"));
  EXPECT_TRUE(is_string(R"("\"\\\/\b\f\n\r\t\u0000\uABCD\uabcd")"));
  EXPECT_TRUE(is_string(R"("\ud83d\udc1d")"));
  EXPECT_TRUE(is_string(R"("\uDBFF\uDFFF")"));
}

TEST(JsonScan, SaysWhereAStringIsWrong) {
  const auto position = [](std::string_view text) {
    const StringScan scan = scan_string(text, 0);
    EXPECT_FALSE(scan.is_valid) << text;
    return scan.position;
  };
  EXPECT_EQ(position(R"("ab)"), 3U);
  EXPECT_EQ(position("\"a\nb\""), 2U);
  EXPECT_EQ(position(std::string_view("\"a\0b\"", 5)), 2U);
  EXPECT_EQ(position(R"("ab\x")"), 3U);
  EXPECT_EQ(position(R"("\)"), 1U);
  EXPECT_EQ(position(R"("\")"), 3U);
  EXPECT_EQ(position(R"("\u12g4")"), 1U);
  EXPECT_EQ(position(R"("\u123)"), 1U);
  EXPECT_EQ(position(R"("a\ud800")"), 2U);
  EXPECT_EQ(position(R"("a\udc00\ud800")"), 2U);
  EXPECT_EQ(position(R"("\ud800\u0041")"), 1U);
  EXPECT_EQ(position(R"("\ud800x\udc00")"), 1U);
}

TEST(JsonScan, Unescapes) {
  EXPECT_EQ(unescape_json(""), "");
  EXPECT_EQ(unescape_json("plain"), "plain");
  EXPECT_EQ(unescape_json(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(unescape_json(R"(a\u0000b)"), std::string("a\0b", 3));
  EXPECT_EQ(unescape_json(R"(\u007f\u00e9\u20AC\ud83d\udc1d!)"), "\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d!");
}

TEST(JsonScan, Numbers) {
  for (const char* const good :
       {"0", "-0", "7", "10", "1.5", "-0.25", "1e5", "1E+5", "1e-05", "0.0e0", "123456789012345678901234567890", "1e99999"}) {
    EXPECT_TRUE(is_json_number(good)) << good;
  }
  for (const char* const bad :
       {"", "-", "+1", "01", "-01", "1.", ".5", "1.e5", "1e", "1e+", "0x1", "1 ", "1_000", "NaN", "Infinity", "--1", "1.5.2", "1e5.5"}) {
    EXPECT_FALSE(is_json_number(bad)) << bad;
  }
}

TEST(JsonScan, Words) {
  for (const char* const good : {"true", "false", "null", "-1"}) EXPECT_TRUE(is_json_word(good)) << good;
  for (const char* const bad : {"", "True", "nul", "nulll", "\"a\"", "[]"}) EXPECT_FALSE(is_json_word(bad)) << bad;
}

RC_GTEST_PROP(JsonScan, ReadsBackWhatIsWritten, (const std::string& content)) {
  std::string text;
  append_json_string(text, content);
  RC_ASSERT(is_string(text));
  RC_ASSERT(unescape_json(std::string_view(text).substr(1, text.size() - 2)) == content);
}

}  // namespace
}  // namespace waggle::base
