// signals.cc: a thread in sigtimedwait.

#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>

#include "base/deadline.h"

namespace waggle::cli {

namespace {

constexpr int kWakeUp = SIGUSR1;  // tells the waiting thread that there is nothing to wait for any more
constexpr Duration kGrace = std::chrono::seconds(5);

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kWakeUp);
  return set;
}

timespec timespec_of(Duration duration) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  return {seconds.count(), std::chrono::nanoseconds(duration - seconds).count()};
}

}  // namespace

Signals::Signals() {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::thread([this] { wait(); });
}

Signals::~Signals() {
  over_ = true;
  pthread_kill(waiter_.native_handle(), kWakeUp);
  waiter_.join();
  const sigset_t set = watched();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Signals::wait() {
  const sigset_t set = watched();
  int caught = 0;
  do {
    if (sigwait(&set, &caught) != 0) return;
    if (over_) return;
  } while (caught == kWakeUp);
  exit_status_ = 128 + caught;
  source_.request_stop();

  // Neither being stopped and continued nor a wake-up from outside ends the grace.
  const auto grace = base::Deadline::after(kGrace);
  int caught_again = 0;
  do {
    const timespec left = timespec_of(grace.left());
    caught_again = sigtimedwait(&set, nullptr, &left);
  } while (!over_ && (caught_again == kWakeUp || (caught_again < 0 && errno == EINTR)));
  if (!over_) ::_exit(128 + caught);
}

}  // namespace waggle::cli
