// curve.cc: see curve.h.

#include "vector/curve.h"

namespace waggle::bench {

const Answers& Curve::at(int effort) {
  const auto known = points_.find(effort);
  if (known != points_.end()) return known->second;
  return points_.emplace(effort, answer_all(contender_, task_, effort)).first->second;
}

std::optional<int> Curve::effort_for(double recall) {
  int enough = static_cast<int>(kNeighbours);
  int too_little = enough - 1;
  // By factors of about 1.5, so that these steps are also the points of a plot.
  while (at(enough).recall < recall) {
    too_little = enough;
    enough += enough / 2;
    if (enough > kEffortMax) return std::nullopt;
  }
  while (enough - too_little > 1) {
    const int middle = too_little + (enough - too_little) / 2;
    (at(middle).recall < recall ? too_little : enough) = middle;
  }
  return enough;
}

}  // namespace waggle::bench
