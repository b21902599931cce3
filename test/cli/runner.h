// runner.h: runs the command line inside the test's process, in a folder of its own, with streams that are files.

#ifndef WAGGLE_TEST_CLI_RUNNER_H
#define WAGGLE_TEST_CLI_RUNNER_H

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/app.h"
#include "support/temp_dir.h"

namespace waggle::test {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

class Runner {
 public:
  Runner() { environment["WAGGLE_DB"] = file("waggle.db"); }

  // One run of `waggle WORDS`; `input` is what it reads on stdin.
  Outcome run(const std::vector<std::string>& words, std::string_view input = {}) {
    std::ofstream(file("stdin"), std::ios::binary) << input;
    const int in = ::open(file("stdin").c_str(), O_RDONLY | O_CLOEXEC);
    const int out = ::open(file("stdout").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int err = ::open(file("stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    Outcome outcome;
    outcome.status = run_on({in, out, err}, words);
    for (const int descriptor : {in, out, err}) ::close(descriptor);
    outcome.out = content("stdout");
    outcome.err = content("stderr");
    return outcome;
  }

  // The one JSON document of a run that must succeed.
  std::string json(std::vector<std::string> words, std::string_view input = {}) {
    words.insert(words.begin(), {"-o", "json"});
    const Outcome outcome = run(words, input);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.out;
  }

  // The text that follows "KEY":" in a JSON document.
  static std::string field(const std::string& json, const std::string& key) {
    const std::string start = "\"" + key + "\":\"";
    const std::size_t found = json.find(start);
    if (found == std::string::npos) return {};
    const std::size_t begin = found + start.size();
    return json.substr(begin, json.find('"', begin) - begin);
  }

  int run_on(const cli::Streams& streams, const std::vector<std::string>& words) {
    const auto from_map = [this](const char* name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    return cli::run(words, {.streams = streams, .environment = from_map, .clock = clock_});
  }

  std::string file(std::string_view name) const { return folder_.file(name); }
  std::string content(std::string_view name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::map<std::string, std::string> environment;

 private:
  TempDir folder_;
  base::SystemClock clock_;
};

// A test with a database that is there already.
class CliTest : public testing::Test {
 protected:
  CliTest() { runner_.json({"init"}); }

  // A swarm "hive" with these agents in it.
  void make_swarm(const std::vector<std::string>& agents) {
    runner_.json({"swarm", "create", "hive", "--id", "hive"});
    for (const std::string& agent : agents) runner_.json({"agent", "register", agent, "--type", "worker", "--swarm", "hive"});
  }

  Outcome run(const std::vector<std::string>& words, std::string_view input = {}) { return runner_.run(words, input); }
  std::string json(const std::vector<std::string>& words, std::string_view input = {}) { return runner_.json(words, input); }
  static bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

  Runner runner_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_CLI_RUNNER_H
