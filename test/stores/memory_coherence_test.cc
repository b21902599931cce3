// memory_coherence_test.cc: threads and processes read and write the same keys, and no read is stale.
//
// The recorder: each key has one writer, which counts up. Before a put it notes the number as begun, after the acknowledgement as done. A read that
// begins when number d was done and ends when number b was begun must answer a number from d to b.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "stores/memory_cache.h"
#include "stores/memory_fixture.h"
#include "vector/index_set.h"

namespace waggle::test {
namespace {

constexpr int kKeys = 8;

struct Record {
  std::atomic<std::int64_t> begun{0};
  std::atomic<std::int64_t> done{0};
};
struct Recorder {
  std::array<Record, kKeys> keys;
  std::atomic<int> writers_left{0};
  std::atomic<std::int64_t> stale_reads{0};
  std::atomic<std::int64_t> reads{0};
};

std::string key_of(int key) { return "key-" + std::to_string(key); }

// Counts up each of its keys `puts` times.
void write_keys(MemoryStore memory, Recorder& recorder, int first_key, int step, int puts) {
  for (int i = 0; i < puts; ++i) {
    for (int key = first_key; key < kKeys; key += step) {
      Record& record = recorder.keys.at(static_cast<std::size_t>(key));
      const std::int64_t number = record.begun.load() + 1;
      record.begun.store(number);
      if (!memory.put({.agent_id = "ann", .key = key_of(key), .value = Json(std::to_string(number))})) ++recorder.stale_reads;
      record.done.store(number);
    }
  }
  --recorder.writers_left;
}

void read_keys(MemoryStore memory, Recorder& recorder) {
  std::array<std::int64_t, kKeys> latest{};
  // A writer that fails to come to its end must not hold up the readers.
  const auto deadline = base::Deadline::after(std::chrono::seconds(120));
  while (recorder.writers_left.load() > 0 && !deadline.passed()) {
    for (int key = 0; key < kKeys; ++key) {
      Record& record = recorder.keys.at(static_cast<std::size_t>(key));
      const std::int64_t done = record.done.load();
      const auto got = memory.get({"ann", key_of(key)});
      const std::int64_t begun = record.begun.load();
      const std::int64_t number = got ? std::atoll(got->value.text.c_str()) : 0;
      std::int64_t& seen = latest.at(static_cast<std::size_t>(key));
      if (number < done || number > begun || number < seen) ++recorder.stale_reads;
      seen = number;
      ++recorder.reads;
    }
  }
}

TEST(MemoryCoherence, ThreadsNeverReadWhatIsStale) {
  MemoryDatabase db;
  Recorder recorder;
  constexpr int kWriters = 2;
  recorder.writers_left = kWriters;
  const stores::Scope scope = db.as("ann");
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] { write_keys(MemoryStore(scope), recorder, writer, kWriters, 400); });
  }
  for (int reader = 0; reader < 2; ++reader) threads.emplace_back([&] { read_keys(MemoryStore(scope), recorder); });
  threads.clear();
  EXPECT_EQ(recorder.writers_left.load(), 0);
  EXPECT_EQ(recorder.stale_reads.load(), 0);
  EXPECT_GT(db.cache.stats().hits, 0);
}

// One process's part: opens the file itself, writes its keys and reads all.
bool take_part(const std::string& path, Recorder& recorder, int process, int processes, int puts) {
  FakeClock clock;
  SequentialIds ids;
  for (int i = 0; i < process * 100'000; ++i) ids.next();
  stores::MemoryCache cache{1 << 20};
  stores::Chores chores{clock, ids, cache, {.changes_age_max = std::chrono::hours(1), .changes_count_max = 0}};
  const auto engine = engine::Engine::open({.path = path, .durability = Durability::kOff}, base::Deadline::after(std::chrono::seconds(60)));
  if (!engine) return false;
  (*engine)->set_observer(&chores);
  base::Log log({});
  vector::IndexSet indexes({}, log);
  stores::Shared shared{**engine, clock, ids, cache, indexes};
  const stores::Scope scope(shared, {.actor = "ann", .timeout = std::chrono::seconds(60), .stop = {}});
  {
    std::jthread reader([&] { read_keys(MemoryStore(scope), recorder); });
    write_keys(MemoryStore(scope), recorder, process, processes, puts);
  }
  (*engine)->set_observer(nullptr);
  return true;
}

TEST(MemoryCoherence, ProcessesNeverReadWhatIsStale) {
  constexpr int kProcesses = 3;
  const TempDir dir;
  const std::string path = dir.file("shared.db");
  void* mapped = ::mmap(nullptr, sizeof(Recorder), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  auto* recorder = new (mapped) Recorder;
  recorder->writers_left = kProcesses;
  // SQLite does not survive fork(): the parent makes the file in a child as well.
  const auto run = [](auto&& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work() ? 0 : 1);
    return child;
  };
  const auto succeeded = [](pid_t child) {
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  ASSERT_TRUE(succeeded(run([&] {
    const auto deadline = base::Deadline::after(std::chrono::seconds(60));
    const auto engine = engine::Engine::open({.path = path, .open_mode = OpenMode::kCreateNew, .durability = Durability::kOff}, deadline);
    return engine && schema::bring_up_to_date(**engine, {"id", Timestamp{}}, deadline);
  })));
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    children.push_back(run([&] { return take_part(path, *recorder, process, kProcesses, 150); }));
  }
  for (const pid_t child : children) EXPECT_TRUE(succeeded(child));
  EXPECT_EQ(recorder->writers_left.load(), 0);
  EXPECT_EQ(recorder->stale_reads.load(), 0);
  EXPECT_GT(recorder->reads.load(), 0);
  ::munmap(mapped, sizeof(Recorder));
}

}  // namespace
}  // namespace waggle::test
