// child.cc: see child.h.

#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

extern char** environ;

namespace waggle::bench {
namespace {

constexpr int kWaitMilliseconds = 60'000;

char read_byte(int descriptor) {
  char byte = 0;
  return ::read(descriptor, &byte, 1) == 1 ? byte : '\0';
}

void write_all(int descriptor, const std::string& bytes) {
  if (::write(descriptor, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("a pipe is closed");
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments) {
  int to_child[2];
  int to_parent[2];
  if (pipe2(to_child, O_CLOEXEC) != 0 || pipe2(to_parent, O_CLOEXEC) != 0) throw std::runtime_error("no pipe can be made");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // By way of high numbers: a pipe's end may be one of the two that the child is to have.
  posix_spawn_file_actions_adddup2(&actions, to_child[0], 100);
  posix_spawn_file_actions_adddup2(&actions, to_parent[1], 101);
  posix_spawn_file_actions_adddup2(&actions, 100, kChildIn);
  posix_spawn_file_actions_adddup2(&actions, 101, kChildOut);
  posix_spawn_file_actions_adddup2(&actions, 101, STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, 100);
  posix_spawn_file_actions_addclose(&actions, 101);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const int code = posix_spawn(&process_, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to_child[0]);
  ::close(to_parent[1]);
  in_ = to_parent[0];
  out_ = to_child[1];
  if (code != 0) throw std::runtime_error(arguments[0] + ": cannot be started");
}

Child::~Child() {
  ::close(in_);
  ::close(out_);
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

void Child::send(char byte) const { write_all(out_, std::string(1, byte)); }

char Child::receive() const {
  pollfd waiting{.fd = in_, .events = POLLIN, .revents = 0};
  char byte = 0;
  if (poll(&waiting, 1, kWaitMilliseconds) != 1 || ::read(in_, &byte, 1) != 1) throw std::runtime_error("a benchmark's child process gave no answer");
  return byte;
}

std::string Child::finish() {
  std::string all;
  char part[4096];
  for (ssize_t size = 0; (size = ::read(in_, part, sizeof(part))) > 0;) all.append(part, static_cast<std::size_t>(size));
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  if (status != 0) throw std::runtime_error("a benchmark's child process failed");
  return all;
}

char child_receive() { return read_byte(kChildIn); }

void child_send(const std::string& bytes) { write_all(kChildOut, bytes); }

char ready_and_wait() {
  child_send("r");
  return child_receive();
}

}  // namespace waggle::bench
