// registry.cc: see registry.h.

#include "engine/registry.h"

#include <pthread.h>
#include <atomic>

namespace waggle::engine {
namespace {

std::atomic<std::uint32_t> generation = 0;

}  // namespace

std::uint32_t fork_generation() {
  // Only a child runs this handler, before any of its own code: nothing can race with it.
  static const int registered = pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  static_cast<void>(registered);
  return generation.load(std::memory_order_relaxed);
}

Registry& Registry::instance() {
  static Registry registry;
  return registry;
}

}  // namespace waggle::engine
