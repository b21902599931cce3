// scenarios_recall.cc: memories and contents of vectors are stored, changed and searched for words, and the side file is made, follows and is
// damaged: whatever happens, a search finds exactly what is there.

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

// ---------------------------------------------------------------------------------------------------------------- vectors

VectorSearch words_and_expression(bool is_expression) {
  return {.text = is_expression ? "bee AND hive" : "bee", .syntax = is_expression ? QuerySyntax::kFts5 : QuerySyntax::kWords, .k = 1'000};
}

std::string finds_vectors_that_are_there(const Database& database) {
  const Session oracle = database.as("oracle");
  VectorCollection docs = oracle.vectors().in("docs");
  const Page<VectorEntry> page = docs.list({.limit = 1'000}).value();
  for (const bool is_expression : {false, true}) {
    std::size_t there = 0;
    for (const VectorEntry& entry : page.items) {
      const auto has = [&](const char* word) { return entry.content.find(word) != std::string::npos; };
      there += has("bee") && (has("hive") || !is_expression) ? 1 : 0;
    }
    const auto answer = docs.search(words_and_expression(is_expression));
    if (!answer) return "search: " + answer.error().describe();
    if (answer->items.size() != there) {
      const WordPlan& plan = *answer->plan.words;
      return "a search by " + plan.method + " (" + plan.reason + ") finds " + std::to_string(answer->items.size()) + " vectors of " +
             std::to_string(there);
    }
  }
  return "";
}

Fact finds_vectors() { return finds_vectors_that_are_there; }

bool search(Stage& stage, bool is_expression) {
  return stage.call(
      "search", [&] { return status_of(stage.as("ann").vectors().in("docs").search(words_and_expression(is_expression))); }, finds_vectors());
}

void prepare_vectors(Stage& stage) {
  if (!stage.open()) return;
  const Session session = stage.as("ann");
  session.vectors().create({.name = "docs", .dimensions = 1}).value();
  std::vector<PutVector> vectors;
  for (int i = 0; i < 10; ++i) {
    vectors.push_back({.id = "v" + std::to_string(i), .embedding = {1}, .content = i % 2 == 0 ? "a bee in the hive" : "honey of the bee"});
  }
  session.vectors().in("docs").upsert_many(vectors).value();
}

void play_vectors(Stage& stage) {
  if (!stage.open() || !search(stage, false)) return;
  if (!stage.call("remove", [&] { return status_of(stage.as("ann").vectors().in("docs").remove("v2")); }, finds_vectors())) return;
  search(stage, true);
}

}  // namespace

std::vector<Scenario> recall_scenarios() {
  return {{.name = "recall", .options = recall_options(), .prepare = prepare_memories, .play = play_recall, .always = finds_what_is_there},
          {.name = "vector_words",
           .options = recall_options(),
           .prepare = prepare_vectors,
           .play = play_vectors,
           .always = finds_vectors_that_are_there}};
}

}  // namespace waggle::test
