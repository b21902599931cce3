// parallel.h: run_parallel, a loop on several threads that are over when it returns.

#ifndef WAGGLE_VECTOR_PARALLEL_H
#define WAGGLE_VECTOR_PARALLEL_H

#include <cstddef>

#include "base/function_ref.h"

namespace waggle::vector {

// Runs task(0) ... task(count - 1) on so many threads, the caller's included. After each one `go_on` is told how many are done, by one thread at
// a time; false leaves out the tasks that have not begun. What a task throws is thrown here.
void run_parallel(std::size_t threads, std::size_t count, base::FunctionRef<void(std::size_t)> task, base::FunctionRef<bool(std::size_t)> go_on);

// As many as this machine runs at once, at least one.
std::size_t hardware_threads();

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_PARALLEL_H
