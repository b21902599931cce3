// kill_loop_test.cc: a process that writes from many threads is killed at a random moment, again and again. Whatever it had acknowledged is there.
//
// WAGGLE_KILL_ROUNDS sets the number of rounds, WAGGLE_KILL_SEED repeats a run's moments.

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>

#include "fault/ack_oracle.h"
#include "fault/fault_fixture.h"
#include "fault/run_size.h"
#include "support/child_process.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::uint32_t kRoundsPerFile = 50;
constexpr auto kReopenMax = std::chrono::seconds(1) * kSlowness;

class SlowKillLoop : public FaultTest {
 protected:
  // Lets a worker write for a moment and kills it.
  void write_and_kill(std::uint32_t round, AckOracle& acknowledged) {
    ChildProcess worker({WAGGLE_FAULT_WORKER, "kill", path(), "r" + std::to_string(round)});
    // In some rounds the clock runs from the start, so that making, opening and recovering are cut off as well.
    if (round % 4 != 0) {
      const auto first = worker.read_line();
      ASSERT_EQ(first, "ready");
    }
    const auto end = Steady::now() + std::chrono::milliseconds(moments_(random_));
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now());
      const auto line = left.count() > 0 ? worker.read_line(left) : std::nullopt;
      if (!line) break;
      acknowledged.note(*line);
    }
    worker.kill();
    // What it had told before it died.
    while (const auto line = worker.read_line()) acknowledged.note(*line);
  }

  void expect_survived(const AckOracle& acknowledged) {
    const auto begin = Steady::now();
    const auto database = open();
    ASSERT_NE(database, nullptr);
    const auto reopening = Steady::now() - begin;
    EXPECT_LT(reopening, kReopenMax);
    worst_reopening_ = std::max(worst_reopening_, reopening);
    acknowledged.expect_all_there(*database);
    expect_whole_pairs(*database);
    expect_sound(*database);
  }

  void report(std::uint32_t round, std::uint32_t rounds, std::size_t acknowledged) const {
    std::cout << "kill loop: " << round << " of " << rounds << " rounds, " << acknowledged << " acknowledged, none lost, worst reopening "
              << std::chrono::duration<double, std::milli>(worst_reopening_).count() << " ms" << std::endl;
  }

  const std::uint32_t seed_ = number_from("WAGGLE_KILL_SEED", std::random_device()());
  std::mt19937 random_{seed_};
  std::uniform_int_distribution<int> moments_{1, 200};
  Steady::duration worst_reopening_{};
};

TEST_F(SlowKillLoop, AcknowledgedWritesSurviveEveryKill) {
  const std::uint32_t rounds = number_from("WAGGLE_KILL_ROUNDS", soak::scaled(200U, 10'000U));
  std::cout << "WAGGLE_KILL_SEED=" << seed_ << std::endl;
  std::size_t survived = 0;
  AckOracle file;  // what the present file must hold
  for (std::uint32_t round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + " of seed " + std::to_string(seed_));
    AckOracle acknowledged;
    ASSERT_NO_FATAL_FAILURE(write_and_kill(round, acknowledged));
    ASSERT_NO_FATAL_FAILURE(expect_survived(acknowledged));
    file.merge(acknowledged);
    if ((round + 1) % kRoundsPerFile != 0 && round + 1 != rounds) continue;
    // The whole file once more, then a new one: a check of it costs more with every round.
    ASSERT_NO_FATAL_FAILURE(file.expect_all_there(*open(OpenMode::kExisting)));
    survived += file.size();
    report(round + 1, rounds, survived);
    file = {};
    for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(path() + suffix);
  }
  EXPECT_GT(survived, 10 * rounds / kSlowness);
}

}  // namespace
}  // namespace waggle::test
