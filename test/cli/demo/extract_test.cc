// extract_test.cc: facts and passages of licence text.

#include "cli/demo/extract.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace waggle::cli::demo {
namespace {

constexpr const char* kText = "\n"
                              "                     BEE GENERAL PUBLIC LICENSE\n"
                              "                      Version 2.1, June 1991\n"
                              "\n"
                              "Definitions follow.\n"
                              "\n"
                              "  0. Definitions.\n"
                              "\n"
                              "  1.1. \"Covered  Bee\" means any bee that\n"
                              "flies. \"Hive\" refers to a house. \"lower\" means nothing. \"Unused\" stands alone.\n"
                              "\n"
                              "  2. Copying. You may copy the Covered Bee. Subject to this, each keeper hereby grants you a\n"
                              "patent license under the terms of this License.\n"
                              "\n"
                              "     1984 was a year. 3.14 is a number.\n"
                              "\n"
                              "Warranties are spoken of here, without need.\n"
                              "\n"
                              "  3. THE BEE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND.\n"
                              "\n"
                              "This is copyleft: the corresponding source must be made available.\n";

TEST(DemoExtract, TitleAndVersion) {
  const Facts facts = extract_facts(kText);
  EXPECT_EQ(facts.title, "BEE GENERAL PUBLIC LICENSE");
  EXPECT_EQ(facts.version, "2.1");
}

TEST(DemoExtract, AVersionMayStandWithoutTheWord) {
  EXPECT_EQ(extract_facts("Creative Legal Code\n\nCC0 1.0 Universal\n").version, "1.0");
  EXPECT_EQ(extract_facts("Of 1984\n").version, std::nullopt);
}

TEST(DemoExtract, ClausesAreNumberedHeadings) {
  EXPECT_EQ(extract_facts(kText).clauses, (std::vector<std::string>{"0. Definitions", "1.1. \"Covered  Bee\" means any bee that", "2. Copying",
                                                                    "3. THE BEE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND"}));
}

TEST(DemoExtract, TermsAreThoseThatAreSaidToMeanSomething) {
  EXPECT_EQ(extract_facts(kText).terms, (std::vector<std::string>{"Covered Bee", "Hive"}));
}

TEST(DemoExtract, GrantsAndTheWarranty) {
  const Facts facts = extract_facts(kText);
  ASSERT_EQ(facts.grants.size(), 2U);
  EXPECT_EQ(facts.grants[0], "You may copy the Covered Bee");
  EXPECT_TRUE(facts.grants[1].find("hereby grants you") != std::string::npos);
  ASSERT_TRUE(facts.warranty.has_value());
  EXPECT_TRUE(facts.warranty->starts_with("3. THE BEE IS PROVIDED")) << "the disclaimer proper goes before the mention: " << *facts.warranty;
}

TEST(DemoExtract, SignsOfCopyleft) {
  const CopyleftSigns signs = extract_facts(kText).signs;
  EXPECT_EQ(signs.same_licence, 1);
  EXPECT_EQ(signs.source_duties, 1);
  EXPECT_EQ(signs.named, 2);  // by its title and by the word
  const CopyleftSigns none = extract_facts("Do what you like.\n").signs;
  EXPECT_EQ(none.same_licence + none.source_duties + none.named, 0);
}

TEST(DemoExtract, PassagesCarryTheirTopics) {
  const std::vector<Passage> passages = extract_passages(kText);
  ASSERT_GE(passages.size(), 4U);
  const auto has_topic = [](const Passage& passage, std::string_view topic) {
    return std::find(passage.topics.begin(), passage.topics.end(), topic) != passage.topics.end();
  };
  int grants = 0;
  int disclaimers = 0;
  for (const Passage& passage : passages) {
    grants += has_topic(passage, "patent grant") ? 1 : 0;
    disclaimers += has_topic(passage, "warranty disclaimer") ? 1 : 0;
    EXPECT_EQ(passage.text.find("  "), std::string::npos);
  }
  EXPECT_EQ(grants, 1);
  EXPECT_EQ(disclaimers, 2);
}

TEST(DemoExtract, NothingMakesNothing) {
  for (const char* text : {"", "\n\n", "   \n"}) {
    const Facts facts = extract_facts(text);
    EXPECT_EQ(facts.title, "untitled");
    EXPECT_EQ(facts.words, 0);
    EXPECT_TRUE(extract_passages(text).empty());
  }
}

TEST(DemoExtract, ListsAndPassagesAreBounded) {
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += std::to_string(i) + ". Clause of quite some length, so that it is worth remembering.\n\n";
  EXPECT_EQ(extract_facts(text).clauses.size(), 200U);
  EXPECT_EQ(extract_passages(text).size(), 200U);
  EXPECT_EQ(extract_passages(std::string(100'000, 'x')).at(0).text.size(), 2'000U);
}

TEST(DemoExtract, ShortenCutsAtACharacter) {
  EXPECT_EQ(shorten("bees", 4), "bees");
  EXPECT_EQ(shorten("honeybee", 6), "hon...");
  const std::string umlauts = "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC";
  for (std::size_t size = 3; size < umlauts.size(); ++size) {
    EXPECT_TRUE(base::is_utf8(shorten(umlauts, size)));
    EXPECT_LE(shorten(umlauts, size).size(), size);
  }
}

TEST(DemoExtract, CountsPhrasesWithoutOverlap) {
  EXPECT_EQ(count_phrase("aaaa", "aa"), 2);
  EXPECT_EQ(count_phrase("", "aa"), 0);
}

TEST(DemoExtract, ClarityCountsTellingPhrases) {
  EXPECT_GT(clarity("patent grant", "3. Grant of Patent License. X hereby grants a patent license"), clarity("patent grant", "a patent license"));
  EXPECT_EQ(clarity("no such topic", "patent"), 0);
  EXPECT_EQ(topic_names().size(), 9U);
}

}  // namespace
}  // namespace waggle::cli::demo
