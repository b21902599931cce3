// scenarios_table.cc: a collection is searched by SQL, and the file of its table is made, follows and is damaged: whatever happens, a statement finds
// exactly what is there.

#include "fault/scenarios.h"

namespace waggle::test {
namespace {

constexpr int kDimensions = 16;

std::vector<float> point(int number) {
  std::vector<float> numbers(kDimensions, 0.25F);
  numbers[0] = static_cast<float>(number);
  return numbers;
}

// Empty when the table has each vector of the collection, as its row has it, and a search finds them all.
std::string finds_what_is_there(const Database& database) {
  const auto answer = database.sql(
      {.text = "SELECT (SELECT count(*) FROM vec.docs), (SELECT count(*) FROM vectors), (SELECT count(*) FROM vec.docs WHERE embedding MATCH"
               " '[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]' AND k = 1000),"
               " (SELECT count(*) FROM vec.docs t JOIN vectors v ON v.id = t.id AND v.embedding = t.embedding)"});
  if (!answer) return "a statement: " + answer.error().describe();
  const auto& row = answer->rows.at(0);
  return row[0] == row[1] && row[2] == row[1] && row[3] == row[1] ? "" : "a table of vec and the rows disagree";
}

Fact finds() { return finds_what_is_there; }

bool search(Stage& stage) {
  return stage.call(
      "search",
      [&] {
        return status_of(
            stage.database().sql({.text = "SELECT id FROM vec.docs WHERE embedding MATCH '[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]' AND k = 3"}));
      },
      finds());
}

void prepare_collection(Stage& stage) {
  if (!stage.open()) return;
  const Session ann = stage.as("ann");
  ann.vectors().create({.name = "docs", .dimensions = kDimensions, .metric = Metric::kL2}).value();
  std::vector<PutVector> some;
  for (int i = 0; i < 12; ++i) some.push_back({.id = "v" + std::to_string(i), .embedding = point(i)});
  ann.vectors().in("docs").upsert_many(some).value();
}

void play_tables(Stage& stage) {
  if (!stage.open() || !search(stage)) return;
  const Session ann = stage.as("ann");
  VectorCollection docs = ann.vectors().in("docs");
  if (!stage.call("upsert", [&] { return status_of(docs.upsert({.id = "v3", .embedding = point(99)})); }, finds())) return;
  if (!search(stage)) return;
  if (!stage.call("remove", [&] { return status_of(docs.remove("v4")); }, finds())) return;
  search(stage);
}

}  // namespace

std::vector<Scenario> table_scenarios() {
  return {{.name = "table", .options = small_options(), .prepare = prepare_collection, .play = play_tables, .always = finds_what_is_there}};
}

}  // namespace waggle::test
