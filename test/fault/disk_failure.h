// disk_failure.h: a scenario on a disk of which one operation fails, once or from then on: what its calls answer, and what is there afterwards.

#ifndef WAGGLE_TEST_FAULT_DISK_FAILURE_H
#define WAGGLE_TEST_FAULT_DISK_FAILURE_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fault/faulty_disk.h"
#include "fault/scenarios.h"

namespace waggle::test {

struct FailureReport {
  std::int64_t runs = 0;
  std::int64_t failed_calls = 0;
  std::int64_t in_doubt = 0;
  std::int64_t refused = 0;  // further writes that asked for reopening
  std::map<std::string, std::int64_t> codes;
  std::chrono::microseconds slowest_open{0};
  std::vector<std::string> wrong;  // the first ones, in words

  std::string figures() const;
};

class DiskFailure {
 public:
  // Prepares the scenario and plays it once without a fault.
  DiskFailure(FaultyDisk& disk, const Scenario& scenario);

  using Applies = std::function<bool(Act, std::string_view name)>;
  // How many operations could fail in this way.
  std::int64_t count(Failure failure, const Applies& applies = {});
  // Plays it with the fault. `at` also chooses whether the fault outlives the database's closing.
  void run(const Fault& fault, FailureReport& report);
  // Plays it with a sync that fails once: nothing is acknowledged through that handle any more.
  void run_failed_sync(std::int64_t at, FailureReport& report);
  // Syncs that SQLite or the engine makes for the database, and of which the outcome matters.
  static bool is_sync(Act act, std::string_view name);

 private:
  struct Attempt;

  void listen(Stage& stage, Attempt& attempt) const;
  void watch_acknowledgements(Stage& stage, Attempt& attempt) const;
  void note(const Attempt& attempt, FailureReport& report) const;
  void check_same_handle(Stage& stage, Attempt& attempt) const;
  void check_reopened(Attempt& attempt, FailureReport& report) const;

  FaultyDisk& disk_;
  const Scenario& scenario_;
  QuickDir folder_;
  Files before_;
  std::set<std::string> telling_;  // calls whose facts do not hold before them
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_DISK_FAILURE_H
