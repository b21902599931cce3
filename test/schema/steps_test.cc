// steps_test.cc: the steps are in order, and speak only the SQL that SQLite, libSQL and Turso share.

#include "schema/steps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace waggle::schema {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

TEST(SchemaSteps, VersionsRiseFromOneWithoutAGap) {
  std::int64_t expected = 1;
  for (const Step& step : steps()) EXPECT_EQ(step.version, expected++);
  EXPECT_EQ(latest_version(), expected - 1);
  EXPECT_GE(latest_version(), 1);
}

TEST(SchemaSteps, EveryTableIsNamedOnceAndMadeBySomeStep) {
  const auto names = table_names();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
  for (const std::string_view name : names) {
    const std::string wanted = "CREATE TABLE " + std::string(name) + "(";
    const bool is_made = std::any_of(steps().begin(), steps().end(), [&](const Step& step) {
      return std::any_of(step.statements.begin(), step.statements.end(), [&](sql::Text text) { return text.view().starts_with(wanted); });
    });
    EXPECT_TRUE(is_made) << name;
  }
}

TEST(SchemaSteps, OnlySqlThatEveryEngineRuns) {
  for (const Step& step : steps()) {
    for (const sql::Text text : step.statements) {
      const std::string statement = upper(text.view());
      for (const char* refused : {"VIRTUAL", "WITHOUT ROWID", "RECURSIVE", "TRIGGER", "GENERATED ALWAYS", "PRAGMA", "ATTACH", "STRICT", "COLLATE"}) {
        EXPECT_EQ(statement.find(refused), std::string::npos) << refused << " in " << text.view();
      }
    }
  }
}

TEST(SchemaSteps, TimesAreWholeMicroseconds) {
  for (const Step& step : steps()) {
    for (const sql::Text text : step.statements) {
      for (const char* wrong : {"_at REAL", "_at TEXT", "DATETIME", "TIMESTAMP"}) {
        EXPECT_EQ(text.view().find(wrong), std::string_view::npos) << wrong << " in " << text.view();
      }
    }
  }
}

}  // namespace
}  // namespace waggle::schema
