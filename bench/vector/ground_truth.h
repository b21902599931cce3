// ground_truth.h: the exact nearest neighbours, by comparing every query with every vector. Compiled for this very machine, so that it takes seconds.

#ifndef WAGGLE_BENCH_VECTOR_GROUND_TRUTH_H
#define WAGGLE_BENCH_VECTOR_GROUND_TRUTH_H

#include <vector>

#include "vector/matrix.h"

namespace waggle::bench {

// Row i holds the `count` rows of `base` with the largest dot product with query i, best first, the lower id first where two are equal. Only rows
// with `allowed` are looked at, when it is not empty; there must be enough of them.
Ids nearest_by_dot(const Vectors& base, const Vectors& queries, std::size_t count, const std::vector<bool>& allowed = {});

// Divides each row by its length. A row of zeros throws std::runtime_error.
void normalise(Matrix<float>& matrix);

// Gigabytes a second that one thread reads from memory, the best of several passes over the numbers, which must be far more than the caches hold.
double read_bandwidth(const Vectors& vectors);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_GROUND_TRUTH_H
