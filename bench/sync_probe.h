// sync_probe.h: what one sync of the disk costs at this moment, which stands beside every result.

#ifndef WAGGLE_BENCH_SYNC_PROBE_H
#define WAGGLE_BENCH_SYNC_PROBE_H

#include <vector>

#include "subject.h"

namespace waggle::bench {

// What one sync after an append of 4 KiB costs in the folder, in nanoseconds, `count` times.
std::vector<double> sync_nanoseconds(const Folder& folder, int count);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_SYNC_PROBE_H
