// errors_test.cc: exit statuses and the line in which an error is told.

#include "cli/errors.h"

#include <gtest/gtest.h>

#include <utility>

namespace waggle::cli {
namespace {

TEST(ExitStatus, IsFixedForEveryCode) {
  const std::vector<std::pair<Code, int>> table = {{Code::kInvalidArgument, 2},
                                                   {Code::kNotFound, 6},
                                                   {Code::kAlreadyExists, 7},
                                                   {Code::kConflict, 7},
                                                   {Code::kBusy, 7},
                                                   {Code::kReadOnly, 4},
                                                   {Code::kStale, 7},
                                                   {Code::kDeadline, 124},
                                                   {Code::kCancelled, 130},
                                                   {Code::kInDoubt, 1},
                                                   {Code::kUnauthenticated, 5},
                                                   {Code::kPermission, 5},
                                                   {Code::kExhausted, 1},
                                                   {Code::kUnsupported, 1},
                                                   {Code::kCorruption, 1},
                                                   {Code::kIo, 1},
                                                   {Code::kInternal, 1}};
  for (const auto& [code, status] : table) EXPECT_EQ(exit_status(code), status) << to_string(code);
}

TEST(ExitStatus, OfTheCommandLinesOwnCodes) {
  EXPECT_EQ(usage_failure("m", "h").exit_status, 2);
  EXPECT_EQ(refused_failure("m", "h").exit_status, 4);
  EXPECT_EQ(Ending().exit_status(), 0);
  EXPECT_EQ(Ending::silent(1).exit_status(), 1);
  EXPECT_FALSE(Ending::silent(1).failure());
}

TEST(SqlFailure, IsOnlyWhatSqlItselfRefuses) {
  const Error refused = Error(Code::kInvalidArgument, "no such table").with_sqlite_code(1);
  EXPECT_EQ(sql_failure_of(refused).code, "sql");
  EXPECT_EQ(sql_failure_of(refused).exit_status, 3);
  EXPECT_EQ(sql_failure_of(Error(Code::kAlreadyExists, "unique").with_sqlite_code(2067)).exit_status, 3);
  EXPECT_EQ(sql_failure_of(Error(Code::kInvalidArgument, "unknown parameter")).exit_status, 2);
  EXPECT_EQ(sql_failure_of(Error(Code::kReadOnly, "it writes").with_sqlite_code(8)).exit_status, 4);
}

TEST(FormatFailure, IsOneLine) {
  const Failure failure = failure_of(Error(Code::kNotFound, "there is no agent a\nb\x1b[31m", "list them"));
  EXPECT_EQ(format_failure(failure, ErrorForm::kText), "error: there is no agent a\\nb\\u001b[31m (not_found): list them\n");
  EXPECT_EQ(format_failure(failure, ErrorForm::kJson),
            "{\"error\":{\"code\":\"not_found\",\"message\":\"there is no agent a\\nb\\u001b[31m\",\"hint\":\"list them\"}}\n");
  EXPECT_NE(format_failure(failure, ErrorForm::kColouredText).find("\x1b[1;31merror:"), std::string::npos);
}

TEST(FormatFailure, AlwaysSaysHowToMend) {
  for (const Code code : {Code::kInvalidArgument, Code::kConflict, Code::kDeadline, Code::kIo, Code::kInternal}) {
    const std::string line = format_failure(failure_of(Error(code, "m")), ErrorForm::kText);
    EXPECT_FALSE(line.ends_with(": \n")) << line;
  }
}

TEST(FormatFailure, ReplacesBytesThatAreNotUtf8) {
  const Failure failure = usage_failure("bad \xff byte", "h");
  EXPECT_EQ(format_failure(failure, ErrorForm::kText), "error: bad \xef\xbf\xbd byte (usage): h\n");
}

}  // namespace
}  // namespace waggle::cli
