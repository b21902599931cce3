// scenarios.cc: see scenarios.h.

#include "fault/scenarios.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"

namespace waggle::test {

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = [] {
    std::vector<Scenario> joined;
    for (std::vector<Scenario> part :
         {memory_scenarios(), upkeep_scenarios(), swarm_scenarios(), vector_scenarios(), recall_scenarios(), table_scenarios(), file_scenarios()}) {
      std::move(part.begin(), part.end(), std::back_inserter(joined));
    }
    return joined;
  }();
  return all;
}

const Scenario& scenario(std::string_view name) {
  const auto found = std::find_if(scenarios().begin(), scenarios().end(), [&](const Scenario& one) { return one.name == name; });
  WAGGLE_ASSERT(found != scenarios().end());
  return *found;
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const Scenario& one : scenarios()) names.push_back(one.name);
  return names;
}

Options small_options() {
  Options options;
  options.open_mode = OpenMode::kCreateIfMissing;
  options.max_connections = 2;
  options.timeout = std::chrono::seconds(20);
  options.cache_bytes = std::size_t{1} << 20;
  options.page_cache_bytes = std::size_t{1} << 20;
  return options;
}

Json text_of(std::size_t bytes, char letter) { return Json::string(std::string(bytes, letter)); }

Fact entry_is(std::string agent, std::string key, Json value) {
  return [agent = std::move(agent), key = std::move(key), value = std::move(value)](const Database& database) -> std::string {
    const auto entry = database.as("oracle").memory().get({agent, key});
    if (!entry) return agent + " " + key + ": " + entry.error().describe();
    return entry->value == value ? "" : agent + " " + key + " has another value";
  };
}

bool put(Stage& stage, const std::string& key, const Json& value) {
  return stage.call(
      "put " + key, [&] { return status_of(stage.as("ann").memory().put({.agent_id = "ann", .key = key, .value = value})); },
      entry_is("ann", key, value));
}

}  // namespace waggle::test
