// render_sql_test.cc: values of SQL as JSON and in tables.

#include <gtest/gtest.h>

#include <limits>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ResultSet sample() {
  return {.columns = {"a", "b"},
          .rows = {{std::int64_t{9007199254740993}, 2.5},
                   {nullptr, std::string("t\"x")},
                   {Blob{std::byte{0}, std::byte{255}}, kInfinity},
                   {-kInfinity, std::string("\xff")}},
          .rows_affected = 0,
          .last_insert_rowid = 0};
}

TEST(RenderSql, ShowsEveryTypeOfValue) {
  EXPECT_EQ(render(sample()).to_json(),
            R"({"columns":["a","b"],"rows":[[9007199254740993,2.5],[null,"t\"x"],[{"base64":"AP8="},"Infinity"],["-Infinity",{"base64":"/w=="}]],)"
            R"("rows_affected":0,"last_insert_rowid":0})");
}

TEST(FormatAnswer, IsATable) {
  EXPECT_EQ(format_answer({.columns = {"n", "t"}, .rows = {{std::int64_t{41}, std::string("a\nb")}, {nullptr, std::string()}}}, Colour::kOff),
            "n   t\n41  a\\nb\n-\n");
}

TEST(FormatAnswer, CountsChangesWithoutColumns) { EXPECT_EQ(format_answer({.rows_affected = 2}, Colour::kOff), "rows affected: 2\n"); }

}  // namespace
}  // namespace waggle::cli
