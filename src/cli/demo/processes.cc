// processes.cc: see processes.h.

#include "cli/demo/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "base/deadline.h"
#include "base/result.h"

namespace waggle::cli::demo {
namespace {

constexpr int kExecFailed = 127;

Exit exit_of(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

struct Pipes {
  int null_device;
  int log;
};

// In the child, between fork and exec: only what is safe there. Its own process group keeps Ctrl-C on the terminal from it: the starter ends it.
[[noreturn]] void become(char* const* arguments, Pipes pipes, pid_t starter) {
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);  // the starter may hold signals back for a thread that waits for them
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool is_orphan = ::getppid() != starter;  // it died before the line above
  if (!is_orphan && ::dup2(pipes.null_device, 0) >= 0 && ::dup2(pipes.null_device, 1) >= 0 && ::dup2(pipes.log, 2) >= 0) {
    ::execv("/proc/self/exe", arguments);
  }
  ::_exit(kExecFailed);
}

Error system_error(std::string_view what) { return Error(Code::kIo, std::string(what) + ": " + std::strerror(errno)); }

}  // namespace

Result<Process> Process::start(const Command& command) {
  std::vector<std::string> words = command.arguments;
  words.insert(words.begin(), "waggle");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const int null_device = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null_device < 0) return system_error("cannot open /dev/null");
  const int log = ::open(command.log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (log < 0) {
    const Error error = system_error("cannot write " + command.log_path);
    ::close(null_device);
    return error;
  }
  const pid_t starter = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(pointers.data(), {null_device, log}, starter);
  const Error error = system_error("cannot start a process");
  ::close(null_device);
  ::close(log);
  if (pid < 0) return error;
  return Process(pid);
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), exit_(other.exit_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    exit_ = other.exit_;
  }
  return *this;
}

Process::~Process() { end(); }

void Process::end() {
  if (pid_ < 0 || exit_) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
}

std::optional<Exit> Process::poll() {
  int status = 0;
  if (!exit_ && ::waitpid(pid_, &status, WNOHANG) == pid_) exit_ = exit_of(status);
  return exit_;
}

Status Process::freeze(Duration timeout) {
  if (poll()) return Error(Code::kNotFound, "the process has ended");
  ::kill(pid_, SIGSTOP);
  const base::Deadline deadline = base::Deadline::after(timeout);
  do {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG | WUNTRACED) == pid_) {
      if (WIFSTOPPED(status)) return {};
      exit_ = exit_of(status);
      return Error(Code::kNotFound, "the process has ended");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (!deadline.passed());
  thaw();
  return deadline.error("a process to stop", {});
}

void Process::thaw() {
  if (!exit_) ::kill(pid_, SIGCONT);
}

void Process::kill() {
  if (!exit_) ::kill(pid_, SIGKILL);
}

}  // namespace waggle::cli::demo
