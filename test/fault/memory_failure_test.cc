// memory_failure_test.cc: every allocation of SQLite's fails, once and from then on.

#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <string>

#include "fault/faulty_memory.h"
#include "fault/trial.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

// Before any test, of whichever suite, has used SQLite.
[[maybe_unused]] const bool is_installed = (FaultyMemory::install(), true);

std::vector<std::string> starved_scenarios() {
  std::vector<std::string> names = {"single_writes", "checkpoints", "sweep", "vote", "making"};
  if (soak::is_on()) names.insert(names.end(), {"batches", "reopening", "tasks", "backup", "user_sql"});
  return names;
}

class SlowMemoryFailure : public ::testing::TestWithParam<std::string> {
 protected:
  using Length = FaultyMemory::Length;

  void starve_everywhere(Length length) {
    Trial trial(scenario(GetParam()));
    FaultyMemory::fail(std::numeric_limits<std::int64_t>::max(), Length::kOnce);
    std::int64_t first = 0;
    trial.play([&] { first = scenario(GetParam()).opens_like_others ? FaultyMemory::counted() : 0; });
    const std::int64_t end = FaultyMemory::counted();
    FaultyMemory::mend();
    ASSERT_LT(first, end);
    const std::int64_t blocks = FaultyMemory::blocks();
    FailureReport report;
    for (std::int64_t at = first; at < end; ++at) {
      const std::string name = "allocation " + std::to_string(at) + (length == Length::kOnce ? " fails once" : " fails, and all after it");
      trial.run({.name = name,
                 .begin = [&] { FaultyMemory::fail(at, length); },
                 .end = [] { FaultyMemory::mend(); },
                 .failures = &FaultyMemory::failures,
                 .outlives_close = at % 2 != 0},
                report);
      ASSERT_EQ(FaultyMemory::blocks(), blocks) << GetParam() << ", " << name << ": memory is lost";
    }
    std::cout << GetParam() << ", each of " << end - first << " allocations fails " << (length == Length::kOnce ? "once: " : "for ever: ")
              << report.figures() << std::endl;
    for (const std::string& wrong : report.wrong) ADD_FAILURE() << wrong;
    EXPECT_GT(report.failed_calls, 0);
  }
};

TEST_P(SlowMemoryFailure, Once) { starve_everywhere(Length::kOnce); }
TEST_P(SlowMemoryFailure, ForEver) { starve_everywhere(Length::kForEver); }

INSTANTIATE_TEST_SUITE_P(All, SlowMemoryFailure, ::testing::ValuesIn(starved_scenarios()), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace waggle::test
