// table_test.cc: the layout of tables.

#include "cli/table.h"

#include <gtest/gtest.h>

namespace waggle::cli {
namespace {

TEST(FormatTable, AlignsByDisplayWidth) {
  EXPECT_EQ(format_table({"name", "n"}, {{"漢字", "1"}, {"abcdef", "22"}}, Colour::kOff), "name    n\n"
                                                                                          "漢字    1\n"
                                                                                          "abcdef  22\n");
}

TEST(FormatTable, EscapesCells) { EXPECT_EQ(format_table({"a\nb"}, {{"\x1b[31m"}}, Colour::kOff), "a\\nb\n\\u001b[31m\n"); }

TEST(FormatTable, WithoutRowsIsItsHeadings) { EXPECT_EQ(format_table({"a", "b"}, {}, Colour::kOff), "a  b\n"); }

TEST(FormatTable, UsesColourOnlyWhenTold) { EXPECT_EQ(format_table({"a"}, {{"1"}}, Colour::kOn), "\x1b[1ma\x1b[0m\n1\n"); }

TEST(FormatRecords, TakesTheNamedColumns) {
  const std::vector<Record> records = {Record().text("id", "x").integer("n", 1).null("z"), Record().text("id", "y").integer("n", 20).null("z")};
  const std::vector<std::string_view> columns = {"n", "id"};
  EXPECT_EQ(format_records(records, columns, Colour::kOff), "n   id\n1   x\n20  y\n");
  EXPECT_EQ(format_records(records, {}, Colour::kOff), "id  n   z\nx   1   -\ny   20  -\n");
}

TEST(FormatRecords, CutsLongCells) {
  const std::vector<Record> records = {Record().text("v", std::string(1000, 'x')).text("w", "end")};
  const std::string table = format_records(records, {}, Colour::kOff);
  EXPECT_LT(table.size(), 200U);
  EXPECT_NE(table.find("…  end"), std::string::npos);
}

TEST(FormatFields, IsOneLineForEachField) {
  EXPECT_EQ(format_fields(Record().text("id", "a\nb").integer("version", 3), Colour::kOff), "id       a\\nb\nversion  3\n");
}

}  // namespace
}  // namespace waggle::cli
