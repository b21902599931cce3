// measure.h: how things are timed here. Absolute times say little on a shared machine, so what is reported are ratios: two ways to do the same
// work run in turns, block by block, and the median over several repeats counts. Running one way against itself (the A/A control) says how far such
// ratios can be trusted at that moment.

#ifndef WAGGLE_BENCH_MEASURE_H
#define WAGGLE_BENCH_MEASURE_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace waggle::bench {

// Seconds since some fixed moment.
double seconds();

// The value below which the part `share` (0 to 1) of them lies. Sorts. 0 for none.
double percentile(std::vector<double>& values, double share);
double median(std::vector<double> values);

// Binds the calling thread to one core while it lives, so that the two ways are not moved about in between.
class PinnedToCore {
 public:
  PinnedToCore();
  ~PinnedToCore();
  PinnedToCore(const PinnedToCore&) = delete;
  PinnedToCore& operator=(const PinnedToCore&) = delete;

 private:
  std::vector<std::byte> previous_;
};

// Runs one block of work and answers what one operation of it cost, in any unit.
using Block = std::function<double()>;

struct Turns {
  int repeats = 5;
  int blocks = 9;  // of each way, a repeat
};

struct Comparison {
  std::vector<double> ratios;  // cost of the baseline / cost of the candidate, by repeat: above 1 when the candidate is faster
  double ratio = 0;            // their median
  double baseline = 0;         // medians of the costs
  double candidate = 0;
};

// Runs the blocks baseline, candidate, candidate, baseline, ... and compares the medians of each repeat. One block of each runs before, unmeasured.
Comparison compare(const Turns& turns, const Block& baseline, const Block& candidate);

// Calls `operation(i)` for 0 to count - 1 and answers nanoseconds per call.
template <typename Operation>
double nanoseconds_each(std::int64_t count, Operation&& operation) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < count; ++i) operation(i);
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / static_cast<double>(count);
}

// The same, with the duration of each call appended to `out`, in nanoseconds.
template <typename Operation>
void time_each(std::int64_t count, std::vector<double>& out, Operation&& operation) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    operation(i);
    out.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count());
  }
}

// Keeps the compiler from dropping the computation of a value.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

// `count` places in 0 to size - 1, the place of rank r drawn in proportion to 1 / r^skew, ranks scattered over the places. The same for the same
// arguments.
std::vector<std::uint32_t> zipf_places(std::size_t count, std::uint32_t size, double skew, std::uint64_t seed);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_MEASURE_H
