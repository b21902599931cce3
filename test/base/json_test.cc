// Reading arrays of strings and single values.

#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "base/json_gen.h"

namespace waggle::base {
namespace {

TEST(JsonStringArray, ReadsStringsAlone) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(parse_string_array(" [ ] ").value(), Strings());
  EXPECT_EQ(parse_string_array(R"([ "a" , "" , "\"\u00e9" ])").value(), (Strings{"a", "", "\"\xc3\xa9"}));
  for (const char* const bad : {"", "null", "\"a\"", "{}", "[1]", "[\"a\",1]", "[[\"a\"]]", "[\"a\",null]", "[\"a\",]", "[\"a\""}) {
    const auto strings = parse_string_array(bad);
    ASSERT_FALSE(strings) << bad;
    EXPECT_EQ(strings.error().code(), Code::kInvalidArgument);
  }
}

RC_GTEST_PROP(JsonStringArray, ReadsBackWhatIsWritten, ()) {
  const auto strings = *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(rc::gen::inRange('\0', '\x7f')));
  RC_ASSERT(parse_string_array(write_string_array(strings)).value() == strings);
}

TEST(JsonScalar, ReadsEveryKind) {
  EXPECT_EQ(parse_scalar("null").value(), Value(nullptr));
  EXPECT_EQ(parse_scalar(" true ").value(), Value(std::int64_t{1}));
  EXPECT_EQ(parse_scalar("false").value(), Value(std::int64_t{0}));
  EXPECT_EQ(parse_scalar("-9223372036854775808").value(), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(parse_scalar("9223372036854775807").value(), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(parse_scalar("9223372036854775808").value(), Value(9223372036854775808.0));
  EXPECT_EQ(parse_scalar("1.0").value(), Value(1.0));
  EXPECT_EQ(parse_scalar("1e2").value(), Value(100.0));
  EXPECT_EQ(parse_scalar(R"("a\nb")").value(), Value(std::string("a\nb")));
  EXPECT_EQ(parse_scalar(R"("")").value(), Value(std::string()));
}

TEST(JsonScalar, RefusesTheRest) {
  for (const char* const bad : {"", "[]", "{}", "[1]", "x", "1e999", "-1e999", "1 2"}) {
    const auto value = parse_scalar(bad);
    ASSERT_FALSE(value) << bad;
    EXPECT_EQ(value.error().code(), Code::kInvalidArgument);
  }
}

RC_GTEST_PROP(JsonScalar, ReadsIntegers, (std::int64_t number)) { RC_ASSERT(parse_scalar(std::to_string(number)).value() == Value(number)); }

}  // namespace
}  // namespace waggle::base
