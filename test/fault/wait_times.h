// wait_times.h: how long each of many writers waited, less the time for which the test itself held them all up.

#ifndef WAGGLE_TEST_FAULT_WAIT_TIMES_H
#define WAGGLE_TEST_FAULT_WAIT_TIMES_H

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace waggle::test {

class WaitTimes {
 public:
  using Microseconds = std::int64_t;  // of the monotonic clock
  struct Span {
    Microseconds begin = 0;
    Microseconds end = 0;
  };
  struct Summary {
    Microseconds median = 0;
    Microseconds worst = 0;
    double worst_to_median = 0;  // of the writer for which that is largest
    std::size_t least = 0;       // waits of the writer that had the fewest
    std::size_t count = 0;
  };

  explicit WaitTimes(std::size_t writers) : waits_(writers) {}

  void add(std::size_t writer, Span wait) { waits_[writer].push_back(wait); }
  // The test holds somebody up in this span. Spans come in order and do not overlap.
  void add_stop(Span stop) { stops_.push_back(stop); }
  std::size_t count(std::size_t writer) const { return waits_[writer].size(); }

  Summary summary() const {
    Summary all;
    std::vector<Microseconds> every;
    all.least = waits_.front().size();
    for (const auto& waits : waits_) {
      std::vector<Microseconds> own;
      for (const Span& wait : waits) own.push_back(wait.end - wait.begin - stopped_within(wait));
      all.least = std::min(all.least, own.size());
      if (own.empty()) continue;
      std::sort(own.begin(), own.end());
      all.worst_to_median =
          std::max(all.worst_to_median, static_cast<double>(own.back()) / static_cast<double>(std::max<Microseconds>(1, middle(own))));
      every.insert(every.end(), own.begin(), own.end());
    }
    std::sort(every.begin(), every.end());
    all.count = every.size();
    if (every.empty()) return all;
    all.median = middle(every);
    all.worst = every.back();
    return all;
  }

 private:
  static Microseconds middle(const std::vector<Microseconds>& sorted) { return sorted[sorted.size() / 2]; }

  Microseconds stopped_within(const Span& wait) const {
    Microseconds sum = 0;
    auto stop = std::partition_point(stops_.begin(), stops_.end(), [&](const Span& earlier) { return earlier.end <= wait.begin; });
    for (; stop != stops_.end() && stop->begin < wait.end; ++stop) sum += std::min(stop->end, wait.end) - std::max(stop->begin, wait.begin);
    return sum;
  }

  std::vector<std::vector<Span>> waits_;
  std::vector<Span> stops_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_WAIT_TIMES_H
