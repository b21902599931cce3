// curve.cc: see curve.h.

#include "vector/curve.h"

namespace waggle::bench {

const Answers& Curve::at(int effort) {
  const auto known = points_.find(effort);
  if (known != points_.end()) return known->second;
  return points_.emplace(effort, answer_all(contender_, task_, effort)).first->second;
}

namespace {

// 10, 16, 24, 32, 48, 64, 96 and so on: the powers of two and what is between, so that these steps are also the points of a plot.
int next_step(int effort) {
  int power = 16;
  while (power <= effort) power *= 2;
  return effort < power * 3 / 4 && effort >= 16 ? power * 3 / 4 : power;
}

}  // namespace

std::optional<int> Curve::effort_for(double recall) {
  int enough = static_cast<int>(kNeighbours);
  int too_little = enough - 1;
  while (at(enough).recall < recall) {
    too_little = enough;
    enough = next_step(enough);
    if (enough > kEffortMax) return std::nullopt;
  }
  while (enough - too_little > 1) {
    const int middle = too_little + (enough - too_little) / 2;
    (at(middle).recall < recall ? too_little : enough) = middle;
  }
  return enough;
}

}  // namespace waggle::bench
