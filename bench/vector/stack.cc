// stack.cc: see stack.h.

#include "vector/stack.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include "measure.h"
#include "vector/answers.h"

namespace waggle::bench {
namespace {

constexpr std::size_t kInsertBatch = 100;
constexpr std::size_t kFillBatch = 1'000;
constexpr const char* kName = "vectors";

PutVector put_of(const DataSet& set, std::size_t row) {
  const auto numbers = set.base.row(row);
  return {.id = std::to_string(row), .embedding = {numbers.begin(), numbers.end()}};
}

std::vector<PutVector> batch_of(const DataSet& set, std::size_t begin, std::size_t end) {
  std::vector<PutVector> batch;
  for (std::size_t row = begin; row < end; ++row) batch.push_back(put_of(set, row));
  return batch;
}

NewCollection collection_of(const DataSet& set) {
  return {.name = kName, .dimensions = static_cast<std::int64_t>(set.base.columns), .index = IndexKind::kHnsw};
}

VectorSearch search_for(const DataSet& set, std::size_t query) {
  const auto numbers = set.queries.row(query % set.queries.rows);
  return {.query = {numbers.begin(), numbers.end()}, .k = kNeighbours};
}

double recall_of(const DataSet& set, std::size_t query, const VectorAnswer& answer) {
  const auto truth = set.truth.row(query).first(kNeighbours);
  const auto is_true = [&](const VectorMatch& match) { return std::ranges::find(truth, std::stoi(match.entry.id)) != truth.end(); };
  return static_cast<double>(std::ranges::count_if(answer.items, is_true)) / static_cast<double>(kNeighbours);
}

void fill(Database& database, const DataSet& set) {
  const Session session = database.as("bench");
  session.vectors().create(collection_of(set)).value();
  VectorCollection collection = session.vectors().in(kName);
  for (std::size_t row = 0; row < set.base.rows; row += kFillBatch) {
    collection.upsert_many(batch_of(set, row, std::min(set.base.rows, row + kFillBatch))).value();
  }
  collection.reindex().value();
}

// Single searches on one thread.
void time_searches(const DataSet& set, VectorCollection collection, int repeats, StackResult& result) {
  const PinnedToCore pinned;
  std::vector<double> times;
  double recall = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    time_each(static_cast<std::int64_t>(set.queries.rows), times, [&](std::int64_t i) {
      const VectorAnswer answer = collection.search(search_for(set, static_cast<std::size_t>(i))).value();
      if (answer.plan.method != "HNSW") throw std::runtime_error("a search was answered by " + answer.plan.method + ": " + answer.plan.reason);
      recall += recall_of(set, static_cast<std::size_t>(i), answer);
    });
  }
  result.recall = recall / static_cast<double>(times.size());
  result.search_p50_ms = percentile(times, 0.5) / 1e6;
  result.search_p99_ms = percentile(times, 0.99) / 1e6;
}

}  // namespace

InsertResult measure_inserts(const DataSet& set, const Folder& folder, std::size_t rows) {
  const auto database = open_new(options_for(folder.file("insert.db")));
  const Session session = database->as("bench");
  session.vectors().create(collection_of(set)).value();
  VectorCollection collection = session.vectors().in(kName);
  const double begin = seconds();
  for (std::size_t row = 0; row < rows; row += kInsertBatch) {
    const std::size_t end = std::min(rows, row + kInsertBatch);
    collection.upsert_many(batch_of(set, row, end)).value();
    const auto last = set.base.row(end - 1);
    const VectorAnswer answer = collection.search({.query = {last.begin(), last.end()}, .k = 1}).value();
    if (answer.items.empty() || answer.items.front().distance > 1e-5) throw std::runtime_error("a vector was not found that had been stored");
  }
  collection.reindex({.from = Reindex::From::kPresent}).value();
  return {.set = set.name, .rows = rows, .per_second = static_cast<double>(rows) / (seconds() - begin)};
}

StackResult measure_stack(const DataSet& set, const Folder& folder, int repeats) {
  StackResult result{.set = set.name, .rows = set.base.rows, .dimensions = set.base.columns};
  Options options = options_for(folder.file("stack.db"));
  options.durability = Durability::kOff;
  {
    const auto database = open_new(options);
    fill(*database, set);
    time_searches(set, database->as("bench").vectors().in(kName), repeats, result);
  }
  std::vector<double> firsts;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const auto database = Database::open(options).value();
    const Session session = database->as("bench");
    const double begin = seconds();
    const VectorAnswer answer = session.vectors().in(kName).search(search_for(set, static_cast<std::size_t>(repeat))).value();
    firsts.push_back((seconds() - begin) * 1e3);
    result.first_method = answer.plan.method;
  }
  result.first_search_ms = median(firsts);
  folder.remove("stack.db");
  return result;
}

}  // namespace waggle::bench
