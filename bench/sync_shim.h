// sync_shim.h: what a sync of the disk costs in this process. A real one swings by a factor of thirty with whatever else the machine does, so rows
// about durable writes also run with a sync of a fixed length, which is what a disk of that latency would do to all contestants alike.
//
// Works by defining fsync and fdatasync in the program itself, which every library in it then calls. A program of a benchmark only.

#ifndef WAGGLE_BENCH_SYNC_SHIM_H
#define WAGGLE_BENCH_SYNC_SHIM_H

#include <cstdint>
#include <optional>

namespace waggle::bench {

// How long a sync takes from now on, in microseconds; nullopt: as long as the disk needs.
void set_sync_microseconds(std::optional<int> microseconds);

// Syncs since the program began.
std::int64_t sync_count();

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_SYNC_SHIM_H
