// futex.cc: see futex.h.

#include "engine/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <climits>
#include <ctime>

namespace waggle::engine {

void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, std::chrono::steady_clock::time_point end, std::uint32_t mask) {
  // FUTEX_WAIT_BITSET takes a point on CLOCK_MONOTONIC, which is steady_clock's, and not a length of time.
  const auto since_boot = end.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  timespec until{};
  until.tv_sec = seconds.count();
  until.tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(since_boot - seconds).count();
  syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, expected, &until, nullptr, mask);
}

void futex_wake_all(std::atomic<std::uint32_t>& word, std::uint32_t mask) {
  syscall(SYS_futex, &word, FUTEX_WAKE_BITSET, INT_MAX, nullptr, nullptr, mask);
}

}  // namespace waggle::engine
