// app_test.cc: from words to exit status.

#include "cli/app.h"

#include "cli/runner.h"

namespace waggle::test {
namespace {

class App : public CliTest {};

TEST_F(App, TakesGlobalOptionsAnywhere) {
  json({"memory", "put", "a", "k", "1"});
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"-o", "json", "--timeout", "30s", "-q", "memory", "get", "a", "k"},
                                             {"memory", "-o", "json", "get", "--color=never", "a", "k"},
                                             {"memory", "get", "a", "k", "--agent", "x", "-ojson"},
                                             {"--output=json", "--", "memory", "get", "a", "k"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_TRUE(holds(outcome.out, "\"value\":1,")) << outcome.out;
  }
}

TEST_F(App, RefusesWhatItDoesNotUnderstand) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{},
                                                                                     {"bogus"},
                                                                                     {"memory"},
                                                                                     {"memory", "bogus"},
                                                                                     {"--bogus", "memory", "list", "a"},
                                                                                     {"memory", "list", "a", "--bogus"},
                                                                                     {"memory", "get", "a"},
                                                                                     {"--timeout", "soon", "stats"},
                                                                                     {"-o", "yaml", "stats"},
                                                                                     {"stats", "--db"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.status, 2) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.err.starts_with("error: ")) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
  }
}

TEST_F(App, TellsErrorsInTheFormThatWasAskedForWhereverItStands) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"-o", "json", "bogus"},
                                                                                     {"memory", "bogus", "-ojsonl"},
                                                                                     {"memory", "get", "a", "--output=json"},
                                                                                     {"memory", "get", "a", "none", "-o", "jsonl"}}) {
    const Outcome outcome = run(words);
    EXPECT_TRUE(outcome.err.starts_with("{\"error\":{\"code\":\"")) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(App, HelpsEverywhere) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--help"},
                                                                                     {"-h"},
                                                                                     {"memory", "--help"},
                                                                                     {"memory", "put", "--help"},
                                                                                     {"watch", "-h"},
                                                                                     {"memory", "put", "a", "--help", "--bogus"},
                                                                                     {"help"},
                                                                                     {"help", "memory"},
                                                                                     {"-q", "help", "memory", "put"},
                                                                                     {"help", "watch"},
                                                                                     {"-o", "json", "--help"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_TRUE(holds(outcome.out, "Usage: waggle")) << outcome.out;
  }
  EXPECT_EQ(run({"help", "memory", "put"}).out, run({"memory", "put", "--help"}).out);
  EXPECT_EQ(run({"help", "bogus"}).status, 2);
  EXPECT_EQ(run({"--version"}).status, 0);
}

TEST_F(App, RefusesBytesThatAreNotUtf8) {
  const Outcome outcome = run({"memory", "put", "ann", "\xff", "1"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(holds(outcome.err, "(invalid_argument)"));
}

TEST_F(App, FailsWhenStdoutCannotBeWritten) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  const int err = ::open(runner_.file("stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  EXPECT_EQ(runner_.run_on({-1, full, err}, {"stats"}), 1);
  EXPECT_EQ(runner_.run_on({-1, full, err}, {"--help"}), 1);
  EXPECT_TRUE(holds(runner_.content("stderr"), "error: the output cannot be written"));
  ::close(full);
  ::close(err);
}

TEST_F(App, TakesOutputFromTheConfigFile) {
  std::ofstream(runner_.file("c.toml")) << "output = \"json\"\n";
  EXPECT_TRUE(run({"agent", "list", "--config", runner_.file("c.toml")}).out.starts_with("{\"items\":[]"));
  EXPECT_TRUE(run({"agent", "get", "x", "--config", runner_.file("c.toml")}).err.starts_with("{\"error\""));
}

TEST_F(App, ColoursErrorsOnlyWhenTold) {
  EXPECT_TRUE(run({"agent", "get", "x", "--color", "always"}).err.starts_with("\x1b[1;31merror:"));
  EXPECT_TRUE(run({"agent", "get", "x", "--color", "never"}).err.starts_with("error:"));
  EXPECT_TRUE(run({"agent", "get", "x"}).err.starts_with("error:"));
}

TEST_F(App, RefusesRemoteDatabasesOfThisVersion) {
  const Outcome outcome = run({"--db", "libsql://example.invalid", "stats"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(holds(outcome.err, "(unsupported)")) << outcome.err;
}

}  // namespace
}  // namespace waggle::test
