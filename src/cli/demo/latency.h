// latency.h: how long each operation took: histograms that workers keep and store as JSON objects from an upper bound in microseconds to a count.

#ifndef WAGGLE_CLI_DEMO_LATENCY_H
#define WAGGLE_CLI_DEMO_LATENCY_H

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "waggle/value.h"

namespace waggle::cli::demo {

// Counts by buckets that grow by a quarter of an octave, so that a percentile is at most 19 % too high.
class Histogram {
 public:
  void add(Duration took) { add_bucket(bucket_of(took.count()), 1); }
  // A bucket of another histogram, by its upper bound.
  void add_bucket(std::int64_t bound_us, std::int64_t count) { counts_[bound_us] += count; }

  std::int64_t count() const;
  // The bound under which the fraction (0 to 1) of what was counted lies; zero when nothing was.
  Duration percentile(double fraction) const;
  // {"181":3,"215":9}
  Json to_json() const;

  static std::int64_t bucket_of(std::int64_t microseconds);

 private:
  std::map<std::int64_t, std::int64_t> counts_;
};

// Histograms by operation.
class Latencies {
 public:
  // Runs `call`, notes how long it took, and answers what it answers.
  template <typename Call>
  auto measure(std::string_view operation, Call&& call) {
    const auto begin = std::chrono::steady_clock::now();
    auto answer = call();
    by_operation_[std::string(operation)].add(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin));
    return answer;
  }

  const std::map<std::string, Histogram>& by_operation() const { return by_operation_; }

 private:
  std::map<std::string, Histogram> by_operation_;
};

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_LATENCY_H
