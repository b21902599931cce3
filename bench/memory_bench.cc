// memory_bench.cc: how long one memory entry takes to store and to read, by one thread on a fresh database in the folder named by the argument
// (default: the current one). Prints the median and the 99th percentile of each operation in microseconds.

#include <waggle/waggle.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace {

constexpr int kEntries = 2000;
constexpr int kReads = 20'000;

struct Case {
  const char* name;
  waggle::Durability durability;
  std::size_t cache_bytes;
};

// Runs `step` for 0 to count - 1, prints the percentiles of its duration. Answers the first error.
template <typename Step>
waggle::Status measure(const std::string& name, int count, Step step) {
  std::vector<double> micros;
  micros.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (const auto done = step(i); !done) return done.error();
    micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  std::ranges::sort(micros);
  std::printf("%-28s %10.2f %10.2f\n", name.c_str(), micros[micros.size() / 2], micros[micros.size() * 99 / 100]);
  return {};
}

waggle::Status run(const std::filesystem::path& folder, const Case& subject) {
  const std::filesystem::path path = folder / (std::string("memory_bench_") + subject.name + ".db");
  waggle::Options options;
  options.path = path.string();
  options.open_mode = waggle::OpenMode::kCreateNew;
  options.durability = subject.durability;
  options.cache_bytes = subject.cache_bytes;
  auto database = waggle::Database::open(options);
  if (!database) return database.error();
  const waggle::Session session = (*database)->as("bench");
  waggle::MemoryStore memory = session.memory();
  const auto put = measure(std::string("put ") + subject.name, kEntries, [&](int i) {
    waggle::PutMemory entry;
    entry.agent_id = "bench";
    entry.key = "key-" + std::to_string(i);
    entry.value = waggle::Json(R"({"n":1,"text":"about a hundred bytes of JSON, as an agent would keep them for later use in its work"})");
    return memory.put(entry);
  });
  if (!put) return put;
  return measure(std::string("get ") + subject.name, kReads, [&](int i) { return memory.get({"bench", "key-" + std::to_string(i * 7 % kEntries)}); });
}

}  // namespace

int main(int count, char** arguments) {
  const std::filesystem::path folder = count > 1 ? arguments[1] : ".";
  std::printf("%-28s %10s %10s\n", "operation", "p50 us", "p99 us");
  for (const Case& subject : {Case{"full", waggle::Durability::kFull, std::size_t{64} << 20},
                              Case{"normal", waggle::Durability::kNormal, std::size_t{64} << 20}, Case{"uncached", waggle::Durability::kNormal, 0}}) {
    if (const auto done = run(folder, subject); !done) {
      std::fprintf(stderr, "error: %s\n", done.error().describe().c_str());
      return 1;
    }
  }
}
