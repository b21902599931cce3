// fake_clock.h: a clock that stands still until a test moves it.

#ifndef WAGGLE_TEST_SUPPORT_FAKE_CLOCK_H
#define WAGGLE_TEST_SUPPORT_FAKE_CLOCK_H

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace waggle::test {

// Begins at 2026-11-23T00:00:00Z unless told otherwise. Thread-safe.
class FakeClock final : public base::Clock {
 public:
  FakeClock() : FakeClock(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)) {}
  explicit FakeClock(Timestamp start) : us_(start.time_since_epoch().count()) {}

  Timestamp now() const override { return Timestamp(Duration(us_.load())); }
  void set(Timestamp time) { us_.store(time.time_since_epoch().count()); }
  // A negative duration sets the clock back.
  void advance(Duration duration) { us_.fetch_add(duration.count()); }

 private:
  std::atomic<Duration::rep> us_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_FAKE_CLOCK_H
