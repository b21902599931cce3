// group_commit.cc: many writing threads against the naive pattern. See core_rows.h.

#include <algorithm>
#include <optional>

#include "core_rows.h"
#include "naive.h"
#include "svg_plot.h"
#include "sync_shim.h"

namespace waggle::bench {
namespace {

Throughput run_waggle_writers(const Writers& writers, Database& database, std::int64_t first_key) {
  return run_writers(writers, [&](int thread) {
    auto session = std::make_shared<Session>(database.as("writer"));
    return [session, thread, first_key, step = writers.threads](std::int64_t i) {
      const Key key = key_of(first_key + i * step + thread);
      keep(session->memory().put({.agent_id = key.agent, .key = key.key, .value = Json(value_200())}).value());
      return true;
    };
  });
}

struct Found {
  double speed = 0;  // writes per second against naive
  double tail = 0;   // p99.9 of a write against naive
  Row row;
};

Found measure_at(const Run& run, std::optional<int> sync_microseconds) {
  const std::string waggle_path = run.folder.file("group.db");
  const std::string naive_path = run.folder.file("group_naive.db");
  constexpr std::int64_t kKeysApart = 10'000'000;
  const Writers writers{.threads = 64, .duration = 1.5};
  std::vector<double> speeds;
  std::vector<double> tails;
  std::vector<double> naive_speeds;
  std::vector<double> waggle_speeds;
  std::vector<double> naive_tails;
  std::vector<double> waggle_tails;
  double refused = 0;
  double group = 0;
  {
    const auto database = open_new(options_for(waggle_path));
    make_database(naive_path, 0);
    set_sync_microseconds(sync_microseconds);
    for (int repeat = 0; repeat < run.turns.repeats; ++repeat) {
      const std::int64_t first_key = (repeat + 1) * kKeysApart;
      Throughput naive = run_naive_writers(writers, naive_path, first_key);
      const DatabaseStats before = database->stats().value();
      Throughput waggle = run_waggle_writers(writers, *database, first_key);
      const DatabaseStats after = database->stats().value();
      group = static_cast<double>(after.committed_writes - before.committed_writes) / static_cast<double>(after.commits - before.commits);
      refused += static_cast<double>(naive.refused);
      naive_speeds.push_back(naive.per_second());
      waggle_speeds.push_back(waggle.per_second());
      naive_tails.push_back(percentile(naive.latencies, 0.999));
      waggle_tails.push_back(percentile(waggle.latencies, 0.999));
      speeds.push_back(waggle_speeds.back() / naive_speeds.back());
      tails.push_back(waggle_tails.back() / naive_tails.back());
    }
    set_sync_microseconds(std::nullopt);
  }
  run.folder.remove("group.db");
  run.folder.remove("group_naive.db");
  Found found{.speed = median(speeds), .tail = median(tails), .row = {}};
  found.row = {.ratio = found.speed,
               .details = {{"naive_per_s", median(naive_speeds)},
                           {"waggle_per_s", median(waggle_speeds)},
                           {"worst_repeat", *std::ranges::min_element(speeds)},
                           {"group", group},
                           {"naive_p999_ms", median(naive_tails) / 1e6},
                           {"waggle_p999_ms", median(waggle_tails) / 1e6},
                           {"naive_refused", refused}}};
  return found;
}

}  // namespace

void measure_group_commit(Run& run) {
  struct Case {
    const char* id;
    const char* tail;
    std::optional<int> sync_microseconds;
  };
  constexpr Case kCases[] = {
      {"group_commit_2ms", "at_2ms", 2000}, {"group_commit_200us", "at_200us", 200}, {"group_commit_disk", "on_disk", std::nullopt}};
  Row tail;
  for (const Case& one : kCases) {
    if (!run.wants(one.id) && !run.wants("group_commit_p999")) continue;
    const Found found = measure_at(run, one.sync_microseconds);
    if (run.wants(one.id)) run.rows[one.id] = found.row;
    tail.ratio = std::max(tail.ratio.value_or(0), found.tail);
    tail.details.emplace_back(one.tail, found.tail);
  }
  if (run.wants("group_commit_p999")) run.rows["group_commit_p999"] = tail;
}

void plot_threads(Run& run) {
  if (run.plot_path.empty()) return;
  Plot plot{.title = "Durable puts a second, a sync takes 0.2 ms", .x_label = "writing threads", .lines = {{"Waggle", {}}, {"naive", {}}}};
  set_sync_microseconds(200);
  {
    const auto database = open_new(options_for(run.folder.file("plot.db")));
    make_database(run.folder.file("plot_naive.db"), 0);
    for (const int threads : {1, 2, 4, 8, 16, 32, 64, 128}) {
      const Writers writers{.threads = threads, .duration = 1};
      const std::int64_t first_key = threads * 10'000'000LL;
      plot.lines[0].points.push_back({static_cast<double>(threads), run_waggle_writers(writers, *database, first_key).per_second()});
      plot.lines[1].points.push_back(
          {static_cast<double>(threads), run_naive_writers(writers, run.folder.file("plot_naive.db"), first_key).per_second()});
    }
  }
  set_sync_microseconds(std::nullopt);
  run.folder.remove("plot.db");
  run.folder.remove("plot_naive.db");
  write_file(run.plot_path, svg_of(plot));
}

}  // namespace waggle::bench
