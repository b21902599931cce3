// answers.h: how good the answers of a contender are, and how long they take.

#ifndef WAGGLE_BENCH_VECTOR_ANSWERS_H
#define WAGGLE_BENCH_VECTOR_ANSWERS_H

#include <cstdint>
#include <span>
#include <vector>

#include "vector/contender.h"
#include "vector/data_set.h"

namespace waggle::bench {

// So many neighbours are asked for: every recall here is recall@10.
inline constexpr std::size_t kNeighbours = 10;

// What is asked, and the right answers.
struct Task {
  const Vectors& queries;
  const Ids& truth;                            // row i: at least kNeighbours of query i, nearest first
  const std::vector<bool>* allowed = nullptr;  // only among these
  std::size_t count = 0;                       // of the queries that are asked; 0: all

  std::size_t size() const { return count == 0 ? queries.rows : count; }
};

// The nearest of one query. False: the contender has no filter and the task needs one.
bool answer(Contender& contender, const Task& task, std::size_t query, int effort, std::span<std::int32_t> found);

struct Answers {
  double recall = 0;  // mean over the queries
  double worst = 1;   // of a single query
  int bad = 0;        // queries with a recall below 0.7
  double per_second = 0;
};

// Asks every query once.
Answers answer_all(Contender& contender, const Task& task, int effort);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_ANSWERS_H
