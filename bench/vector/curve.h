// curve.h: the recall of a contender by its effort, and the least effort that gives a wanted recall.

#ifndef WAGGLE_BENCH_VECTOR_CURVE_H
#define WAGGLE_BENCH_VECTOR_CURVE_H

#include <map>
#include <optional>

#include "vector/answers.h"

namespace waggle::bench {

// 10, 16, 24, 32, 48, 64, 96 and so on: is this one of the efforts that are tried first, which are also the points of a plot?
bool is_step(int effort);

class Curve {
 public:
  Curve(Contender& contender, const Task& task) : contender_(contender), task_(task) {}

  // Asks all queries, once for each effort.
  const Answers& at(int effort);
  // nullopt when no effort up to kEffortMax gives it, or twice the effort brings nothing more. With `worst`, no query may have less than that.
  std::optional<int> effort_for(double recall, double worst = 0);
  // All that was asked so far, by effort.
  const std::map<int, Answers>& points() const { return points_; }

  static constexpr int kEffortMax = 4096;

 private:
  Contender& contender_;
  Task task_;
  std::map<int, Answers> points_;
};

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_CURVE_H
