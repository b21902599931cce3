// parallel.cc: see parallel.h.

#include "vector/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace waggle::vector {

void run_parallel(std::size_t threads, std::size_t count, base::FunctionRef<void(std::size_t)> task, base::FunctionRef<bool(std::size_t)> go_on) {
  std::atomic<std::size_t> next = 0;
  base::Mutex mutex;
  std::size_t done = 0;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
        task(i);
        const base::MutexLock lock(mutex);
        if (!go_on(++done)) next.store(count);
      }
    } catch (...) {
      const base::MutexLock lock(mutex);
      if (!failure) failure = std::current_exception();
      next.store(count);
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

std::size_t hardware_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace waggle::vector
