// disk_failure_test.cc: every operation of every scenario fails, once and from then on.

#include "fault/disk_failure.h"

#include <gtest/gtest.h>

#include <iostream>
#include <string>

namespace waggle::test {
namespace {

class SlowDiskFailure : public ::testing::TestWithParam<std::string> {
 protected:
  void fail_everywhere(Failure failure, Fault::Length length) {
    DiskFailure trial(disk_, scenario(GetParam()));
    FailureReport report;
    const std::int64_t operations = trial.count(failure);
    ASSERT_GT(operations, 0);
    for (std::int64_t at = 0; at < operations; ++at) trial.run({.failure = failure, .at = at, .length = length}, report);
    std::cout << GetParam() << ", " << to_string(failure) << (length == Fault::Length::kOnce ? " once: " : " for ever: ") << report.figures()
              << std::endl;
    for (const std::string& wrong : report.wrong) ADD_FAILURE() << wrong;
    EXPECT_LT(report.slowest_open, std::chrono::seconds(1));
  }

  FaultyDisk disk_;
};

TEST_P(SlowDiskFailure, EioOnce) { fail_everywhere(Failure::kIo, Fault::Length::kOnce); }
TEST_P(SlowDiskFailure, EioForEver) { fail_everywhere(Failure::kIo, Fault::Length::kForEver); }
TEST_P(SlowDiskFailure, EioAfterItWasDone) { fail_everywhere(Failure::kIoAfter, Fault::Length::kOnce); }
TEST_P(SlowDiskFailure, EnospcOnce) { fail_everywhere(Failure::kFull, Fault::Length::kOnce); }
TEST_P(SlowDiskFailure, EnospcForEver) { fail_everywhere(Failure::kFull, Fault::Length::kForEver); }
TEST_P(SlowDiskFailure, ShortWriteOnce) { fail_everywhere(Failure::kShort, Fault::Length::kOnce); }

class SlowFailedSync : public SlowDiskFailure {};

TEST_P(SlowFailedSync, PoisonsTheWriter) {
  DiskFailure trial(disk_, scenario(GetParam()));
  FailureReport report;
  const std::int64_t syncs = trial.count(Failure::kIo, &DiskFailure::is_sync);
  for (std::int64_t at = 0; at < syncs; ++at) trial.run_failed_sync(at, report);
  std::cout << GetParam() << ", each of " << syncs << " syncs fails once: " << report.figures() << std::endl;
  for (const std::string& wrong : report.wrong) ADD_FAILURE() << wrong;
  EXPECT_EQ(report.runs, syncs);
}

INSTANTIATE_TEST_SUITE_P(All, SlowFailedSync, ::testing::ValuesIn(scenario_names()), [](const auto& one) { return one.param; });
INSTANTIATE_TEST_SUITE_P(All, SlowDiskFailure, ::testing::ValuesIn(scenario_names()), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace waggle::test
