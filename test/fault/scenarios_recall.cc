// scenarios_recall.cc: memories are stored, changed and recalled, and the side file is made, follows and is damaged: whatever happens, a recall finds
// exactly what is there.

#include "fault/scenarios.h"

#include <algorithm>

#include "waggle/recall.h"

namespace waggle::test {
namespace {

Options recall_options() {
  Options options = small_options();
  options.index_bytes = 0;  // every recall goes by the side file
  return options;
}

// The entries whose value has the word, by reading all of them.
std::vector<std::string> keys_with(const Session& session, const std::string& word) {
  std::vector<std::string> keys;
  const Page<MemoryEntry> page = session.memory().list("ann", {.limit = 1'000}).value();
  for (const MemoryEntry& entry : page.items) {
    if (entry.value.text.find(word) != std::string::npos) keys.push_back(entry.key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

// Empty when a recall finds what is there.
std::string finds_what_is_there(const Database& database) {
  const Session oracle = database.as("oracle");
  for (const char* word : {"bee", "hive", "honey"}) {
    const auto answer = oracle.memory().recall({.text = word, .k = 1'000});
    if (!answer) return "recall: " + answer.error().describe();
    std::vector<std::string> keys;
    for (const RecallMatch& match : answer->items) keys.push_back(match.memory.key);
    std::sort(keys.begin(), keys.end());
    const std::vector<std::string> there = keys_with(oracle, word);
    if (keys != there) {
      return std::string("a recall of ") + word + " by " + answer->plan.method + " (" + answer->plan.reason + ") finds " +
             std::to_string(keys.size()) + " entries of " + std::to_string(there.size());
    }
  }
  return "";
}

Fact recalls() { return finds_what_is_there; }

bool store(Stage& stage, const std::string& key, const std::string& text) {
  return stage.call(
      "put " + key, [&] { return status_of(stage.as("ann").memory().put({.agent_id = "ann", .key = key, .value = Json::string(text)})); },
      entry_is("ann", key, Json::string(text)));
}

bool recall(Stage& stage) {
  return stage.call("recall", [&] { return status_of(stage.as("ann").memory().recall({.text = "bee honey"})); }, recalls());
}

void prepare_memories(Stage& stage) {
  if (!stage.open()) return;
  std::vector<PutMemory> entries;
  for (int i = 0; i < 30; ++i) {
    entries.push_back(
        {.agent_id = "ann", .key = "k" + std::to_string(i), .value = Json::string(i % 2 == 0 ? "a bee in the hive" : "honey of the bee")});
  }
  stage.as("ann").memory().put_many(entries).value();
}

void play_recall(Stage& stage) {
  if (!stage.open() || !recall(stage)) return;
  if (!store(stage, "new", "honey in every hive")) return;
  if (!stage.call("remove", [&] { return status_of(stage.as("ann").memory().remove({"ann", "k3"})); }, recalls())) return;
  if (!recall(stage) || !store(stage, "k1", "the hive alone")) return;
  recall(stage);
}

}  // namespace

std::vector<Scenario> recall_scenarios() {
  return {{.name = "recall", .options = recall_options(), .prepare = prepare_memories, .play = play_recall, .always = finds_what_is_there}};
}

}  // namespace waggle::test
