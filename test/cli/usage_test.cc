// usage_test.cc: the help above single commands.

#include "cli/usage.h"

#include <gtest/gtest.h>

#include "cli/settings.h"

namespace waggle::cli {
namespace {

TEST(TopHelp, NamesEveryPublicNounAndGlobalOption) {
  Arguments globals("waggle", "");
  GlobalOptions options;
  declare_global_options(globals, options);
  const std::string help = top_help(globals);
  for (const Noun& noun : nouns()) {
    EXPECT_EQ(help.find("\n  " + std::string(noun.name) + " ") != std::string::npos, noun.visibility == Visibility::kPublic) << noun.name;
  }
  for (const char* option : {"--db", "--agent", "--output", "--timeout", "--config", "--color", "--quiet"}) {
    EXPECT_NE(help.find(option), std::string::npos) << option;
  }
}

TEST(NounHelp, NamesEveryVerb) {
  for (const Noun& noun : nouns()) {
    if (noun.is_command()) continue;
    const std::string help = noun_help(noun);
    for (const Verb& verb : noun.verbs)
      EXPECT_NE(help.find("\n  " + std::string(verb.name) + " "), std::string::npos) << noun.name << " " << verb.name;
  }
}

}  // namespace
}  // namespace waggle::cli
