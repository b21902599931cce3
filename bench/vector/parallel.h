// parallel.h: the same work for every row of a set, by several threads.

#ifndef WAGGLE_BENCH_VECTOR_PARALLEL_H
#define WAGGLE_BENCH_VECTOR_PARALLEL_H

#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace waggle::bench {

// Calls `work(row, thread)` for the rows 0 to count - 1, in turn, threads being numbered from 0. The first exception ends it and is thrown again.
template <typename Work>
void for_each_row(std::size_t count, int threads, Work&& work) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
  const auto run = [&](int thread) {
    try {
      for (std::size_t row = 0; (row = next.fetch_add(1)) < count;) work(row, thread);
    } catch (...) {
      failures[static_cast<std::size_t>(thread)] = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> others;
    for (int thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
    run(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_PARALLEL_H
