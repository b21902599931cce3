// deadline.h: until when a call may wait. Every wait in Waggle takes one.

#ifndef WAGGLE_BASE_DEADLINE_H
#define WAGGLE_BASE_DEADLINE_H

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle::base {

// The monotonic clock, for waits and ages. What is stored or compared between processes is Clock's.
inline std::chrono::steady_clock::time_point steady_now() { return std::chrono::steady_clock::now(); }

// When the kernel's tick after the latest is due, on the same clock: at most two ticks (some milliseconds) ahead, and behind only while a busy
// machine keeps the kernel from ticking.
std::chrono::steady_clock::time_point next_steady_tick();

// A point on the monotonic clock, so that setting the wall clock neither ends nor prolongs a wait; and a stop token by which the caller can end
// the wait earlier. Cheap to copy.
class Deadline {
 public:
  using Steady = std::chrono::steady_clock;

  // `timeout` from now. Longer than a year counts as a year: sums with it cannot overflow. One of a second and more counts from the next
  // tick of the kernel, so it is exact to some milliseconds: to ask for that costs a sixth of the exact clock.
  static Deadline after(Duration timeout, std::stop_token stop = {}) {
    const auto bounded = std::clamp<Duration>(timeout, Duration::zero(), std::chrono::hours(24 * 366));
    const auto now = bounded < std::chrono::seconds(1) ? steady_now() : next_steady_tick();
    return Deadline(now + bounded, std::move(stop));
  }

  Steady::time_point end() const { return end_; }
  const std::stop_token& stop() const { return stop_; }
  bool passed() const { return stop_.stop_requested() || steady_now() >= end_; }
  // Time left, not below zero.
  Duration left() const { return std::max(Duration::zero(), std::chrono::duration_cast<Duration>(end_ - steady_now())); }
  // The same stop token and the earlier of both ends.
  Deadline at_most(Duration timeout) const { return Deadline(std::min(end_, steady_now() + timeout), stop_); }

  // The error to answer when it has passed: cancelled or deadline. `waited_for` completes "... while waiting for".
  Error error(std::string_view waited_for, std::string hint) const {
    if (stop_.stop_requested()) return Error(Code::kCancelled, "stopped while waiting for " + std::string(waited_for));
    return Error(Code::kDeadline, "time ran out while waiting for " + std::string(waited_for), std::move(hint));
  }

 private:
  Deadline(Steady::time_point end, std::stop_token stop) : end_(end), stop_(std::move(stop)) {}

  Steady::time_point end_;
  std::stop_token stop_;
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_DEADLINE_H
