// speed.h: queries a second of several contenders, measured in turns by one thread.

#ifndef WAGGLE_BENCH_VECTOR_SPEED_H
#define WAGGLE_BENCH_VECTOR_SPEED_H

#include <vector>

#include "vector/answers.h"

namespace waggle::bench {

struct Entry {
  Contender* contender;
  int effort;
};

struct Speeds {
  std::vector<double> per_second;  // of each entry, the median over the repeats
  double control = 1;              // the first entry against itself, measured as if it were one more
};

// In each repeat every entry answers every query, block by block: in one turn each entry has a block, no two the same, and the order moves on from
// turn to turn. Measures again, up to three times, when the control is not within 0.95 to 1.05, and answers the measurement whose control is nearest
// to 1.
Speeds speeds_in_turns(const Task& task, const std::vector<Entry>& entries, int repeats);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_SPEED_H
