// futex.h: Linux's futex on a word in shared memory: sleep until another thread or process changes the word. man 2 futex.

#ifndef WAGGLE_ENGINE_FUTEX_H
#define WAGGLE_ENGINE_FUTEX_H

#include <atomic>
#include <chrono>
#include <cstdint>

namespace waggle::engine {

static_assert(std::atomic<std::uint32_t>::is_always_lock_free && sizeof(std::atomic<std::uint32_t>) == 4, "a futex is a plain 32-bit word");

inline constexpr std::uint32_t kFutexAnyone = 0xffffffff;

// Sleeps while `word` is `expected`, at most until `end`; may also return for no reason. Only wakers whose mask shares a bit with `mask` end it.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, std::chrono::steady_clock::time_point end,
                std::uint32_t mask = kFutexAnyone);

// Wakes all sleepers on `word` whose mask shares a bit with `mask`, in every process that maps it.
void futex_wake_all(std::atomic<std::uint32_t>& word, std::uint32_t mask = kFutexAnyone);

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_FUTEX_H
