// deadline.cc: see deadline.h.

#include "base/deadline.h"

#include <ctime>

namespace waggle::base {

std::chrono::steady_clock::time_point next_steady_tick() {
  static const std::chrono::nanoseconds tick = [] {
    timespec resolution{};
    clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
    return std::chrono::seconds(resolution.tv_sec) + std::chrono::nanoseconds(resolution.tv_nsec);
  }();
  timespec latest{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &latest);  // cannot fail: the clock exists on every Linux
  return std::chrono::steady_clock::time_point(std::chrono::seconds(latest.tv_sec) + std::chrono::nanoseconds(latest.tv_nsec) + tick);
}

}  // namespace waggle::base
