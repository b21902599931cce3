// measure.cc: see measure.h.

#include "measure.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <thread>

namespace waggle::bench {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(place, values.size() - 1)];
}

double median(std::vector<double> values) { return percentile(values, 0.5); }

PinnedToCore::PinnedToCore() : previous_(sizeof(cpu_set_t)) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) {
    previous_.clear();
    return;
  }
  std::memcpy(previous_.data(), &set, sizeof(set));
  int last = 0;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) last = core;
  }
  CPU_ZERO(&set);
  CPU_SET(last, &set);
  sched_setaffinity(0, sizeof(set), &set);
}

PinnedToCore::~PinnedToCore() {
  if (previous_.empty()) return;
  cpu_set_t set;
  std::memcpy(&set, previous_.data(), sizeof(set));
  sched_setaffinity(0, sizeof(set), &set);
}

Comparison compare(const Turns& turns, const Block& baseline, const Block& candidate) {
  baseline();
  candidate();
  Comparison result;
  std::vector<double> baselines;
  std::vector<double> candidates;
  for (int repeat = 0; repeat < turns.repeats; ++repeat) {
    std::vector<double> a;
    std::vector<double> b;
    for (int block = 0; block < turns.blocks; ++block) {
      const bool baseline_first = block % 2 == 0;
      if (baseline_first) a.push_back(baseline());
      b.push_back(candidate());
      if (!baseline_first) a.push_back(baseline());
    }
    baselines.push_back(median(a));
    candidates.push_back(median(b));
    result.ratios.push_back(baselines.back() / candidates.back());
  }
  result.ratio = median(result.ratios);
  result.baseline = median(baselines);
  result.candidate = median(candidates);
  return result;
}

std::vector<std::uint32_t> zipf_places(std::size_t count, std::uint32_t size, double skew, std::uint64_t seed) {
  std::vector<double> cumulative(size);
  double sum = 0;
  for (std::uint32_t rank = 0; rank < size; ++rank) cumulative[rank] = sum += 1.0 / std::pow(rank + 1.0, skew);
  std::vector<std::uint32_t> place_of(size);
  for (std::uint32_t i = 0; i < size; ++i) place_of[i] = i;
  std::mt19937_64 random(seed);
  std::ranges::shuffle(place_of, random);
  std::uniform_real_distribution<double> uniform(0, sum);
  std::vector<std::uint32_t> places(count);
  for (auto& place : places) {
    const auto found = std::ranges::lower_bound(cumulative, uniform(random));
    place = place_of[std::min<std::size_t>(static_cast<std::size_t>(found - cumulative.begin()), size - 1)];
  }
  return places;
}

}  // namespace waggle::bench
