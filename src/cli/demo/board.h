// board.h: what the swarm has done so far, counted from the change log as it comes. The live table shows it, the report prints it, and the
// verification compares it with the tables: two ways to the same numbers.

#ifndef WAGGLE_CLI_DEMO_BOARD_H
#define WAGGLE_CLI_DEMO_BOARD_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/changes.h"

namespace waggle::cli::demo {

struct Deeds {
  std::int64_t tasks = 0;     // completed
  std::int64_t memories = 0;  // stored
  std::int64_t messages = 0;  // sent
  std::int64_t votes = 0;     // cast

  friend bool operator==(const Deeds&, const Deeds&) = default;
};

class Board {
 public:
  void apply(const Change& change);

  Deeds deeds_of(const std::string& agent) const;
  Deeds total() const;
  // The task that the agent holds; empty when it holds none.
  std::string task_of(const std::string& agent) const;
  std::int64_t tasks_created() const { return tasks_created_; }
  std::int64_t proposals_opened() const { return proposals_opened_; }
  std::int64_t proposals_decided() const { return proposals_decided_; }
  // Who completed which task.
  const std::map<std::string, std::string>& finishers() const { return finishers_; }

 private:
  void apply_task(const Change& change, const std::string& actor);
  void forget_holder(std::string_view task);

  std::map<std::string, Deeds> deeds_;
  std::map<std::string, std::string> holding_;    // agent -> task
  std::map<std::string, std::string> finishers_;  // task -> agent
  std::int64_t tasks_created_ = 0;
  std::int64_t proposals_opened_ = 0;
  std::int64_t proposals_decided_ = 0;
};

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_BOARD_H
