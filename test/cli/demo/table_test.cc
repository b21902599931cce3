// table_test.cc: columns of text.

#include "cli/demo/table.h"

#include <gtest/gtest.h>

#include "cli/text.h"

namespace waggle::cli::demo {
namespace {

using Lines = std::vector<std::string>;

TEST(DemoTable, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({{"NAME"}, {"N", Table::Align::kRight}, {"END"}});
  table.add({"a", "1", ""});
  table.add({"longer", "100", "x"});
  EXPECT_EQ(table.lines(80), (Lines{"NAME      N  END", "a         1", "longer  100  x"}));
}

TEST(DemoTable, LinesEndAtTheWidth) {
  Table table({{"NAME"}});
  table.add({std::string(50, 'x')});
  for (const std::string& line : table.lines(10)) EXPECT_LE(display_width(line), 10U);
  EXPECT_EQ(table.lines(10).at(1), "xxxxxxxxx…");
}

TEST(DemoTable, WidthsAreThoseOnATerminal) {
  Table table({{"NAME"}, {"N"}});
  table.add({"Größe", "1"});
  table.add({"漢字漢", "2"});
  EXPECT_EQ(table.lines(80), (Lines{"NAME    N", "Größe   1", "漢字漢  2"}));
}

TEST(DemoTable, ControlCharactersDoNotReachTheTerminal) {
  Table table({{"NAME"}});
  table.add({"a\x1b[2J\x7f"});
  EXPECT_EQ(table.lines(80).at(1), "a\\u001b[2J\\u007f");
}

}  // namespace
}  // namespace waggle::cli::demo
