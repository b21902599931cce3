// speed.cc: see speed.h.

#include "vector/speed.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "measure.h"

namespace waggle::bench {
namespace {

constexpr std::size_t kBlocks = 10;
// By how many blocks entries are apart; shares no factor with the count of blocks, so that up to ten of them never have the same one in a turn, and
// an entry that stands in the list twice does not find its own last answers in the cache.
constexpr std::size_t kApart = 3;
constexpr int kTries = 3;

double seconds_of_block(const Task& task, const Entry& entry, std::size_t block, std::size_t blocks) {
  std::array<std::int32_t, kNeighbours> found{};
  const std::size_t first = task.size() * block / blocks;
  const std::size_t last = task.size() * (block + 1) / blocks;
  const double begin = seconds();
  for (std::size_t query = first; query < last; ++query) answer(*entry.contender, task, query, entry.effort, found);
  keep(found);
  return seconds() - begin;
}

// Seconds that each entry took for all queries.
std::vector<double> one_repeat(const Task& task, const std::vector<Entry>& entries) {
  const std::size_t blocks = std::min(kBlocks, task.size());
  std::vector<double> taken(entries.size());
  for (std::size_t turn = 0; turn < blocks; ++turn) {
    for (std::size_t step = 0; step < entries.size(); ++step) {
      const std::size_t entry = (turn + step) % entries.size();
      const std::size_t block = (turn + entry * kApart) % blocks;
      taken[entry] += seconds_of_block(task, entries[entry], block, blocks);
    }
  }
  return taken;
}

Speeds one_try(const Task& task, const std::vector<Entry>& entries, int repeats) {
  const PinnedToCore pinned;
  std::vector<Entry> all = entries;
  all.push_back(entries.front());
  one_repeat(task, all);  // warms up
  std::vector<std::vector<double>> per_second(all.size());
  std::vector<double> controls;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const std::vector<double> taken = one_repeat(task, all);
    for (std::size_t i = 0; i < all.size(); ++i) per_second[i].push_back(static_cast<double>(task.size()) / taken[i]);
    controls.push_back(taken.front() / taken.back());
  }
  Speeds speeds{.control = median(controls)};
  for (std::size_t i = 0; i < entries.size(); ++i) speeds.per_second.push_back(median(per_second[i]));
  return speeds;
}

}  // namespace

Speeds speeds_in_turns(const Task& task, const std::vector<Entry>& entries, int repeats) {
  Speeds best = one_try(task, entries, repeats);
  for (int i = 1; i < kTries && (best.control < 0.95 || best.control > 1.05); ++i) {
    Speeds again = one_try(task, entries, repeats);
    if (std::abs(again.control - 1) < std::abs(best.control - 1)) best = std::move(again);
  }
  return best;
}

}  // namespace waggle::bench
