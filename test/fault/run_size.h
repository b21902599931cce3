// run_size.h: how long the storms last, and what they may expect of the build that they run in.

#ifndef WAGGLE_TEST_FAULT_RUN_SIZE_H
#define WAGGLE_TEST_FAULT_RUN_SIZE_H

#include <chrono>
#include <cstdint>
#include <cstdlib>

#include "support/soak.h"

namespace waggle::test {

inline std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

// `small` with all the other tests, `large` for a soak; never more than WAGGLE_STORM_SECONDS, where that is set.
inline std::chrono::seconds storm_time(std::chrono::seconds small, std::chrono::seconds large) {
  const auto time = soak::scaled(small, large);
  return std::min(time, std::chrono::seconds(number_from("WAGGLE_STORM_SECONDS", 1U << 30U)));
}

// Limits of time hold for what users run; instrumented code is given ten times as much.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kSlowness = 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr int kSlowness = 10;
#else
inline constexpr int kSlowness = 1;
#endif
#else
inline constexpr int kSlowness = 1;
#endif

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_RUN_SIZE_H
