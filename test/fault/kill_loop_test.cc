// kill_loop_test.cc: a process that writes from many threads is killed at a random moment, again and again. Whatever it had acknowledged is there.
//
// WAGGLE_KILL_ROUNDS sets the number of rounds, WAGGLE_KILL_SEED repeats a run's moments.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "fault/fault_fixture.h"
#include "support/child_process.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

class SlowKillLoop : public FaultTest {
 protected:
  // Reads what the worker tells until `end`.
  static void listen(ChildProcess& worker, Steady::time_point end, Acknowledged& acknowledged) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now());
      const auto line = left.count() > 0 ? worker.read_line(left) : std::nullopt;
      if (!line) return;
      note(*line, acknowledged);
    }
  }
};

TEST_F(SlowKillLoop, AcknowledgedWritesSurviveEveryKill) {
  const std::uint32_t seed = number_from("WAGGLE_KILL_SEED", std::random_device()());
  const std::uint32_t rounds = number_from("WAGGLE_KILL_ROUNDS", 20);
  std::cout << "WAGGLE_KILL_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> moments(1, 200);
  Acknowledged all;
  for (std::uint32_t round = 0; round < rounds && !HasFatalFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + " of seed " + std::to_string(seed));
    Acknowledged acknowledged;
    {
      ChildProcess worker({WAGGLE_FAULT_WORKER, "kill", path(), "r" + std::to_string(round)});
      // In some rounds the clock runs from the start, so that making, opening and recovering are cut off as well.
      if (round % 4 != 0) {
        const auto first = worker.read_line();
        ASSERT_EQ(first, "ready");
      }
      listen(worker, Steady::now() + std::chrono::milliseconds(moments(random)), acknowledged);
      worker.kill();
      // What it had told before it died.
      while (const auto line = worker.read_line()) note(*line, acknowledged);
    }
    const auto database = open();
    ASSERT_NE(database, nullptr);
    expect_all_there(*database, acknowledged);
    expect_whole_pairs(*database);
    expect_sound(*database);
    all.merge(acknowledged);
  }
  std::cout << all.size() << " acknowledged entries" << std::endl;
  EXPECT_GT(all.size(), 10 * rounds);
  expect_all_there(*open(OpenMode::kExisting), all);
}

}  // namespace
}  // namespace waggle::test
