// A loop on several threads.

#include "vector/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace waggle::vector {
namespace {

const auto kGoOn = [](std::size_t) { return true; };

TEST(Parallel, RunsEveryTaskOnce) {
  for (const std::size_t threads : {0U, 1U, 2U, 8U}) {
    std::vector<std::atomic<int>> runs(100);
    std::size_t told = 0;
    run_parallel(threads, runs.size(), [&](std::size_t i) { ++runs[i]; }, [&](std::size_t done) { return done == ++told; });
    EXPECT_EQ(told, 100U);
    for (const std::atomic<int>& each : runs) EXPECT_EQ(each, 1);
  }
  run_parallel(2, 0, [](std::size_t) { FAIL(); }, kGoOn);
}

TEST(Parallel, EndsWhenItIsTold) {
  std::atomic<int> runs = 0;
  run_parallel(2, 1'000, [&](std::size_t) { ++runs; }, [](std::size_t done) { return done < 3; });
  EXPECT_GE(runs, 3);
  EXPECT_LE(runs, 4);  // the other thread's last
}

TEST(Parallel, ThrowsWhatATaskThrows) {
  const auto task = [](std::size_t i) {
    if (i == 7) throw std::runtime_error("seven");
  };
  EXPECT_THROW(run_parallel(2, 1'000, task, kGoOn), std::runtime_error);
}

}  // namespace
}  // namespace waggle::vector
