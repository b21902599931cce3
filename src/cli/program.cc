// program.cc: see program.h.

#include "cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>

namespace waggle::cli {

namespace {

constexpr Duration kLook = std::chrono::milliseconds(20);  // how often it is looked whether the program has ended

// What the program starts with: a group of its own, which Ctrl-C does not reach (its starter ends it), and no signal held back or ignored.
class Start {
 public:
  explicit Start(const std::string& output_path) {
    sigset_t none;
    sigset_t pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &pipe);
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, output_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files_, STDOUT_FILENO, STDERR_FILENO);
  }
  ~Start() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;

  // 0, or the number of the error.
  int spawn(std::vector<std::string>& words, pid_t& pid) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return ::posix_spawnp(&pid, pointers.front(), &files_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t files_{};
};

// The exit status; nullopt while it runs, when `flags` are WNOHANG.
std::optional<int> reap(pid_t pid, int flags) {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(pid, &status, flags);
  } while (reaped < 0 && errno == EINTR);
  if (reaped != pid) return std::nullopt;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<int> run_program(Program program, const base::Deadline& deadline) {
  pid_t pid = -1;
  const int failure = Start(program.output_path).spawn(program.words, pid);
  const std::string& name = program.words.front();
  if (failure == ENOENT || failure == EACCES) {
    return Error(Code::kUnsupported, "there is no program " + name, "install it, or add its folder to PATH");
  }
  if (failure != 0) return Error(Code::kIo, "cannot run " + name + ": " + std::generic_category().message(failure));
  while (true) {
    if (const auto status = reap(pid, WNOHANG)) return *status;
    if (deadline.passed()) break;
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(std::min(kLook, deadline.left()));
    ::poll(nullptr, 0, static_cast<int>(pause.count()));
  }
  ::kill(-pid, SIGKILL);
  reap(pid, 0);
  return deadline.error("the program " + name, "allow more time with --timeout");
}

}  // namespace waggle::cli
