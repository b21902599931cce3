// results.cc: see results.h.

#include "vector/results.h"

#include <algorithm>
#include <cmath>

namespace waggle::bench {

const Reached* Level::find(const std::string& contender) const {
  const auto found = std::ranges::find(reached, contender, &Reached::contender);
  return found == reached.end() ? nullptr : &*found;
}

const Reached* Level::best_f32_baseline() const {
  const Reached* best = nullptr;
  for (const Reached& one : reached) {
    if (one.contender.starts_with(kOwnPrefix) || one.kind != Kind::kGraph) continue;
    if (best == nullptr || one.per_second > best->per_second) best = &one;
  }
  return best;
}

double geometric_mean(const std::vector<double>& values) {
  double logarithms = 0;
  for (const double value : values) logarithms += std::log(value);
  return values.empty() ? 0 : std::exp(logarithms / static_cast<double>(values.size()));
}

}  // namespace waggle::bench
