// power_cut_test.cc: the power is cut after every operation of every scenario, and whatever the disk did not promise to keep is damaged.
//
// WAGGLE_CUT_IMAGES sets the number of images, WAGGLE_CUT_SEED repeats a run's damage.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <string>

#include "fault/power_cut.h"
#include "fault/run_numbers.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

class SlowPowerCut : public ::testing::TestWithParam<std::string> {
 protected:
  static void expect_clean(const CutReport& report, const std::string& what) {
    std::cout << what << ": " << report.images << " images, " << report.lost << " lost, " << report.corrupt << " corrupt, slowest reopen "
              << report.slowest_open.count() / 1000 << " ms" << std::endl;
    for (const std::string& failure : report.failures) ADD_FAILURE() << failure;
    EXPECT_EQ(report.lost, 0);
    EXPECT_EQ(report.corrupt, 0);
    EXPECT_LT(report.slowest_open, std::chrono::seconds(1));
  }

  FaultyDisk disk_;
  const std::uint32_t seed_ = number_from("WAGGLE_CUT_SEED", std::random_device()());
};

TEST_P(SlowPowerCut, LosesNothingThatWasAcknowledged) {
  const PowerCut power(disk_);
  const Recording recording = power.record(scenario(GetParam()));
  ASSERT_GT(recording.promises.size(), 1U);
  const auto wanted = number_from("WAGGLE_CUT_IMAGES", static_cast<std::uint32_t>(soak::scaled(5'000, 100'000))) / scenarios().size();
  const auto images = static_cast<std::int64_t>(std::max(wanted, recording.operations.size() + 1));
  expect_clean(power.cut(recording, images, seed_), GetParam() + " (seed " + std::to_string(seed_) + ", " +
                                                        std::to_string(recording.operations.size()) + " operations, " +
                                                        std::to_string(recording.states.size()) + " states)");
}

// The power goes again while the database is being recovered, written and closed.
TEST_P(SlowPowerCut, LosesNothingWhenRecoveryIsCutOff) {
  const PowerCut power(disk_);
  const Recording first = power.record(scenario(GetParam()));
  const std::int64_t rounds = soak::scaled(2, 20);
  CutReport report;
  for (std::int64_t round = 0; round < rounds; ++round) {
    const std::uint32_t seed = seed_ + static_cast<std::uint32_t>(round);
    const auto damage = static_cast<Damage>(seed % kDamages);
    const std::size_t operations = seed * 7919 % (first.operations.size() + 1);
    report.add(power.cut(power.record_recovery(first, operations, damage, seed), 12, seed));
  }
  expect_clean(report, GetParam() + " cut off twice (seed " + std::to_string(seed_) + ")");
}

INSTANTIATE_TEST_SUITE_P(All, SlowPowerCut, ::testing::ValuesIn(scenario_names()), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace waggle::test
