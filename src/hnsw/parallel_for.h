// parallel_for.h: ParallelFor, how a caller lends its threads: this layer owns none.

#ifndef WAGGLE_HNSW_PARALLEL_FOR_H
#define WAGGLE_HNSW_PARALLEL_FOR_H

#include <cstddef>

#include "base/function_ref.h"

namespace waggle::hnsw {

// Runs task(0) ... task(count - 1), on as many threads as the caller likes, and returns when all are done.
using ParallelFor = base::FunctionRef<void(std::size_t count, base::FunctionRef<void(std::size_t)> task)>;

// On the calling thread.
inline constexpr auto kInOrder = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) {
  for (std::size_t i = 0; i < count; ++i) task(i);
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_PARALLEL_FOR_H
