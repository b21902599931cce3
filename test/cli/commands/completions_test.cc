// completions_test.cc: `waggle completions`.

#include "cli/completion_script.h"
#include "cli/runner.h"

namespace waggle::test {
namespace {

TEST(CompletionsCommand, PrintsTheScriptOfTheShell) {
  Runner runner;
  EXPECT_EQ(runner.run({"completions", "bash"}).out, cli::completion_script(cli::Shell::kBash));
  EXPECT_EQ(runner.run({"completions", "fish", "-o", "json"}).out, cli::completion_script(cli::Shell::kFish));
  EXPECT_EQ(runner.run({"completions", "tcsh"}).status, 2);
  EXPECT_EQ(runner.run({"completions"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
