// processes.h: the demo's child processes. None outlives the demo, however that ends.

#ifndef WAGGLE_CLI_DEMO_PROCESSES_H
#define WAGGLE_CLI_DEMO_PROCESSES_H

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle::cli::demo {

// How a process ended.
struct Exit {
  int code = 0;    // when signal is 0
  int signal = 0;  // that killed it, or 0
};

// This program, run again. Killed and reaped by the destructor if it still runs; killed by the kernel if its starter dies without destructors.
class Process {
 public:
  struct Command {
    std::vector<std::string> arguments;  // without the program
    std::string log_path;                // gets its stderr; stdout is thrown away
  };
  // Call it from a thread that lives as long as the child should.
  static Result<Process> start(const Command& command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  // How it ended; nullopt while it runs. Never waits.
  std::optional<Exit> poll();

  // Stops it (SIGSTOP) and waits until it stands still; deadline when it does not within `timeout`, not_found when it has ended.
  Status freeze(Duration timeout);
  void thaw();
  // SIGKILL; poll tells when it is gone.
  void kill();

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  void end();

  pid_t pid_ = -1;  // -1: moved from
  std::optional<Exit> exit_;
};

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_PROCESSES_H
