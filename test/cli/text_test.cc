// text_test.cc: escaping, measuring and cutting text.

#include "cli/text.h"

#include <gtest/gtest.h>

namespace waggle::cli {
namespace {

TEST(Printable, EscapesWhatMovesATerminal) {
  EXPECT_EQ(printable("plain é 漢字"), "plain é 漢字");
  EXPECT_EQ(printable("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(printable("\x1b[31m\x7f"), "\\u001b[31m\\u007f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u009b");  // the one-character form of ESC [
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "txt"),
            "\\u202etxt");  // writes from right to left
}

TEST(ValidUtf8, KeepsWhatIsGood) {
  EXPECT_EQ(valid_utf8("naïve 🐝"), "naïve 🐝");
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(valid_utf8("cut \xe2\x82"), "cut \xef\xbf\xbd\xef\xbf\xbd");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);  // with a combining accent
  EXPECT_EQ(display_width("漢字"), 4U);
  EXPECT_EQ(display_width("🐝"), 2U);
}

TEST(Ellipsize, CutsByColumns) {
  EXPECT_EQ(ellipsize("short", 10), "short");
  EXPECT_EQ(ellipsize("0123456789", 10), "0123456789");
  EXPECT_EQ(ellipsize("0123456789a", 10), "012345678…");
  EXPECT_EQ(ellipsize("漢字漢字", 5), "漢字…");
  EXPECT_EQ(ellipsize("漢字漢字", 4), "漢…");
}

}  // namespace
}  // namespace waggle::cli
