// commands_test.cc: what holds for every command.

#include "cli/commands/commands.h"

#include <set>

#include "cli/runner.h"

namespace waggle::test {
namespace {

TEST(Commands, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const cli::Noun& noun : cli::nouns()) {
    EXPECT_TRUE(names.insert(noun.name).second) << noun.name;
    for (const cli::Verb& verb : noun.verbs)
      EXPECT_TRUE(names.insert(std::string(noun.name) + " " + verb.name).second) << noun.name << " " << verb.name;
  }
}

TEST(Commands, AllHelp) {
  Runner runner;
  for (const cli::Noun& noun : cli::nouns()) {
    for (const cli::Verb& verb : noun.verbs) {
      std::vector<std::string> words = {noun.name, verb.name, "--help"};
      if (noun.is_command()) words.erase(words.begin() + 1);
      const Outcome outcome = runner.run(words);
      EXPECT_EQ(outcome.status, 0) << noun.name << " " << verb.name;
      EXPECT_TRUE(outcome.out.find(verb.summary) == 0 && outcome.out.find("Global options") != std::string::npos) << outcome.out;
      EXPECT_FALSE(std::string(verb.summary).ends_with('.'));
    }
  }
}

TEST(Commands, OnADatabaseThatDoesNotExistCreateNothing) {
  Runner runner;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"agent", "list"},
                                                                                     {"memory", "put", "a", "k", "1"},
                                                                                     {"task", "claim", "a"},
                                                                                     {"sql", "SELECT 1"},
                                                                                     {"stats"},
                                                                                     {"check"},
                                                                                     {"watch"},
                                                                                     {"backup", "copy.db"}}) {
    const Outcome outcome = runner.run(words);
    EXPECT_EQ(outcome.status, 6) << outcome.err;
    EXPECT_NE(outcome.err.find("waggle init"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(runner.file("waggle.db")));
  }
}

}  // namespace
}  // namespace waggle::test
