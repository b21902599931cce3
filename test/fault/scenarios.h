// scenarios.h: what happens to a database while a fault test cuts, breaks or starves it: each kind of work that Waggle does on a disk.

#ifndef WAGGLE_TEST_FAULT_SCENARIOS_H
#define WAGGLE_TEST_FAULT_SCENARIOS_H

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fault/stage.h"

namespace waggle::test {

struct Scenario {
  std::string name;
  Options options;
  // What is there before; played without faults on a new database, which is closed afterwards. Empty: nothing is there, not even a file.
  std::function<void(Stage&)> prepare;
  // Begins by opening, and ends at the first call that fails.
  std::function<void(Stage&)> play;
  // What holds at every moment, whatever was acknowledged. May be empty.
  Fact always = {};
  // Several threads write, or commits are made that nobody is promised: what must be there is known from the facts alone.
  bool is_known_by_facts = false;
  // Most open a database in the same way: what can fail in that is left to those that do not.
  bool opens_like_others = true;
};

// All of them, and the one of this name.
const std::vector<Scenario>& scenarios();
const Scenario& scenario(std::string_view name);
std::vector<std::string> scenario_names();

// The parts of scenarios(), by subject.
std::vector<Scenario> memory_scenarios();
std::vector<Scenario> upkeep_scenarios();
std::vector<Scenario> swarm_scenarios();
std::vector<Scenario> vector_scenarios();
std::vector<Scenario> recall_scenarios();
std::vector<Scenario> table_scenarios();
std::vector<Scenario> file_scenarios();

// Small caches, so that thousands of databases can be opened one after the other.
Options small_options();

// Frequent calls and facts.
Json text_of(std::size_t bytes, char letter = 'v');
bool put(Stage& stage, const std::string& key, const Json& value);
Fact entry_is(std::string agent, std::string key, Json value);
// The error of a result whose value does not matter here.
template <typename T>
Status status_of(const Result<T>& result) {
  return result ? Status() : Status(result.error());
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_SCENARIOS_H
