// What counts as a word, and which words are the same.

#include "embed/words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waggle::embed {
namespace {

using Words = std::vector<std::u32string>;

Words words(std::string_view text) {
  Words found;
  for_each_word(text, [&found](std::u32string_view word) { found.emplace_back(word); });
  return found;
}

TEST(Words, AreRunsOfLettersAndDigits) {
  EXPECT_EQ(words(""), Words());
  EXPECT_EQ(words(" ...-\n\t"), Words());
  EXPECT_EQ(words("libfoo-dev 1.2 (a_b)"), (Words{U"libfoo", U"dev", U"1", U"2", U"a", U"b"}));
  EXPECT_EQ(words("\u201equoted\u201c\u2014dash\u2026\u00a0end\u00ab"), (Words{U"quoted", U"dash", U"end"}));
  EXPECT_EQ(words("\U0001f41d bees"), (Words{U"\U0001f41d", U"bees"}));
}

TEST(Words, LoseTheirCaseAndMarks) {
  EXPECT_EQ(words("HIVE"), words("hive"));
  EXPECT_EQ(words("Ångström ŠKODA Łódź İstanbul ŉ ſ"), (Words{U"angstrom", U"skoda", U"lodz", U"istanbul", U"n", U"s"}));
  EXPECT_EQ(words("Việt ỆỖỬ"), (Words{U"viet", U"eou"}));
  EXPECT_EQ(words("Straße STRASSE ẞ Ærø Œuvre Þing ǅ"), (Words{U"strasse", U"strasse", U"ss", U"aero", U"oeuvre", U"thing", U"dz"}));
  EXPECT_EQ(words("ΑΘΉΝΑ Ἀ όσος ΣΣς"), (Words{U"αθηνα", U"\u1f08", U"οσοσ", U"σσσ"}));
  EXPECT_EQ(words("Ёлка ЙОД ЂЀ ӜҐѢ"), (Words{U"елка", U"иод", U"ђе", U"жґѣ"}));
  EXPECT_EQ(words("ԱԲ աբ"), (Words{U"աբ", U"աբ"}));
  EXPECT_EQ(words("ＡＢｚ９"), (Words{U"abz9"}));
  EXPECT_EQ(words("ŊŋĸÿŸ"), (Words{U"ŋŋĸyy"}));
}

TEST(Words, AreTheSameComposedAndDecomposed) {
  EXPECT_EQ(words("e\u0301cole"), words("\u00e9cole"));
  EXPECT_EQ(words("и\u0306од"), words("йод"));
  EXPECT_EQ(words("e\u0323\u0302"), words("\u1ec7"));
  EXPECT_EQ(words("co\u00adop"), words("coop")) << "a soft hyphen";
}

TEST(Words, OfIdeographsArePairsOfNeighbours) {
  EXPECT_EQ(words("蜂"), (Words{U"蜂"}));
  EXPECT_EQ(words("蜜蜂"), (Words{U"蜜蜂"}));
  EXPECT_EQ(words("蜜蜂群abc、巣"), (Words{U"蜜蜂", U"蜂群", U"abc", U"巣"}));
}

}  // namespace
}  // namespace waggle::embed
