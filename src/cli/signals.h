// signals.h: SIGINT and SIGTERM as a stop token, so that work in progress is rolled back and the command ends by itself.

#ifndef WAGGLE_CLI_SIGNALS_H
#define WAGGLE_CLI_SIGNALS_H

#include <atomic>
#include <stop_token>
#include <thread>

namespace waggle::cli {

// While one exists both signals are blocked in the thread that made it and in every thread that this one starts afterwards, and a thread of its own
// waits for them. The first signal requests the stop; a second one, or five seconds without an end, ends the process at once (which loses nothing:
// what is not committed is rolled back by the next who opens the file). At most one at a time.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token stop() const { return source_.get_token(); }
  // 128 + the signal that came, 0 when none did.
  int exit_status() const { return exit_status_.load(); }

 private:
  void wait();

  std::stop_source source_;
  std::atomic<int> exit_status_ = 0;
  std::atomic<bool> over_ = false;
  std::thread waiter_;  // last: it uses the members above
};

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_SIGNALS_H
