// deadline_test.cc: when deadlines pass.

#include "base/deadline.h"

#include <gtest/gtest.h>

#include <stop_token>

namespace waggle::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Deadline, OfNothingHasPassed) {
  EXPECT_TRUE(Deadline::after(Duration::zero()).passed());
  EXPECT_TRUE(Deadline::after(-seconds(5)).passed());
  EXPECT_EQ(Deadline::after(Duration::zero()).left(), Duration::zero());
}

template <typename Clock>
void expect_counted_by(Clock now, Duration timeout) {
  const auto before = now();
  const Deadline deadline = Deadline::after(timeout);
  const auto after = now();
  EXPECT_GE(deadline.end(), before + timeout);
  EXPECT_LE(deadline.end(), after + timeout);
  EXPECT_FALSE(deadline.passed());
}

TEST(Deadline, CountsFromNowOrALongOneFromTheNextTick) {
  for (const Duration timeout : {Duration(milliseconds(500)), Duration(milliseconds(999))}) expect_counted_by(steady_now, timeout);
  for (const Duration timeout : {Duration(seconds(1)), Duration(seconds(90))}) expect_counted_by(next_steady_tick, timeout);
}

TEST(Deadline, TheNextTickIsHardlyAhead) { EXPECT_LE(next_steady_tick(), steady_now() + milliseconds(25)); }  // two ticks of the slowest kernel

TEST(Deadline, OfAnyLengthCanBeAddedTo) {
  const Deadline deadline = Deadline::after(Duration::max());
  EXPECT_FALSE(deadline.passed());
  EXPECT_GT(deadline.end(), steady_now() + std::chrono::hours(24 * 360));
}

TEST(Deadline, AtMostTakesTheEarlierEnd) {
  const Deadline deadline = Deadline::after(seconds(10));
  EXPECT_LT(deadline.at_most(milliseconds(100)).end(), deadline.end());
  EXPECT_EQ(deadline.at_most(seconds(100)).end(), deadline.end());
}

TEST(Deadline, PassesWhenStopped) {
  std::stop_source source;
  const Deadline deadline = Deadline::after(seconds(10), source.get_token());
  EXPECT_FALSE(deadline.passed());
  source.request_stop();
  EXPECT_TRUE(deadline.passed());
  EXPECT_EQ(deadline.error("a bus", "walk").code(), Code::kCancelled);
  EXPECT_EQ(Deadline::after(Duration::zero()).error("a bus", "walk").code(), Code::kDeadline);
}

}  // namespace
}  // namespace waggle::base
