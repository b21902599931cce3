// completion_script_test.cc: completions know every command and option.

#include "cli/completion_script.h"

#include <gtest/gtest.h>

#include "cli/command.h"

namespace waggle::cli {
namespace {

TEST(CompletionScript, KnowsEveryCommandInEveryShell) {
  for (const Shell shell : {Shell::kBash, Shell::kZsh, Shell::kFish}) {
    const std::string script = completion_script(shell);
    for (const Noun& noun : nouns()) {
      EXPECT_EQ(script.find(noun.name) != std::string::npos, noun.visibility == Visibility::kPublic) << noun.name;
      if (noun.is_command()) continue;
      for (const Verb& verb : noun.verbs) EXPECT_NE(script.find(verb.name), std::string::npos) << verb.name;
    }
  }
}

TEST(CompletionScript, KnowsTheOptionsOfACommand) {
  const std::string bash = completion_script(Shell::kBash);
  const std::size_t line = bash.find("'memory put')");
  ASSERT_NE(line, std::string::npos);
  const std::string words = bash.substr(line, bash.find('\n', line) - line);
  for (const char* option : {"--ttl", "--metadata", "--if-version", "--text", "--db", "-o", "--help"})
    EXPECT_NE(words.find(option), std::string::npos) << option;
  EXPECT_NE(completion_script(Shell::kFish).find("__fish_seen_subcommand_from memory; and __fish_seen_subcommand_from put' -l ttl"),
            std::string::npos);
  EXPECT_TRUE(completion_script(Shell::kZsh).starts_with("#compdef waggle\n"));
}

TEST(CompletionScript, IsBashThatCompletes) {
  const std::string script = completion_script(Shell::kBash) +
                             "COMP_WORDS=(waggle -q memory pu); COMP_CWORD=3; _waggle; [[ \"${COMPREPLY[*]}\" == put ]] || exit 1\n"
                             "COMP_WORDS=(waggle sta); COMP_CWORD=1; _waggle; [[ \"${COMPREPLY[*]}\" == stats ]] || exit 2\n"
                             "COMP_WORDS=(waggle backup x --fo); COMP_CWORD=3; _waggle; [[ \"${COMPREPLY[*]}\" == --force ]] || exit 3\n"
                             "COMP_WORDS=(waggle --db x memory pu); COMP_CWORD=4; _waggle; [[ \"${COMPREPLY[*]}\" == put ]] || exit 4\n"
                             "COMP_WORDS=(waggle --db = x -o json memory pu); COMP_CWORD=7; _waggle; [[ \"${COMPREPLY[*]}\" == put ]] || exit 5\n"
                             "COMP_WORDS=(waggle memory put ann k --te); COMP_CWORD=5; _waggle; [[ \"${COMPREPLY[*]}\" == --text ]] || exit 6\n";
  FILE* bash = ::popen("bash -s", "w");
  ASSERT_NE(bash, nullptr);
  ASSERT_EQ(std::fwrite(script.data(), 1, script.size(), bash), script.size());
  EXPECT_EQ(::pclose(bash), 0);
}

}  // namespace
}  // namespace waggle::cli
