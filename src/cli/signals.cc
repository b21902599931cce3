// signals.cc: a thread in sigtimedwait.

#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <ctime>

namespace waggle::cli {

namespace {

constexpr int kWakeUp = SIGUSR1;  // tells the waiting thread that there is nothing to wait for any more
constexpr std::time_t kGraceSeconds = 5;

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kWakeUp);
  return set;
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

  const timespec grace = {kGraceSeconds, 0};
  const int again = sigtimedwait(&set, nullptr, &grace);
  if (!over_ && (again != kWakeUp)) ::_exit(128 + caught);
}

}  // namespace waggle::cli
