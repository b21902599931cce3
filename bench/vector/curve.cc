// curve.cc: see curve.h.

#include "vector/curve.h"

#include <vector>

namespace waggle::bench {
namespace {

// A graph that gains less by twice the effort than this has reached all that it can.
constexpr double kLeastGain = 0.0005;

int next_step(int effort) {
  int power = 16;
  while (power <= effort) power *= 2;
  return effort < power * 3 / 4 && effort >= 16 ? power * 3 / 4 : power;
}

}  // namespace

bool is_step(int effort) {
  int step = static_cast<int>(kNeighbours);
  while (step < effort) step = next_step(step);
  return step == effort;
}

const Answers& Curve::at(int effort) {
  const auto known = points_.find(effort);
  if (known != points_.end()) return known->second;
  return points_.emplace(effort, answer_all(contender_, task_, effort)).first->second;
}

std::optional<int> Curve::effort_for(double recall, double worst) {
  const auto is_enough = [&](int effort) { return at(effort).recall >= recall && at(effort).worst >= worst; };
  int enough = static_cast<int>(kNeighbours);
  int too_little = enough - 1;
  std::vector<double> recalls;  // by step; two steps are about twice the effort
  while (!is_enough(enough)) {
    recalls.push_back(at(enough).recall);
    if (recalls.size() > 2 && recalls.back() - recalls[recalls.size() - 3] < kLeastGain) return std::nullopt;
    too_little = enough;
    enough = next_step(enough);
    if (enough > kEffortMax) return std::nullopt;
  }
  while (enough - too_little > 1) {
    const int middle = too_little + (enough - too_little) / 2;
    (is_enough(middle) ? enough : too_little) = middle;
  }
  return enough;
}

}  // namespace waggle::bench
