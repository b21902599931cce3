// load.h: what the soak test and its worker agree on.

#ifndef WAGGLE_TEST_FAULT_LOAD_H
#define WAGGLE_TEST_FAULT_LOAD_H

#include <chrono>

namespace waggle::test {

// How long a snapshot is held, and how long there is peace before the next one.
inline constexpr std::chrono::milliseconds kHoldTime(3000);

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_LOAD_H
