// process_group.h: several processes at once. What they print is read while the test does something else, so that none waits for its reader.

#ifndef WAGGLE_TEST_SUPPORT_PROCESS_GROUP_H
#define WAGGLE_TEST_SUPPORT_PROCESS_GROUP_H

#include <poll.h>
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/child_process.h"

namespace waggle::test {

class ProcessGroup {
 public:
  using Steady = std::chrono::steady_clock;
  // A line that the member of this number has printed.
  using OnLine = std::function<void(std::size_t member, const std::string& line)>;

  explicit ProcessGroup(OnLine on_line) : on_line_(std::move(on_line)) {}

  // Answers the number of the new member.
  std::size_t start(std::vector<std::string> arguments) {
    members_.push_back({std::make_unique<ChildProcess>(std::move(arguments)), true});
    return members_.size() - 1;
  }
  std::size_t size() const { return members_.size(); }
  ChildProcess& operator[](std::size_t member) { return *members_[member].process; }
  // The member with this process id; size() when there is none.
  std::size_t find(pid_t id) const {
    const auto found = std::find_if(members_.begin(), members_.end(), [id](const Member& member) { return member.process->id() == id; });
    return static_cast<std::size_t>(found - members_.begin());
  }

  // Hands out what they print until `end`, or until `done` answers true, which is asked at least every `tick`. Answers whether it did.
  bool listen_until(Steady::time_point end, const std::function<bool()>& done, std::chrono::milliseconds tick = std::chrono::milliseconds(100)) {
    for (;;) {
      if (done()) return true;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now());
      if (left.count() <= 0) return false;
      listen_once(std::min(left, tick));
    }
  }
  void listen_for(std::chrono::milliseconds time) {
    const auto end = Steady::now() + time;
    listen_until(end, [] { return false; });
  }

  // Kills the member and hands out what it had printed.
  void kill(std::size_t member) {
    members_[member].process->kill();
    drain(member);
  }
  // The same, and a new process takes its place and number.
  void replace(std::size_t member, std::vector<std::string> arguments) {
    kill(member);
    members_[member] = {std::make_unique<ChildProcess>(std::move(arguments)), true};
  }
  // Waits until the member has ended by itself and answers its exit status; -1 when it has not by `end`.
  int wait(std::size_t member, Steady::time_point end) {
    if (!listen_until(end, [&] { return !members_[member].is_open; })) return -1;
    return members_[member].process->wait();
  }

 private:
  struct Member {
    std::unique_ptr<ChildProcess> process;
    bool is_open;  // its output has not ended
  };

  void listen_once(std::chrono::milliseconds time) {
    std::vector<pollfd> waiting;
    for (const Member& member : members_) waiting.push_back({member.is_open ? member.process->output() : -1, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(time.count())) <= 0) return;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      members_[i].is_open = members_[i].process->fetch();
      hand_out(i);
    }
  }
  void drain(std::size_t member) {
    while (members_[member].is_open) {
      members_[member].is_open = members_[member].process->fetch();
      hand_out(member);
    }
  }
  void hand_out(std::size_t member) {
    while (const auto line = members_[member].process->take_line()) on_line_(member, *line);
  }

  OnLine on_line_;
  std::vector<Member> members_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_PROCESS_GROUP_H
