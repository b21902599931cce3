// main.cc: the process around one run of the command line.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/app.h"

namespace {

// A standard stream that the caller closed must not become the descriptor of a database file: it gets a place that takes and gives nothing.
void occupy_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);  // the lowest free descriptor is this one; writing to it is an error
  }
}

// Whoever started this process may have left its signals blocked or ignored, as another waggle does for its children.
void reset_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a closed pipe is told as an error
}

std::optional<std::string> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  reset_signals();
  const waggle::base::SystemClock clock;
  return waggle::cli::run({argv + 1, argv + argc}, {.streams = {}, .environment = from_environment, .clock = clock});
}
