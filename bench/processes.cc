// processes.cc: twelve writing processes against twelve naive ones. See core_rows.h.

#include "processes.h"

#include <memory>
#include <optional>

#include "child.h"
#include "core_rows.h"
#include "raw_sqlite.h"
#include "sync_shim.h"

namespace waggle::bench {
namespace {

constexpr int kProcesses = 12;
constexpr std::int64_t kPutsEach = 100;

struct Storm {
  double seconds = 0;
  std::int64_t kept = 0;
};

Storm run_storm(const Run& run, const std::string& kind, std::optional<int> sync_microseconds) {
  const std::string path = run.folder.file("storm.db");
  make_database(path, 0);
  Storm storm;
  {
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < kProcesses; ++i) {
      children.push_back(std::make_unique<Child>(std::vector<std::string>{run.program, "--child", kind, path, std::to_string(i),
                                                                          std::to_string(sync_microseconds ? *sync_microseconds : -1)}));
    }
    for (const auto& child : children) child->receive();
    const double begin = seconds();
    for (const auto& child : children) child->send('g');
    for (const auto& child : children) child->receive();
    storm.seconds = seconds() - begin;
    for (const auto& child : children) child->finish();
  }
  storm.kept = RawDatabase(path).integer("SELECT count(*) FROM memory");
  run.folder.remove("storm.db");
  return storm;
}

struct Storms {
  double ratio = 0;
  double naive_per_s = 0;
  double waggle_per_s = 0;
  double naive_kept_min = kProcesses * kPutsEach;
  double waggle_kept_min = kProcesses * kPutsEach;
};

Storms compare_storms(const Run& run, std::optional<int> sync_microseconds) {
  Storms all;
  std::vector<double> ratios;
  std::vector<double> naive_speeds;
  std::vector<double> waggle_speeds;
  for (int repeat = 0; repeat < run.turns.repeats; ++repeat) {
    const Storm naive = run_storm(run, "naive", sync_microseconds);
    const Storm waggle = run_storm(run, "waggle", sync_microseconds);
    naive_speeds.push_back(static_cast<double>(naive.kept) / naive.seconds);
    waggle_speeds.push_back(static_cast<double>(waggle.kept) / waggle.seconds);
    ratios.push_back(waggle_speeds.back() / naive_speeds.back());
    all.naive_kept_min = std::min(all.naive_kept_min, static_cast<double>(naive.kept));
    all.waggle_kept_min = std::min(all.waggle_kept_min, static_cast<double>(waggle.kept));
  }
  all.ratio = median(ratios);
  all.naive_per_s = median(naive_speeds);
  all.waggle_per_s = median(waggle_speeds);
  return all;
}

}  // namespace

void measure_processes(Run& run) {
  if (!run.wants("processes_12")) return;
  const Storms disk = compare_storms(run, std::nullopt);
  const Storms shim = compare_storms(run, 200);
  const Storms slow = compare_storms(run, 2000);
  const double kept = std::min({disk.waggle_kept_min, shim.waggle_kept_min, slow.waggle_kept_min});
  Row row{.ratio = disk.ratio,
          .details = {{"at_200us", shim.ratio},
                      {"at_2ms", slow.ratio},
                      {"naive_per_s", disk.naive_per_s},
                      {"waggle_per_s", disk.waggle_per_s},
                      {"kept_min", kept},
                      {"naive_kept_min", std::min({disk.naive_kept_min, shim.naive_kept_min, slow.naive_kept_min})}}};
  // A throughput of writes that are lost is none.
  if (kept != kProcesses * kPutsEach) row.ratio = 0;
  run.rows["processes_12"] = row;
}

void run_writing_process(const std::string& kind, const std::string& path, int index, std::optional<int> sync_microseconds) {
  set_sync_microseconds(sync_microseconds);
  std::unique_ptr<Database> database;
  std::unique_ptr<RawDatabase> raw;
  std::unique_ptr<RawPut> raw_put;
  if (kind == "waggle") {
    database = Database::open(options_for(path)).value();
  } else {
    raw = std::make_unique<RawDatabase>(path);
    raw_put = std::make_unique<RawPut>(*raw);
  }
  ready_and_wait();
  for (std::int64_t i = 0; i < kPutsEach; ++i) {
    const Key key = key_of(index * kPutsEach + i);
    if (database != nullptr) {
      database->as("writer").memory().put({.agent_id = key.agent, .key = key.key, .value = Json(value_200())}).value();
    } else {
      (void)raw_put->in_transaction(key.view(), value_200());  // what is refused is missing in the count of rows
    }
  }
  child_send("d");
}

}  // namespace waggle::bench
