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
    Microseconds median = 0;  // of the waits in which the test held up nobody
    Microseconds worst = 0;
    double worst_to_median = 0;
    std::size_t least = 0;  // waits of the writer that had the fewest
    std::size_t count = 0;
  };

  explicit WaitTimes(std::size_t writers) : waits_(writers) {}

  void add(std::size_t writer, Span wait) { waits_[writer].push_back(wait); }
  // The test holds somebody up in this span. Spans come in order and do not overlap.
  void add_stop(Span stop) { stops_.push_back(stop); }
  std::size_t count(std::size_t writer) const { return waits_[writer].size(); }

  Summary summary() const {
    Summary all;
    std::vector<Microseconds> undisturbed;
    all.least = waits_.front().size();
    for (const auto& waits : waits_) {
      all.least = std::min(all.least, waits.size());
      all.count += waits.size();
      for (const Span& wait : waits) {
        const Microseconds stopped = stopped_within(wait);
        all.worst = std::max(all.worst, wait.end - wait.begin - stopped);
        if (stopped == 0) undisturbed.push_back(wait.end - wait.begin);
      }
    }
    if (undisturbed.empty()) return all;
    std::sort(undisturbed.begin(), undisturbed.end());
    all.median = std::max<Microseconds>(1, undisturbed[undisturbed.size() / 2]);
    all.worst_to_median = static_cast<double>(all.worst) / static_cast<double>(all.median);
    return all;
  }

 private:
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
