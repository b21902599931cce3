// system_sqlite.cc: the SQLite of this system, in a process of its own, doing what the raw baseline of core_bench does. Its figures stand beside
// Waggle's as absolute times, for orientation: another build of SQLite cannot take turns in one process.
//
//   system_sqlite PATH MICROSECONDS   PATH: a Waggle database with 10,000 entries that is written to; MICROSECONDS: of a sync, -1 the disk's own
//
// Prints one "NAME NUMBER" a line.

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "keys.h"
#include "measure.h"
#include "naive.h"
#include "raw_sqlite.h"
#include "sync_shim.h"

namespace waggle::bench {
namespace {

constexpr std::int64_t kEntries = 10'000;
constexpr std::int64_t kReads = 40'000;
constexpr std::int64_t kPuts = 500;

double read_nanoseconds(RawGet& get) {
  MemoryEntry entry;
  return nanoseconds_each(kReads, [&](std::int64_t i) {
    const Key key = key_of(i * 7919 % kEntries);
    if (!get(key.view(), entry)) throw std::runtime_error("an entry that was stored is not there");
  });
}

void run(const std::string& path, int sync_microseconds) {
  RawDatabase database(path);
  RawGet get(database);
  std::printf("version %s\n", sqlite3_libversion());
  std::printf("get_autocommit_ns %.0f\n", read_nanoseconds(get));
  database.run("BEGIN");
  std::printf("get_in_transaction_ns %.0f\n", read_nanoseconds(get));
  database.run("COMMIT");
  if (sync_microseconds >= 0) set_sync_microseconds(sync_microseconds);
  RawPut put(database);
  std::vector<double> each;
  for (std::int64_t i = 0; i < kPuts; ++i) {
    const Key key = key_of(kEntries + i);
    time_each(1, each, [&](std::int64_t) { put.in_transaction(key.view(), value_200()); });
  }
  std::printf("put_p50_us %.1f\n", median(each) / 1000);
  Throughput many = run_naive_writers({.threads = 64, .duration = 1.5}, path, 1'000'000);
  std::printf("puts_by_64_threads_per_s %.0f\n", many.per_second());
  std::printf("put_by_64_threads_p999_ms %.1f\n", percentile(many.latencies, 0.999) / 1e6);
}

}  // namespace
}  // namespace waggle::bench

int main(int count, char** arguments) {
  try {
    if (count != 3) throw std::runtime_error("usage: system_sqlite PATH MICROSECONDS");
    waggle::bench::run(arguments[1], std::atoi(arguments[2]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
