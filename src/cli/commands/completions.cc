// completions.cc: `waggle completions`, a script that makes a shell complete commands and options.

#include "cli/commands/commands.h"
#include "cli/completion_script.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

Action completions(Arguments& arguments) {
  const auto shell = Arguments::keep<Shell>();
  arguments.positional({"SHELL", "", "bash, zsh or fish"}, *shell);
  arguments.example("source <(waggle completions bash)", "for this shell; put it into ~/.bashrc for all");
  arguments.example("waggle completions zsh > \"${fpath[1]}/_waggle\"", "for zsh");
  arguments.example("waggle completions fish > ~/.config/fish/completions/waggle.fish", "for fish");
  return [shell](Call& call) -> Ending { return call.out().raw(completion_script(*shell)); };
}

constexpr Verb kVerbs[] = {{"", "Print a completion script for a shell", completions}};

}  // namespace

const Noun kCompletions = {"completions", "Completion scripts for bash, zsh and fish", kVerbs};

}  // namespace waggle::cli
