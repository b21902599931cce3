// scenarios_vector.cc: a collection's life: rows, count and what a search finds never disagree.

#include "fault/scenarios.h"

#include <algorithm>

namespace waggle::test {
namespace {

constexpr int kDimensions = 48;

// Points along the first axis, so that a search from its far end finds the highest number first.
std::vector<float> point(int number) {
  std::vector<float> numbers(kDimensions, 0.25F);
  numbers[0] = static_cast<float>(number);
  return numbers;
}

// The ids that a search finds, nearest first, by the rows and then from memory.
Fact finds(std::string ids) {
  return [ids = std::move(ids)](const Database& database) -> std::string {
    const Session oracle = database.as("oracle");
    for (int time = 0; time < 2; ++time) {
      const auto answer = oracle.vectors().in("docs").search({.query = point(1000), .k = 100});
      if (!answer) return answer.error().describe();
      std::string found;
      for (const VectorMatch& match : answer->items) found += match.entry.id + " ";
      if (found != ids) return "a search by \"" + answer->plan.method + "\" finds " + found + "and not " + ids;
    }
    const auto docs = oracle.vectors().get("docs");
    if (!docs) return docs.error().describe();
    return docs->count == static_cast<std::int64_t>(std::count(ids.begin(), ids.end(), ' ')) ? "" : "the count is " + std::to_string(docs->count);
  };
}

// What only has to be there until the next call changes it.
Fact nothing() {
  return [](const Database&) { return std::string(); };
}

void prepare_collection(Stage& stage) {
  if (!stage.open()) return;
  const Session ann = stage.as("ann");
  ann.vectors().create({.name = "docs", .dimensions = kDimensions, .metric = Metric::kL2}).value();
  std::vector<PutVector> some;
  for (int i = 0; i < 12; ++i) some.push_back({.id = "v" + std::to_string(i), .embedding = point(i), .content = std::string(200, 'x')});
  ann.vectors().in("docs").upsert_many(some).value();
}

void play_vectors(Stage& stage) {
  if (!stage.open()) return;
  const Session ann = stage.as("ann");
  VectorCollection docs = ann.vectors().in("docs");
  // Searched in between, so that memory has something to follow.
  for (int time = 0; time < 2; ++time) {
    if (!docs.search({.query = point(0), .k = 1})) return;
  }
  if (!stage.call("upsert", [&] { return status_of(docs.upsert({.id = "v3", .embedding = point(99)})); }, nothing())) return;
  for (int i = 4; i < 12; ++i) {
    if (!stage.call("remove", [&] { return status_of(docs.remove("v" + std::to_string(i))); }, nothing())) return;
  }
  stage.call("insert", [&] { return status_of(docs.insert({.id = "new", .embedding = point(50)})); }, finds("v3 new v2 v1 v0 "));
}

// A graph is built and saved, changes are left beside it, and it is saved again over the old file.
void prepare_graph(Stage& stage) {
  if (!stage.open()) return;
  const Session ann = stage.as("ann");
  ann.vectors().create({.name = "docs", .dimensions = kDimensions, .metric = Metric::kL2, .index = IndexKind::kHnsw}).value();
  std::vector<PutVector> some;
  for (int i = 0; i < 40; ++i) some.push_back({.id = "v" + std::to_string(i), .embedding = point(i)});
  ann.vectors().in("docs").upsert_many(some).value();
}

void play_graph(Stage& stage) {
  if (!stage.open()) return;
  const Session ann = stage.as("ann");
  VectorCollection docs = ann.vectors().in("docs");
  if (!stage.call("reindex", [&] { return status_of(docs.reindex()); }, nothing())) return;
  for (int i = 3; i < 40; ++i) {
    if (!stage.call("remove", [&] { return status_of(docs.remove("v" + std::to_string(i))); }, nothing())) return;
  }
  if (!stage.call("upsert", [&] { return status_of(docs.upsert({.id = "new", .embedding = point(50)})); }, finds("new v2 v1 v0 "))) return;
  stage.call("reindex again", [&] { return status_of(docs.reindex({.from = Reindex::From::kScratch})); }, finds("new v2 v1 v0 "));
}

}  // namespace

std::vector<Scenario> vector_scenarios() {
  return {{.name = "vectors", .options = small_options(), .prepare = prepare_collection, .play = play_vectors},
          {.name = "graph", .options = small_options(), .prepare = prepare_graph, .play = play_graph}};
}

}  // namespace waggle::test
