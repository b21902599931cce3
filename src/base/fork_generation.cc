// fork_generation.cc: see fork_generation.h.

#include "base/fork_generation.h"

#include <pthread.h>
#include <atomic>

namespace waggle::base {
namespace {

std::atomic<std::uint32_t> generation = 0;

}  // namespace

std::uint32_t fork_generation() {
  // Only a child runs this handler, before any of its own code: nothing can race with it.
  static const int registered = pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  static_cast<void>(registered);
  return generation.load(std::memory_order_relaxed);
}

}  // namespace waggle::base
