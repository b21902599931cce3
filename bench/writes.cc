// writes.cc: one writer, one batch, and what reaches the disk. See core_rows.h.

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "core_rows.h"
#include "raw_sqlite.h"
#include "sync_shim.h"

namespace waggle::bench {
namespace {

constexpr std::int64_t kLonePuts = 300;

// p50 of one put as a transaction of its own, on fresh keys.
struct LoneWriters {
  LoneWriters(const Folder& folder, Durability durability, Sync sync) : raw_path(folder.file("lone_raw.db")) {
    Options options = options_for(folder.file("lone.db"));
    options.durability = durability;
    database = open_new(options);
    make_database(raw_path, 0);
    raw = std::make_unique<RawDatabase>(raw_path, sync);
    raw_put = std::make_unique<RawPut>(*raw);
  }
  double raw_p50() {
    std::vector<double> each;
    each.reserve(kLonePuts);
    for (std::int64_t i = 0; i < kLonePuts; ++i) {
      const Key key = key_of(raw_next++);
      time_each(1, each, [&](std::int64_t) {
        if (raw_put->in_transaction(key.view(), value_200()) != SQLITE_OK) throw std::runtime_error("a raw put failed");
      });
    }
    return median(each);
  }
  double waggle_p50() {
    const Session session = database->as("writer");
    MemoryStore memory = session.memory();
    std::vector<double> each;
    each.reserve(kLonePuts);
    for (std::int64_t i = 0; i < kLonePuts; ++i) {
      const Key key = key_of(next++);
      const PutMemory put{.agent_id = key.agent, .key = key.key, .value = Json(value_200())};
      time_each(1, each, [&](std::int64_t) { keep(memory.put(put).value()); });
    }
    return median(each);
  }

  std::string raw_path;
  std::unique_ptr<Database> database;
  std::unique_ptr<RawDatabase> raw;
  std::unique_ptr<RawPut> raw_put;
  std::int64_t next = 0;
  std::int64_t raw_next = 0;
};

Comparison compare_lone(const Run& run, Durability durability, Sync sync) {
  Comparison found;
  {
    LoneWriters writers(run.folder, durability, sync);
    found = compare(run.turns, [&] { return writers.raw_p50(); }, [&] { return writers.waggle_p50(); });
  }
  run.folder.remove("lone.db");
  run.folder.remove("lone_raw.db");
  return found;
}

// Bytes that this process has handed to the file system for writing. Syncs are off meanwhile, so nothing is written twice by the kernel.
std::int64_t bytes_written() {
  std::ifstream io("/proc/self/io");
  for (std::string name; io >> name;) {
    std::int64_t number = 0;
    io >> number;
    if (name == "wchar:") return number;
  }
  throw std::runtime_error("/proc/self/io does not say what was written");
}

}  // namespace

void measure_lone_writer(Run& run) {
  if (!run.wants("lone_writer")) return;
  const PinnedToCore pinned;
  set_sync_microseconds(200);
  const Comparison shim = compare_lone(run, Durability::kFull, Sync::kFull);
  set_sync_microseconds(std::nullopt);
  const Comparison disk = compare_lone(run, Durability::kFull, Sync::kFull);
  const Comparison unsynced = compare_lone(run, Durability::kNormal, Sync::kNormal);
  // The row is the strictest of the durable ones: on the shim nothing but the work itself varies.
  run.rows["lone_writer"] = {.ratio = std::max(1 / shim.ratio, 1 / disk.ratio),
                             .details = {{"at_200us", 1 / shim.ratio},
                                         {"on_disk", 1 / disk.ratio},
                                         {"durability_normal", 1 / unsynced.ratio},
                                         {"raw_us_at_200us", shim.baseline / 1000},
                                         {"waggle_us_at_200us", shim.candidate / 1000},
                                         {"raw_us_normal", unsynced.baseline / 1000},
                                         {"waggle_us_normal", unsynced.candidate / 1000}}};
}

void measure_bulk_put(Run& run) {
  if (!run.wants("bulk_put")) return;
  constexpr std::int64_t kPuts = 100'000;
  const PinnedToCore pinned;
  std::vector<PutMemory> batch;
  std::vector<Key> keys;
  for (std::int64_t i = 0; i < kPuts; ++i) {
    keys.push_back(key_of(i));
    batch.push_back({.agent_id = keys.back().agent, .key = keys.back().key, .value = Json(value_200())});
  }
  const Block raw = [&] {
    make_database(run.folder.file("bulk_raw.db"), 0);
    double cost = 0;
    {
      RawDatabase database(run.folder.file("bulk_raw.db"));
      RawPut put(database);
      const double begin = seconds();
      database.run("BEGIN IMMEDIATE");
      for (const Key& key : keys) {
        if (put(key.view(), value_200()) != SQLITE_OK) throw std::runtime_error("a raw put failed");
      }
      database.run("COMMIT");
      cost = seconds() - begin;
    }
    run.folder.remove("bulk_raw.db");
    return cost;
  };
  const Block waggle = [&] {
    double cost = 0;
    {
      const auto database = open_new(options_for(run.folder.file("bulk.db")));
      const double begin = seconds();
      keep(database->as("writer").memory().put_many(batch).value());
      cost = seconds() - begin;
    }
    run.folder.remove("bulk.db");
    return cost;
  };
  // With a sync of fixed length: both commit once, and the disk would only add noise.
  set_sync_microseconds(200);
  const Comparison found = compare({.repeats = run.turns.repeats, .blocks = 2}, raw, waggle);
  set_sync_microseconds(std::nullopt);
  run.rows["bulk_put"] = {.ratio = found.ratio, .details = {{"raw_us_a_put", found.baseline * 10}, {"waggle_us_a_put", found.candidate * 10}}};
}

void measure_write_amplification(Run& run) {
  if (!run.wants("write_amplification")) return;
  constexpr std::int64_t kPresent = 100'000;
  constexpr int kWriters = 64;
  constexpr std::int64_t kPutsEach = 1000;
  make_database(run.folder.file("amplified.db"), kPresent);
  set_sync_microseconds(200);
  auto database = Database::open(options_for(run.folder.file("amplified.db"))).value();
  std::atomic<std::int64_t> own_bytes = 0;
  const std::int64_t before = bytes_written();
  std::vector<std::jthread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      const Session session = database->as("writer");
      std::mt19937_64 random(static_cast<std::uint64_t>(w) + 1);
      for (std::int64_t i = 0; i < kPutsEach; ++i) {
        // Random keys among twice as many as there are: half of the puts overwrite, half are new.
        const Key key = key_of(static_cast<std::int64_t>(random() % (2 * kPresent)));
        const MemoryEntry entry = session.memory().put({.agent_id = key.agent, .key = key.key, .value = Json(value_200())}).value();
        // The row's own bytes: its texts, and eight for each of its six numbers.
        own_bytes +=
            static_cast<std::int64_t>(entry.id.size() + key.agent.size() + key.key.size() + entry.value.text.size() + entry.writer->size()) + 48;
      }
    });
  }
  writers.clear();
  database.reset();  // its last checkpoint belongs to it
  const std::int64_t written = bytes_written() - before;
  const std::int64_t own = own_bytes;
  set_sync_microseconds(std::nullopt);
  run.folder.remove("amplified.db");
  constexpr double kPuts = static_cast<double>(kWriters * kPutsEach);
  run.rows["write_amplification"] = {
      .ratio = static_cast<double>(written) / static_cast<double>(own),
      .details = {{"bytes_a_put", static_cast<double>(written) / kPuts}, {"row_bytes", static_cast<double>(own) / kPuts}}};
}

}  // namespace waggle::bench
