// naive.h: the pattern that everyone writes: each thread with a connection of its own, autocommit, and a busy timeout of 5 s.

#ifndef WAGGLE_BENCH_NAIVE_H
#define WAGGLE_BENCH_NAIVE_H

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace waggle::bench {

// What many writers did in a given time.
struct Throughput {
  std::int64_t writes = 0;   // acknowledged
  std::int64_t refused = 0;  // answered BUSY after all that waiting
  double seconds = 0;
  std::vector<double> latencies;  // of every write, in nanoseconds

  double per_second() const { return static_cast<double>(writes) / seconds; }
};

// Runs `write(thread, i)` on each thread for about `duration` seconds and times every call. It answers false for a write that was refused.
// `begin(thread)` runs first, untimed.
struct Writers {
  int threads = 64;
  double duration = 2;
};
Throughput run_writers(const Writers& writers, const std::function<std::function<bool(std::int64_t)>(int thread)>& make_write);

// The same, naively, against an existing database: each put stores a new entry and its row in the change log.
Throughput run_naive_writers(const Writers& writers, const std::string& path, std::int64_t first_key);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_NAIVE_H
