// futex_test.cc: sleeping on a word and being woken.

#include "engine/futex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace waggle::engine {
namespace {

using Steady = std::chrono::steady_clock;

TEST(Futex, ReturnsAtOnceWhenTheWordDiffers) {
  const std::atomic<std::uint32_t> word = 7;
  const auto begin = Steady::now();
  futex_wait(word, 6, begin + std::chrono::seconds(20));
  EXPECT_LT(Steady::now() - begin, std::chrono::seconds(10));
}

TEST(Futex, ReturnsAtTheEnd) {
  const std::atomic<std::uint32_t> word = 7;
  const auto end = Steady::now() + std::chrono::milliseconds(20);
  while (Steady::now() < end) futex_wait(word, 7, end);  // it may return for no reason, but never sleeps past the end for long
  EXPECT_LT(Steady::now() - end, std::chrono::seconds(10));
  futex_wait(word, 7, end - std::chrono::hours(1));
}

TEST(Futex, WakesWhoeverSharesABitOfTheMask) {
  std::atomic<std::uint32_t> word = 0;
  std::atomic<bool> woken = false;
  const auto begin = Steady::now();
  std::thread sleeper([&] {
    while (word.load() == 0) futex_wait(word, 0, begin + std::chrono::seconds(20), 0b0110);
    woken = true;
  });
  futex_wake_all(word, 0b1001);  // not meant for the sleeper, nor did the word change
  EXPECT_FALSE(woken);
  word.store(1);
  while (!woken && Steady::now() - begin < std::chrono::seconds(19)) futex_wake_all(word, 0b0100);
  EXPECT_TRUE(woken);
  sleeper.join();
  EXPECT_LT(Steady::now() - begin, std::chrono::seconds(15));
}

}  // namespace
}  // namespace waggle::engine
