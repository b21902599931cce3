// Errors: names of the codes, the printed form, and Result.

#include "waggle/error.h"

#include <gtest/gtest.h>

#include <set>

#include "base/result.h"

namespace waggle {
namespace {

constexpr Code kCodes[] = {
    Code::kInvalidArgument, Code::kNotFound,  Code::kAlreadyExists, Code::kConflict,        Code::kBusy,       Code::kReadOnly,  Code::kStale,
    Code::kDeadline,        Code::kCancelled, Code::kInDoubt,       Code::kUnauthenticated, Code::kPermission, Code::kExhausted, Code::kUnsupported,
    Code::kCorruption,      Code::kIo,        Code::kInternal};

Result<int> half(int number) {
  if (number % 2 != 0) return Error(Code::kInvalidArgument, "the number is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  WAGGLE_ASSIGN_OR_RETURN(const int halved, half(number));
  return half(halved);
}

Status check_even(int number) {
  WAGGLE_TRY(half(number));
  return {};
}

TEST(Error, EveryCodeHasANameOfItsOwnInSnakeCase) {
  std::set<std::string_view> names;
  for (const Code code : kCodes) {
    const std::string_view name = to_string(code);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << name;
  }
  EXPECT_EQ(to_string(Code::kInvalidArgument), "invalid_argument");
  EXPECT_EQ(to_string(Code::kInDoubt), "in_doubt");
  EXPECT_EQ(to_string(Code::kIo), "io");
  EXPECT_EQ(to_string(Code::kInternal), "internal");
}

TEST(Error, DescribesItselfWithAndWithoutAHint) {
  EXPECT_EQ(Error(Code::kNotFound, "no agent ann", "list them").describe(), "no agent ann (not_found): list them");
  EXPECT_EQ(Error(Code::kBusy, "the file is locked").describe(), "the file is locked (busy)");
}

TEST(Error, KnowsWhereItWasMade) {
  const Error error(Code::kIo, "m");
  EXPECT_EQ(error.line(), __LINE__ - 1);
  EXPECT_NE(std::string_view(error.file()).find("error_test.cc"), std::string_view::npos);
}

TEST(Error, NotingASqliteCodeLeavesTheOriginalAlone) {
  const Error error(Code::kBusy, "m", "h");
  const Error noted = error.with_sqlite_code(261);
  EXPECT_EQ(error.sqlite_code(), 0);
  EXPECT_EQ(noted.sqlite_code(), 261);
  EXPECT_EQ(noted.code(), Code::kBusy);
  EXPECT_EQ(noted.message(), "m");
  EXPECT_EQ(noted.hint(), "h");
  EXPECT_EQ(noted.line(), error.line());
}

TEST(Error, SaysWhatToDo) {
  for (const Code code : kCodes) {
    const Error error(code, "m");
    EXPECT_EQ(error.can_retry(), code == Code::kBusy || code == Code::kConflict);
    EXPECT_EQ(error.in_doubt(), code == Code::kInDoubt);
  }
}

TEST(Result, MacrosPassErrorsOn) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(check_even(4));
  EXPECT_FALSE(check_even(5));
}

TEST(Result, ValueThrowsWithoutOne) {
  EXPECT_THROW(half(1).value(), BadResultAccess);
  EXPECT_THROW(check_even(1).value(), BadResultAccess);
  EXPECT_EQ(half(1).value_or(7), 7);
  try {
    half(1).value();
    FAIL();
  } catch (const BadResultAccess& access) {
    EXPECT_STREQ(access.what(), "the number is odd (invalid_argument)");
    EXPECT_EQ(access.error().code(), Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace waggle
