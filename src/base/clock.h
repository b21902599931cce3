// clock.h: the wall clock, passed in wherever time is stored or compared, so that tests own it.

#ifndef WAGGLE_BASE_CLOCK_H
#define WAGGLE_BASE_CLOCK_H

#include "waggle/value.h"

namespace waggle::base {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

// The machine's clock. May jump when it is set.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()); }
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_CLOCK_H
