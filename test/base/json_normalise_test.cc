// Checking JSON, also against a plain checker.

#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <thread>

#include "base/json_gen.h"
#include "base/json_scan.h"
#include "base/text.h"

namespace waggle::base {
namespace {

// RFC 8259 by recursive descent: the plain version beside the quick one.
class PlainChecker {
 public:
  explicit PlainChecker(std::string_view text) : text_(text) {}

  bool accepts() {
    const bool is_value = value(0);
    skip_space();
    return is_value && at_ == text_.size() && is_utf8(text_);
  }

 private:
  bool value(std::size_t depth) {
    skip_space();
    if (take('[')) return depth < kJsonDepthMax && list(depth + 1, ']');
    if (take('{')) return depth < kJsonDepthMax && list(depth + 1, '}');
    if (at_ < text_.size() && text_[at_] == '"') return string();
    const std::size_t end = std::min(text_.find_first_of(" \t\n\r,]}:[{\"", at_), text_.size());
    const std::size_t start = std::exchange(at_, end);
    return is_json_word(text_.substr(start, end - start));
  }

  bool list(std::size_t depth, char closing) {
    skip_space();
    if (take(closing)) return true;
    while (true) {
      skip_space();
      if (closing == '}' && !(string() && colon())) return false;
      if (!value(depth)) return false;
      skip_space();
      if (take(closing)) return true;
      if (!take(',')) return false;
    }
  }

