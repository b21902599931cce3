// coherence_worker.cc: one of several processes whose threads read and write the same keys and judge each read by the recorder.
//
// At the end: `counts READS WRITES HITS`. What is stale is told at once and ends the process.

#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "fault/recorder.h"
#include "fault/worker.h"

namespace waggle::test {
namespace {

constexpr int kThreads = 4;

struct Counts {
  std::atomic<std::int64_t> reads = 0;
  std::atomic<std::int64_t> writes = 0;
};

[[noreturn]] void stale(const std::string& key, const std::string& what) { fail(Error(Code::kInternal, "stale: " + key + ": " + what)); }

// One thread: the owner of one key, a writer of the shared ones and a reader of all.
class Observer {
 public:
  Observer(const Database& database, Recorder& recorder, std::size_t number, Counts& counts)
      : session_(database.as("observer-" + std::to_string(number))), recorder_(recorder), own_(number), counts_(counts), random_(number) {}

  void run(const std::atomic<bool>& is_over) {
    for (std::uint64_t round = 0; !is_over.load(); ++round) {
      read_owned(pick(Recorder::kOwned));
      read_shared(pick(Recorder::kShared));
      // Reads must be many between two commits, or the cache would have nothing to answer.
      if (round % 256 == 0) write_own();
      if (round % 256 == 128) write_shared(pick(Recorder::kShared));
    }
  }

 private:
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  static std::string owned_name(std::size_t key) { return "owned-" + std::to_string(key); }
  static std::string shared_name(std::size_t key) { return "shared-" + std::to_string(key); }

  void write_own() {
    OwnedKey& key = recorder_.owned[own_];
    const std::string name = owned_name(own_);
    const std::int64_t number = key.begun.load() + 1;
    key.begun.store(number);
    const PutMemory entry{.agent_id = "all", .key = name, .value = Json(std::to_string(number))};
    if (OwnedKey::removes(number)) {
      must(session_.memory().remove({"all", name}));
    } else if (number % 4 == 1) {
      must(session_.memory().put(entry));
    } else if (number % 4 == 2) {
      must(session_.memory().put_many(std::array{entry}));
    } else {
      must(session_.transaction([&](Session& inside) -> Status {
        const auto stored = inside.memory().put(entry);
        return stored ? Status() : Status(stored.error());
      }));
    }
    key.done.store(number);
    counts_.writes.fetch_add(1);
  }

  void write_shared(std::size_t key) {
    const std::string content = "\"" + std::to_string(own_) + "-" + std::to_string(++written_) + "\"";
    const MemoryEntry stored = must(session_.memory().put({.agent_id = "all", .key = shared_name(key), .value = Json(content)}));
    recorder_.shared[key].acknowledge(stored.version, content);
    counts_.writes.fetch_add(1);
  }

  // The entry; nothing when there is none.
  std::optional<MemoryEntry> get(const std::string& name) {
    counts_.reads.fetch_add(1, std::memory_order_relaxed);
    auto entry = session_.memory().get({"all", name});
    if (entry) return *std::move(entry);
    if (entry.error().code() != Code::kNotFound) fail(entry.error());
    return std::nullopt;
  }

  void read_owned(std::size_t key) {
    const std::string name = owned_name(key);
    const std::int64_t done = recorder_.owned[key].done.load();
    const auto entry = get(name);
    const std::int64_t begun = recorder_.owned[key].begun.load();
    std::int64_t& seen = owned_seen_[key];
    const std::int64_t least = std::max(done, seen);
    if (entry) {
      const std::int64_t number = std::stoll(entry->value.text);
      if (number < least || number > begun) stale(name, range(number, least, begun));
      seen = number;
      return;
    }
    // Absent: some operation from `least` to `begun` has removed it. The last key is never removed.
    const std::int64_t removal = (least + 3) / 4 * 4;
    if (removal > begun || key + 1 == Recorder::kOwned) stale(name, range(-1, least, begun));
    seen = removal;
  }

  void read_shared(std::size_t key) {
    const std::string name = shared_name(key);
    const std::int64_t least = std::max(recorder_.shared[key].version.load(), shared_seen_[key]);
    const auto entry = get(name);
    const std::int64_t version = entry ? entry->version : 0;
    if (version < least) stale(name, range(version, least, version));
    if (entry && !recorder_.shared[key].may_hold(version, entry->value.text))
      stale(name, "version " + std::to_string(version) + " holds another value");
    shared_seen_[key] = version;
  }

  static std::string range(std::int64_t read, std::int64_t least, std::int64_t most) {
    return "read " + std::to_string(read) + " where " + std::to_string(least) + " to " + std::to_string(most) + " may be";
  }

  const Session session_;
  Recorder& recorder_;
  const std::size_t own_;
  Counts& counts_;
  std::mt19937_64 random_;
  std::int64_t written_ = 0;
  std::array<std::int64_t, Recorder::kOwned> owned_seen_{};
  std::array<std::int64_t, Recorder::kShared> shared_seen_{};
};

}  // namespace

void run_coherence_worker(const std::string& path, const std::string& recorder_path, int process) {
  const MappedRecorder recorder(recorder_path);
  // One process has room for a few entries only, so that it evicts all the time.
  const auto database = open_database(path, {.cache_bytes = process == 0 ? std::size_t{4} << 10 : std::size_t{1} << 20});
  Counts counts;
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back(
        [&, t] { Observer(*database, *recorder.operator->(), static_cast<std::size_t>(process * kThreads + t), counts).run(is_over); });
  }
  wait_to_be_told();
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  const auto stats = must(database->stats());
  tell("counts " + std::to_string(counts.reads) + " " + std::to_string(counts.writes) + " " + std::to_string(stats.cache_hits));
}

}  // namespace waggle::test
