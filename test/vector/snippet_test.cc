// snippet_test.cc: the part of a text that is shown.

#include "vector/snippet.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "engine/words.h"

namespace waggle::vector {
namespace {

class SnippetTest : public testing::Test {
 protected:
  std::string of(std::string_view text, std::string_view query, std::size_t bytes_max = 60) const {
    const TextQuery asked = TextQuery::of(query, TextQuery::LastWord::kWhole, *words_).value();
    return snippet_of(text, asked, *words_, bytes_max).value();
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
};

TEST_F(SnippetTest, MarksWordsAsTheyAreWritten) {
  EXPECT_EQ(of("The CAFÉ of the bees.", "cafe bees"), "The [CAFÉ] of the [bees].");
  EXPECT_EQ(of("line one\n\n  line\ttwo", "two"), "line one line [two]");
  EXPECT_EQ(of("nothing here", "bee"), "nothing here");
  EXPECT_EQ(of("", "bee"), "");
  EXPECT_EQ(of("?!", "bee"), "");
}

TEST_F(SnippetTest, ShowsTheWindowWithMostOfTheWords) {
  const std::string text =
      "bee " + std::string(100, 'x') + " filler words in between, then the bee flew to the hive " + std::string(100, 'y') + " end";
  const std::string shown = of(text, "bee hive", 40);
  EXPECT_NE(shown.find("[bee] flew to the [hive]"), std::string::npos) << shown;
  EXPECT_TRUE(shown.starts_with("...") && shown.ends_with("...")) << shown;
}

TEST_F(SnippetTest, CutsBetweenCharactersOnly) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "日本語 ";
  for (std::size_t most = 1; most < 40; ++most) EXPECT_TRUE(base::is_utf8(of(text, "語", most))) << most;
  const std::string endless(10'000, 'z');
  EXPECT_LT(of(endless, "bee", 60).size(), 100U) << "one endless word";
  EXPECT_LT(of("a " + endless, endless, 60).size(), 100U);
}

}  // namespace
}  // namespace waggle::vector
