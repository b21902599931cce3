// recall.cc: see recall.h.

#include "vector/recall.h"

#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "base/json_document.h"
#include "measure.h"

namespace waggle::bench {
namespace {

constexpr std::size_t kBatch = 1'000;

// The member "text" of each line.
std::vector<std::string> read_texts(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("gzip -dc '" + path + "'").c_str(), "r"), ::pclose);
  if (pipe == nullptr) throw std::runtime_error(path + ": cannot be read");
  std::string all;
  char bytes[65536];
  while (const std::size_t got = std::fread(bytes, 1, sizeof(bytes), pipe.get())) all.append(bytes, got);
  std::vector<std::string> texts;
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) texts.emplace_back(base::JsonDocument::parse(line).value().root().find("text")->text().value());
  return texts;
}

void fill(const Database& database, const DataSet& set, const std::vector<std::string>& texts) {
  const Session session = database.as("bench");
  std::vector<PutMemory> batch;
  for (std::size_t row = 0; row < set.base.rows; ++row) {
    const auto numbers = set.base.row(row);
    batch.push_back(
        {.agent_id = "bench", .key = std::to_string(row), .value = Json::string(texts[row]), .embedding = {numbers.begin(), numbers.end()}});
    if (batch.size() < kBatch && row + 1 < set.base.rows) continue;
    session.memory().put_many(batch).value();
    batch.clear();
  }
}

}  // namespace

RecallResult measure_recall(const DataSet& set, const std::string& texts, const Folder& folder, int repeats) {
  const std::vector<std::string> values = read_texts(texts + "/base.jsonl.gz");
  const std::vector<std::string> queries = read_texts(texts + "/queries.jsonl.gz");
  if (values.size() < set.base.rows || queries.size() < set.queries.rows) throw std::runtime_error(texts + ": has fewer texts than vectors");
  Options options = options_for(folder.file("recall.db"));
  options.durability = Durability::kOff;
  RecallResult result{.rows = set.base.rows};
  {
    const auto database = open_new(options);
    fill(*database, set, values);
    const Session session = database->as("bench");
    const auto recall = [&](std::int64_t i) {
      const auto query = static_cast<std::size_t>(i);
      const auto numbers = set.queries.row(query);
      RecallAnswer answer = session.memory().recall({.text = queries[query], .vector = {numbers.begin(), numbers.end()}, .k = 10}).value();
      if (answer.items.size() != 10) throw std::runtime_error("a recall found " + std::to_string(answer.items.size()) + " memories");
      result.method = answer.plan.method;
    };
    for (std::int64_t i = 0; i < 3; ++i) recall(i);  // from the third on, what there is in memory is made
    const PinnedToCore pinned;
    std::vector<double> times;
    for (int repeat = 0; repeat < repeats; ++repeat) time_each(static_cast<std::int64_t>(set.queries.rows), times, recall);
    result.p50_ms = percentile(times, 0.5) / 1e6;
    result.p99_ms = percentile(times, 0.99) / 1e6;
  }
  folder.remove("recall.db");
  return result;
}

}  // namespace waggle::bench
