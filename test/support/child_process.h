// child_process.h: another process that a test talks to, line by line, and may kill.

#ifndef WAGGLE_TEST_SUPPORT_CHILD_PROCESS_H
#define WAGGLE_TEST_SUPPORT_CHILD_PROCESS_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace waggle::test {

// Started by spawning, hence also where this process has threads. Killed at the end of its scope.
class ChildProcess {
 public:
  // `arguments` begins with the program, looked up in PATH.
  explicit ChildProcess(std::vector<std::string> arguments) {
    int input[2];
    int output[2];
    WAGGLE_ASSERT(::pipe2(input, O_CLOEXEC) == 0 && ::pipe2(output, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    WAGGLE_ASSERT(posix_spawnp(&id_, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    ::close(output[1]);
    to_ = input[1];
    from_ = output[0];
  }
  ~ChildProcess() {
    if (!status_) kill();
    ::close(to_);
    ::close(from_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t id() const { return id_; }
  void write_line(const std::string& line) const {
    const std::string text = line + "\n";
    WAGGLE_ASSERT(::write(to_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

  // The next line that it prints, without the end of line; nullopt when it has ended or `patience` is over.
  std::optional<std::string> read_line(std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
      if (auto line = take_line()) return line;
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
      pollfd waiting{from_, POLLIN, 0};
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0 || !fetch()) return std::nullopt;
    }
  }

  // The parts of read_line, for who waits for several processes at once: the descriptor to poll, one read from it, false at the end, and the next
  // line of what was read.
  int output() const { return from_; }
  bool fetch() {
    char bytes[65536];
    const ssize_t got = ::read(from_, bytes, sizeof(bytes));
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  std::optional<std::string> take_line() {
    const std::size_t newline = buffer_.find('\n', searched_);
    if (newline == std::string::npos) {
      buffer_.erase(0, taken_);
      searched_ = buffer_.size();
      taken_ = 0;
      return std::nullopt;
    }
    std::string line = buffer_.substr(taken_, newline - taken_);
    taken_ = searched_ = newline + 1;
    return line;
  }

  // SIGSTOP, and waits until it stands still; false when it has ended instead. SIGCONT lets it go on.
  bool stop() {
    ::kill(id_, SIGSTOP);
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(id_), &info, WSTOPPED | WEXITED | WNOWAIT) == 0 && info.si_code == CLD_STOPPED;
  }
  void go_on() const { ::kill(id_, SIGCONT); }

  // SIGKILL, and waits until it is gone. What it has printed can still be read.
  void kill() {
    ::kill(id_, SIGKILL);
    wait();
  }
  // Waits for its end and answers its exit status, 128 + signal if one ended it.
  int wait() {
    if (!status_) {
      int status = 0;
      WAGGLE_ASSERT(::waitpid(id_, &status, 0) == id_);
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return *status_;
  }

 private:
  pid_t id_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string buffer_;
  std::size_t taken_ = 0;     // so much of the buffer was answered already
  std::size_t searched_ = 0;  // and so much holds no further end of a line
  std::optional<int> status_;
};

// Runs `work` in a forked child and answers the text that it returns. For tests without threads, of what must not happen to this process.
template <typename Work>
std::string in_forked_child(Work&& work) {
  int ends[2];
  WAGGLE_ASSERT(::pipe2(ends, O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string text = work();
    _exit(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char bytes[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], bytes, sizeof(bytes))) > 0;) text.append(bytes, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  WAGGLE_ASSERT(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : "the child ended with status " + std::to_string(status) + " after: " + text;
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_CHILD_PROCESS_H
