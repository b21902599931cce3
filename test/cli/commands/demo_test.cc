// demo_test.cc: `waggle demo` as it is typed.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/app.h"
#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

std::string contents(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Ran run_words(const std::vector<std::string>& words) {
  const test::TempDir dir;
  const base::SystemClock clock;
  const auto nothing_set = [](const char*) { return std::optional<std::string>(); };
  const int out = ::open(dir.file("out").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const int err = ::open(dir.file("err").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  Ran ran;
  ran.status = run(words, {.streams = {.in = 0, .out = out, .err = err}, .environment = nothing_set, .clock = clock});
  ::close(out);
  ::close(err);
  ran.out = contents(dir.file("out"));
  ran.err = contents(dir.file("err"));
  return ran;
}

TEST(DemoCommand, HelpNamesItsOptionsAndHidesItsProcesses) {
  const Ran help = run_words({"demo", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* option : {"--workers", "--input", "--keep"}) EXPECT_NE(help.out.find(option), std::string::npos) << option;
  const Ran top = run_words({"--help"});
  EXPECT_NE(top.out.find("demo"), std::string::npos);
  EXPECT_EQ(top.out.find("demo-worker"), std::string::npos);
  EXPECT_EQ(top.out.find("demo-planner"), std::string::npos);
}

TEST(DemoCommand, WrongArgumentsAreToldAsErrors) {
  EXPECT_EQ(run_words({"demo", "--workers", "1"}).status, 2);
  const Ran nowhere = run_words({"-o", "json", "demo", "--input", "/no/such/folder"});
  EXPECT_EQ(nowhere.status, 6);
  EXPECT_EQ(nowhere.out, "");
  EXPECT_TRUE(nowhere.err.starts_with(R"({"error":{"code":"not_found")")) << nowhere.err;
}

TEST(SlowDemoCommand, PrintsOneJsonDocument) {
  const test::TempDir texts;
  std::ofstream(texts.file("one")) << "One text, which is enough for a swarm of two.\n";
  const Ran ran = run_words({"-q", "-o", "json", "demo", "--workers", "2", "--input", texts.path().string()});
  EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
  EXPECT_TRUE(base::normalise_json(ran.out).has_value());
  EXPECT_TRUE(ran.out.starts_with(R"({"ok":true,)")) << ran.out;
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace waggle::cli
