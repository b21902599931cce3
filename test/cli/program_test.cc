// Another program, run to its end or stopped.

#include "cli/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

class ProgramTest : public testing::Test {
 protected:
  Result<int> shell(const std::string& script, const base::Deadline& deadline = base::Deadline::after(std::chrono::minutes(1))) const {
    return run_program({{"sh", "-c", script}, folder_.file("out")}, deadline);
  }

  test::TempDir folder_;
};

TEST_F(ProgramTest, AnswersTheExitStatusAndKeepsWhatIsPrinted) {
  EXPECT_EQ(shell("echo out; echo err >&2; cat; exit 7").value(), 7);
  EXPECT_EQ(test::read_file(folder_.file("out")), "out\nerr\n");
  EXPECT_EQ(shell("kill -TERM $$").value(), 128 + SIGTERM);
  EXPECT_EQ(shell("true").value(), 0);
}

TEST_F(ProgramTest, SaysThatThereIsNone) {
  const auto run = run_program({{"no-such-program-anywhere"}, folder_.file("out")}, base::Deadline::after(std::chrono::minutes(1)));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code(), Code::kUnsupported);
  EXPECT_NE(run.error().message().find("no-such-program-anywhere"), std::string::npos);
}

TEST_F(ProgramTest, EndsWithItsDeadline) {
  const auto run = shell("sleep 600", base::Deadline::after(std::chrono::milliseconds(50)));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code(), Code::kDeadline);
}

TEST_F(ProgramTest, TakesItsChildrenWithItWhenItIsStopped) {
  const std::string fifo = folder_.file("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const auto wait_for = [reader](short event) {
    pollfd waiting{reader, event, 0};
    return ::poll(&waiting, 1, 30'000) == 1 ? waiting.revents : 0;
  };
  std::stop_source source;
  Result<int> run = 0;
  // The child of the child holds the writing end.
  std::thread runner(
      [&] { run = shell("{ echo started; sleep 600; } >" + fifo + " & wait", base::Deadline::after(std::chrono::minutes(1), source.get_token())); });
  EXPECT_NE(wait_for(POLLIN) & POLLIN, 0);
  source.request_stop();
  runner.join();
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code(), Code::kCancelled);
  char bytes[16];
  EXPECT_EQ(::read(reader, bytes, sizeof(bytes)), 8);
  EXPECT_NE(wait_for(0) & POLLHUP, 0) << "somebody still holds the pipe";
  ::close(reader);
}

}  // namespace
}  // namespace waggle::cli
