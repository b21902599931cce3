// processes_test.cc: children are started, frozen, killed and never left behind. The children are this test program itself.

#include "cli/demo/processes.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/deadline.h"
#include "support/temp_dir.h"

namespace waggle::cli::demo {
namespace {

// What a child does that should not end by itself. Never run as a test: it ends after a minute at the latest.
TEST(DemoChild, DISABLED_TellsItsNumberAndWaits) {
  std::fprintf(stderr, "%d\n", ::getpid());
  std::fflush(stderr);
  ::alarm(60);
  for (;;) ::pause();
}

class DemoProcesses : public ::testing::Test {
 protected:
  Process start(std::vector<std::string> arguments) { return Process::start({.arguments = std::move(arguments), .log_path = log_path()}).value(); }
  // A child that waits, and its number: once that is known the child is up.
  Process start_waiting(pid_t& pid) {
    Process process = start({"--gtest_also_run_disabled_tests", "--gtest_filter=DemoChild.*"});
    const auto deadline = base::Deadline::after(std::chrono::seconds(20));
    for (pid = 0; pid == 0 && !deadline.passed();) std::ifstream(log_path()) >> pid;
    return process;
  }
  static Exit wait(Process& process) {
    const auto deadline = base::Deadline::after(std::chrono::seconds(20));
    while (!deadline.passed()) {
      if (const std::optional<Exit> exit = process.poll()) return *exit;
    }
    ADD_FAILURE() << "the child did not end";
    return {};
  }
  std::string log_path() const { return dir_.file("log"); }

  test::TempDir dir_;
};

TEST_F(DemoProcesses, TellsHowAChildEnded) {
  Process good = start({"--gtest_list_tests"});
  const Exit exit = wait(good);
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.signal, 0);
  EXPECT_EQ(good.poll()->code, 0) << "it can be asked again";
  Process bad = start({"--db", "/nowhere/at/all.db", "--agent", "a", "demo-worker"});
  EXPECT_NE(wait(bad).code, 0);
  std::stringstream log;
  log << std::ifstream(log_path()).rdbuf();
  EXPECT_NE(log.str().find("error: "), std::string::npos) << log.str();
}

TEST_F(DemoProcesses, AFrozenChildGoesOnOrIsKilled) {
  pid_t pid = 0;
  Process process = start_waiting(pid);
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(process.freeze(std::chrono::seconds(10)).has_value());
  EXPECT_FALSE(process.poll().has_value());
  process.thaw();
  EXPECT_FALSE(process.poll().has_value());
  EXPECT_TRUE(process.freeze(std::chrono::seconds(10)).has_value());
  process.kill();
  EXPECT_EQ(wait(process).signal, SIGKILL);
  EXPECT_EQ(process.freeze(std::chrono::seconds(10)).error().code(), Code::kNotFound);
}

TEST_F(DemoProcesses, NoChildOutlivesItsOwner) {
  pid_t pid = 0;
  {
    Process first = start_waiting(pid);
    ASSERT_GT(pid, 0);
    Process moved = std::move(first);
    EXPECT_FALSE(moved.poll().has_value());
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(DemoProcesses, ALogThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(Process::start({.arguments = {}, .log_path = dir_.file("no/such/folder")}).error().code(), Code::kIo);
}

}  // namespace

}  // namespace waggle::cli::demo
