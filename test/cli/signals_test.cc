// signals_test.cc: signals become a stop token.

#include "cli/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <future>

namespace waggle::cli {
namespace {

// Waits until the token is asked to stop; false when that takes longer than any machine needs.
bool stops(const std::stop_token& token) {
  std::promise<void> stopped;
  const std::stop_callback callback(token, [&stopped] { stopped.set_value(); });
  return stopped.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready;
}

TEST(Signals, RequestAStop) {
  for (const int number : {SIGINT, SIGTERM}) {
    const Signals signals;
    EXPECT_FALSE(signals.stop().stop_requested());
    EXPECT_EQ(signals.exit_status(), 0);
    ASSERT_EQ(::kill(::getpid(), number), 0);
    ASSERT_TRUE(stops(signals.stop()));
    EXPECT_EQ(signals.exit_status(), 128 + number);
  }
}

TEST(SignalsDeathTest, ASecondOneEndsTheProcessAtOnce) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto stuck = [] {
    const Signals signals;
    ::kill(::getpid(), SIGTERM);
    if (!stops(signals.stop())) ::_exit(1);
    ::kill(::getpid(), SIGUSR1);  // from outside: means nothing
    ::kill(::getpid(), SIGTERM);
    std::promise<void>().get_future().wait_for(std::chrono::seconds(30));  // work that does not end
    ::_exit(2);
  };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EXIT(stuck(), testing::ExitedWithCode(128 + SIGTERM), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4)) << "it waited for the grace to end";
}

TEST(Signals, EndWithoutOne) {
  for (int i = 0; i < 100; ++i) const Signals signals;
}

}  // namespace
}  // namespace waggle::cli
