// latency_table.cc: single operations and batches of a hundred beside the latencies that the original architecture aimed at. See core_rows.h.

#include <cstdio>

#include "core_rows.h"

namespace waggle::bench {
namespace {

struct Line {
  const char* what;
  double target_ms;
  std::vector<double> nanoseconds;
};

std::string formatted(Line& line) {
  char out[160];
  std::snprintf(out, sizeof(out), "%-22s %10.1f %12.4f %12.4f\n", line.what, line.target_ms, percentile(line.nanoseconds, 0.5) / 1e6,
                percentile(line.nanoseconds, 0.99) / 1e6);
  return out;
}

}  // namespace

void print_latency_table(Run& run) {
  constexpr std::int64_t kEntries = 10'000;
  constexpr int kTimes = 300;
  make_database(run.folder.file("table.db"), kEntries);
  Options options = options_for(run.folder.file("table.db"));
  options.cache_bytes = 0;
  std::vector<Line> lines = {{"single read", 0.1, {}}, {"single write", 0.5, {}}, {"batch of 100 reads", 5, {}}, {"batch of 100 writes", 50, {}}};
  {
    const auto database = Database::open(options).value();
    const Session session = database->as("bench");
    MemoryStore memory = session.memory();
    const std::string agent = agent_name(0);
    std::vector<std::string> hundred_keys;
    for (int i = 0; i < 100; ++i) hundred_keys.push_back(key_name(std::int64_t{i} * kAgents));
    for (std::int64_t i = 0; i < kTimes; ++i) {
      const Key key = key_of(i * 7919 % kEntries);
      time_each(1, lines[0].nanoseconds, [&](std::int64_t) { keep(memory.get(key.view()).value()); });
      const PutMemory put{.agent_id = key.agent, .key = key.key, .value = Json(value_200())};
      time_each(1, lines[1].nanoseconds, [&](std::int64_t) { keep(memory.put(put).value()); });
      time_each(1, lines[2].nanoseconds, [&](std::int64_t) { keep(memory.get_many(agent, hundred_keys).value()); });
      std::vector<PutMemory> hundred(100, put);
      for (std::size_t j = 0; j < hundred.size(); ++j) hundred[j].key = key_name(kEntries + i * 100 + static_cast<std::int64_t>(j));
      time_each(1, lines[3].nanoseconds, [&](std::int64_t) { keep(memory.put_many(hundred).value()); });
    }
  }
  run.folder.remove("table.db");
  std::string table = "operation               target ms       p50 ms       p99 ms\n";
  for (Line& line : lines) table += formatted(line);
  run.texts.push_back(table);
}

}  // namespace waggle::bench
