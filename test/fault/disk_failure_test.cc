// disk_failure_test.cc: every operation of every scenario fails, once and from then on.

#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <string>

#include "fault/faulty_disk.h"
#include "fault/trial.h"

namespace waggle::test {
namespace {

class DiskFailureTest : public ::testing::TestWithParam<std::string> {
 protected:
  DiskFailureTest() : trial_(scenario(GetParam())) { disk_.watch(trial_.folder()); }

  using Applies = std::function<bool(Act, std::string_view name)>;

  // The operations of the scenario that could fail in this way.
  struct Range {
    std::int64_t first = 0;
    std::int64_t end = 0;
  };
  Range count(Failure failure, const Applies& applies = {}) {
    Range range;
    disk_.fail({.failure = failure, .at = std::numeric_limits<std::int64_t>::max(), .applies = applies});
    trial_.play([&] { range.first = scenario(GetParam()).opens_like_others ? disk_.counted() : 0; });
    range.end = disk_.counted();
    disk_.mend();
    return range;
  }

  Breakage breakage(const Fault& fault) {
    std::string name = std::string(to_string(fault.failure)) + " at operation " + std::to_string(fault.at);
    name += fault.length == Fault::Length::kOnce ? " once" : " and from then on";
    return {.name = std::move(name),
            .begin = [this, fault] { disk_.fail(fault); },
            .end = [this] { disk_.mend(); },
            .failures = [this] { return disk_.failures(); },
            .outlives_close = fault.at % 2 != 0};
  }

  static void expect_clean(const FailureReport& report, const std::string& what) {
    std::cout << GetParam() << ", " << what << ": " << report.figures() << std::endl;
    for (const std::string& wrong : report.wrong) ADD_FAILURE() << wrong;
    EXPECT_LT(report.slowest_open, std::chrono::seconds(1));
  }

  // Before any file is opened, and until after the last is closed.
  FaultyDisk disk_;
  Trial trial_;
};

class SlowDiskFailure : public DiskFailureTest {
 protected:
  void fail_everywhere(Failure failure, Fault::Length length) {
    FailureReport report;
    const Range operations = count(failure);
    ASSERT_LT(operations.first, operations.end);
    for (std::int64_t at = operations.first; at < operations.end; ++at)
      trial_.run(breakage({.failure = failure, .at = at, .length = length}), report);
    expect_clean(report, std::string(to_string(failure)) + (length == Fault::Length::kOnce ? " once" : " for ever"));
  }
};

TEST_P(SlowDiskFailure, EioOnce) { fail_everywhere(Failure::kIo, Fault::Length::kOnce); }
TEST_P(SlowDiskFailure, EioForEver) { fail_everywhere(Failure::kIo, Fault::Length::kForEver); }
TEST_P(SlowDiskFailure, EioAfterItWasDone) { fail_everywhere(Failure::kIoAfter, Fault::Length::kOnce); }
TEST_P(SlowDiskFailure, EnospcOnce) { fail_everywhere(Failure::kFull, Fault::Length::kOnce); }
TEST_P(SlowDiskFailure, EnospcForEver) { fail_everywhere(Failure::kFull, Fault::Length::kForEver); }
TEST_P(SlowDiskFailure, ShortWriteOnce) { fail_everywhere(Failure::kShort, Fault::Length::kOnce); }

class SlowFailedSync : public DiskFailureTest {
 protected:
  // Syncs of the database's own files, and the engine's of the folder.
  static bool is_sync(Act act, std::string_view name) {
    if (act == Act::kSyncFolder) return name != kSyncOfSqlite;
    // The side files are made anew when they are in doubt.
    return act == Act::kSync && name.starts_with(kDatabaseName) && !name.ends_with("-index") && !name.ends_with("-vec0");
  }
};

TEST_P(SlowFailedSync, PoisonsTheWriter) {
  FailureReport report;
  const Range syncs = count(Failure::kIo, &is_sync);
  ASSERT_LT(syncs.first, syncs.end);
  for (std::int64_t at = syncs.first; at < syncs.end; ++at)
    trial_.run_poisoning(breakage({.failure = Failure::kIo, .at = at, .applies = &is_sync}), report);
  expect_clean(report, "each of its syncs fails once");
}

class SlowFailedFolderSync : public DiskFailureTest {};

// What SQLite makes of it nobody hears of: the engine syncs the folder itself before it acknowledges anything.
TEST_P(SlowFailedFolderSync, PoisonsTheWriterBeforeItsFirstCommit) {
  const auto is_own = [](Act act, std::string_view name) { return act == Act::kSyncFolder && name != kSyncOfSqlite; };
  ASSERT_EQ(count(Failure::kIo, is_own).end, 1);
  FailureReport report;
  trial_.run_poisoning(breakage({.failure = Failure::kIo, .at = 0, .applies = is_own}), report);
  EXPECT_EQ(report.codes["io"], 1);
  EXPECT_EQ(report.refused, 1);
  expect_clean(report, "the sync of its folder fails");
}

INSTANTIATE_TEST_SUITE_P(All, SlowFailedFolderSync, ::testing::Values("single_writes"), [](const auto& one) { return one.param; });
INSTANTIATE_TEST_SUITE_P(All, SlowFailedSync, ::testing::ValuesIn(scenario_names()), [](const auto& one) { return one.param; });
INSTANTIATE_TEST_SUITE_P(All, SlowDiskFailure, ::testing::ValuesIn(scenario_names()), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace waggle::test