  bool colon() {
    skip_space();
    return take(':');
  }
  bool string() {
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    const StringScan scan = scan_string(text_, at_);
    at_ = scan.position + 1;
    return scan.is_valid;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

void expect_refused(std::string_view text) {
  const auto json = normalise_json(text);
  ASSERT_FALSE(json) << text;
  EXPECT_EQ(json.error().code(), Code::kInvalidArgument) << text;
}

TEST(Json, DropsSpaceAndKeepsTheRest) {
  EXPECT_EQ(normalise_json(" { \"b\" :\t1.00 ,\r\n \"a\" : [ 1e5 , \" x  y \" , { } , [ ] ] } ").value(), R"({"b":1.00,"a":[1e5," x  y ",{},[]]})");
  EXPECT_EQ(normalise_json(R"({"a":1,"a":2})").value(), R"({"a":1,"a":2})");
  EXPECT_EQ(normalise_json("\n-12345678901234567890123456789.5e-999 ").value(), "-12345678901234567890123456789.5e-999");
  EXPECT_EQ(normalise_json(R"( "\ud83d\udc1d" )").value(), R"("\ud83d\udc1d")");
  EXPECT_EQ(normalise_json("[123456789012345678901234567890,1e99999,-0]").value(), "[123456789012345678901234567890,1e99999,-0]");
  EXPECT_EQ(normalise_json(" true").value(), "true");
}

// Each is refused by any strict reader.
constexpr const char* kNotJson[] = {"",
                                    " ",
                                    "\n",
                                    "nul",
                                    "nulll",
                                    "True",
                                    "'a'",
                                    "01",
                                    "1 2",
                                    "+1",
                                    ".5",
                                    "NaN",
                                    "\"",
                                    "\"a",
                                    "\"a\"b",
                                    "\"a\" \"b\"",
                                    "\"\\x\"",
                                    "\"\t\"",
                                    "[",
                                    "]",
                                    "{",
                                    "}",
                                    "[1",
                                    "[1,",
                                    "[1,]",
                                    "[,1]",
                                    "[1 2]",
                                    "[1,,2]",
                                    "[01]",
                                    "[1.]",
                                    "[tru]",
                                    "[true false]",
                                    "[\"a\" \"b\"]",
                                    "[\"a\":1]",
                                    "[1:2]",
                                    "[1}",
                                    "{\"a\":1]",
                                    "{\"a\"}",
                                    "{\"a\" 1}",
                                    "{\"a\":}",
                                    "{\"a\":1,}",
                                    "{,}",
                                    "{a:1}",
                                    "{1:1}",
                                    "{null:1}",
                                    "{\"a\":1 \"b\":2}",
                                    "{\"a\":\"b\":1}",
                                    "{\"a\":1,\"b\"}",
                                    "{\"a\"::1}",
                                    "[]]",
                                    "[][]",
                                    "{}{}",
                                    "[] 1",
                                    "[] x",
                                    "{} ,",
                                    "[[1]",
                                    "[1]]",
                                    "[[]",
                                    "[{\"a\":1]",
                                    "[\"\\q\"]",
                                    "[\"\\ud800\"]",
                                    "[\"\\udc00\"]",
                                    "{\"\\ud800\":1}",
                                    "{\"\\udc00\\ud800\":1}",
                                    "[\"\xff\"]",
                                    "[\"\xed\xa0\x80\"]",
                                    "[\"a\nb\"]",
                                    "[1] // c",
                                    "/**/[1]",
                                    "\xef\xbb\xbf[1]",
                                    "\xef\xbb\xbf\"a\"",
                                    "\f[1]",
                                    "[\v1]",
                                    "[\"a]",
                                    "{\"a\":\"b}",
                                    "\"\xc3\"",
                                    "\xc2\xa0[]",
                                    "[1]\xc2\xa0",
                                    "[1]\\",
                                    "\\",
                                    "[\\]",
                                    "[\"a\"\"b\"]"};

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* const bad : kNotJson) {
    expect_refused(bad);
    EXPECT_FALSE(PlainChecker(bad).accepts()) << bad;
  }
}

TEST(Json, RefusesNulBytesEverywhere) {
  for (const std::string_view bad :
       {std::string_view("\0", 1), std::string_view("[1]\0", 4), std::string_view("\0[1]", 4), std::string_view("[\0]", 3),
        std::string_view("[1\0]", 4), std::string_view("[\"\0\"]", 5), std::string_view("\"\0\"", 3), std::string_view("1\0", 2)}) {
    expect_refused(bad);
  }
}

TEST(Json, SaysWhereAndNeverWhat) {
  const auto message = [](std::string_view text) { return normalise_json(text).error().describe(); };
  EXPECT_NE(message("[1,2,secret]").find("near byte 5"), std::string::npos) << message("[1,2,secret]");
  EXPECT_NE(message("[\"secret\\x\"]").find("near byte 8"), std::string::npos) << message("[\"secret\\x\"]");
  EXPECT_NE(message("  secret").find("near byte 2"), std::string::npos) << message("  secret");
  EXPECT_NE(message("[\"ab\xff\"]").find("near byte"), std::string::npos);
  EXPECT_NE(message("[\"a\nb\"]").find("near byte 3"), std::string::npos) << message("[\"a\nb\"]");
  for (const char* const bad : {"[1,2,secret]", "[\"secret\\x\"]", "  secret", "[secret", "\"secret", "{\"secret\"}"}) {
    EXPECT_EQ(message(bad).find("secret"), std::string::npos) << message(bad);
  }
}

TEST(Json, NestsToTheLimitAndNoFurther) {
  EXPECT_TRUE(normalise_json(nested(kJsonDepthMax)));
  expect_refused(nested(kJsonDepthMax + 1));
  expect_refused(nested(100'000));
  expect_refused(std::string(100'000, '['));
  std::string objects = "1";
  for (std::size_t i = 0; i < kJsonDepthMax; ++i) objects = "{\"a\":" + objects + "}";
  EXPECT_EQ(normalise_json(objects).value(), objects);
  expect_refused("[" + objects + "]");
}

TEST(Json, LargeDocumentsWork) {
  const std::string item = "\"" + std::string(1023, 'x') + "\", ";
  std::string text = "[";
  while (text.size() < (std::size_t{64} << 20)) text += item;
  text += "1]";
  const auto json = normalise_json(text);
  ASSERT_TRUE(json) << json.error().describe();
  EXPECT_EQ(json->size(), text.size() - (text.size() - 3) / item.size());
  text.back() = '}';
  expect_refused(text);
  EXPECT_EQ(normalise_json("[1]").value(), "[1]");
}

TEST(Json, SizesAroundBlocksAndReuse) {
  for (const std::size_t size : {1U, 31U, 32U, 61U, 62U, 63U, 64U, 127U, 128U, 4096U, 65'532U, 65'533U, 65'536U, 70'000U}) {
    const std::string text = "[\"" + std::string(size, 'y') + "\"]";
    EXPECT_EQ(normalise_json(text).value(), text);
    EXPECT_EQ(normalise_json(text + " ").value(), text);
    expect_refused(text + "]");
    expect_refused(text.substr(0, text.size() - 1));
    EXPECT_EQ(normalise_json("[1, 2]").value(), "[1,2]");
  }
}

TEST(Json, ThreadsDoNotDisturbEachOther) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const std::string number = std::to_string(t);
      for (int i = 0; i < 1000; ++i)
        ASSERT_EQ(normalise_json("[ " + number + ", {\"a\": " + number + "} ]").value(), "[" + number + ",{\"a\":" + number + "}]");
    });
  }
}

RC_GTEST_PROP(Json, DocumentsComeBackAsTheyAre, ()) {
  const std::string text = *test::json_document();
  RC_ASSERT(normalise_json(text).value() == text);
}

RC_GTEST_PROP(Json, AgreesWithThePlainCheckerOnBrokenDocuments, ()) {
  std::string text = *test::json_document();
  const int edits = *rc::gen::inRange(1, 4);
  for (int i = 0; i < edits; ++i) {
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    const char byte = *rc::gen::elementOf(std::string("{}[],:\"\\ 1n-\n\xc3u"));
    if (*rc::gen::arbitrary<bool>() && at < text.size()) {
      text[at] = byte;
    } else {
      text.insert(at, 1, byte);
    }
  }
  RC_CLASSIFY(PlainChecker(text).accepts());
  RC_ASSERT(normalise_json(text).has_value() == PlainChecker(text).accepts());
}

RC_GTEST_PROP(Json, AgreesWithThePlainCheckerOnTokenSoup, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("[", "]", "[", "]", "{", "}", "{", "}", ",", ",", ":", "\"a\"", "\"a\":", "1", "null", " ", "\"", "\\"));
  std::string text;
  for (const std::string& part : parts) text += part;
  RC_ASSERT(normalise_json(text).has_value() == PlainChecker(text).accepts());
}

}  // namespace
}  // namespace waggle::base
