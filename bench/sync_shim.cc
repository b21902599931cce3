// sync_shim.cc: see sync_shim.h.

#include "sync_shim.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <ctime>

#include <atomic>
#include <cerrno>

namespace {

constexpr int kReal = -1;
std::atomic<int> sync_microseconds = kReal;
std::atomic<std::int64_t> syncs = 0;

int sync_or_sleep(long call, int descriptor) {
  syncs.fetch_add(1, std::memory_order_relaxed);
  const int microseconds = sync_microseconds.load(std::memory_order_relaxed);
  if (microseconds == kReal) return static_cast<int>(syscall(call, descriptor));
  // The kernel otherwise lets a sleep run over by 50 us.
  static thread_local const int slack = prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  (void)slack;
  timespec end{};
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_nsec += static_cast<long>(microseconds) * 1000;
  end.tv_sec += end.tv_nsec / 1'000'000'000;
  end.tv_nsec %= 1'000'000'000;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr) == EINTR) {}
  return 0;
}

}  // namespace

extern "C" int fsync(int descriptor) { return sync_or_sleep(SYS_fsync, descriptor); }
extern "C" int fdatasync(int descriptor) { return sync_or_sleep(SYS_fdatasync, descriptor); }

namespace waggle::bench {

void set_sync_microseconds(std::optional<int> microseconds) { sync_microseconds.store(microseconds.value_or(kReal)); }

std::int64_t sync_count() { return syncs.load(); }

}  // namespace waggle::bench
