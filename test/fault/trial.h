// trial.h: a scenario in which something fails, once or from then on: what its calls answer, and what is there afterwards.

#ifndef WAGGLE_TEST_FAULT_TRIAL_H
#define WAGGLE_TEST_FAULT_TRIAL_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

// What fails in a trial, and when.
struct Breakage {
  std::string name;
  std::function<void()> begin;
  std::function<void()> end;
  std::function<std::int64_t()> failures;  // how often it has struck
  bool outlives_close = false;             // ends only when the scenario's database is closed
};

class Trial {
 public:
  // Prepares the scenario and plays it once without a fault.
  explicit Trial(const Scenario& scenario);

  const std::string& folder() const { return folder_.path(); }
  // Plays it from the beginning without looking at what comes of it: to count what could fail, from the beginning and from when it is open.
  void play(const std::function<void()>& when_open);
  void run(const Breakage& breakage, FailureReport& report);
  // After this breakage, a sync that fails, nothing is to be acknowledged any more through the handle that met it.
  void run_poisoning(const Breakage& breakage, FailureReport& report);

 private:
  struct Attempt;

  static void listen(Stage& stage, Attempt& attempt);
  static void watch_acknowledgements(Stage& stage, const Breakage& breakage, Attempt& attempt);
  static void check_same_handle(const Stage& stage, Attempt& attempt);
  void check_reopened(Attempt& attempt, FailureReport& report) const;
  static void note(const Attempt& attempt, FailureReport& report);

  const Scenario& scenario_;
  QuickDir folder_;
  Files before_;
  std::set<std::string> telling_;  // calls whose facts do not hold before them
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_TRIAL_H
