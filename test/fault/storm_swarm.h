// storm_swarm.h: what the storms of a swarm and their workers agree on.

#ifndef WAGGLE_TEST_FAULT_STORM_SWARM_H
#define WAGGLE_TEST_FAULT_STORM_SWARM_H

#include <chrono>
#include <string>

namespace waggle::test {

// How long a task is leased, and how long a message stays out of sight.
inline constexpr std::chrono::milliseconds kStormLease(500);
inline constexpr int kStormVoters = 16;

inline std::string elector_name(int elector) { return "elector-" + std::to_string(elector); }

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_STORM_SWARM_H
