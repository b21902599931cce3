// core_table.h: what the core benchmark measures, what at least is expected of it (floor) and what is hoped for (goal).

#ifndef WAGGLE_BENCH_CORE_TABLE_H
#define WAGGLE_BENCH_CORE_TABLE_H

#include "report.h"

namespace waggle::bench {

inline constexpr Target kCoreTargets[] = {
    {"get_vs_raw", Better::kHigher, 1.4, 2, "x", "memory.get without cache against a raw prepared autocommit read of the same columns"},
    {"cached_get_vs_raw", Better::kHigher, 10, 20, "x", "memory.get from the cache against the same, zipf 0.99 over 100,000 keys"},
    {"get_in_snapshot", Better::kHigher, 0.8, 0.95, "x", "memory.get inside a snapshot against a raw step inside a transaction"},
    {"group_commit_2ms", Better::kHigher, 18, 25, "x", "64 writers, durable put against naive, a sync takes 2 ms"},
    {"group_commit_200us", Better::kHigher, 7, 10, "x", "the same, a sync takes 0.2 ms"},
    {"group_commit_disk", Better::kHigher, 3, 5, "x", "the same, this machine's disk"},
    {"group_commit_p999", Better::kLower, 1.0 / 30, 1.0 / 100, "x", "p99.9 of a put's latency against naive, worst of the three"},
    {"lone_writer", Better::kLower, 1.15, 1.05, "x", "one writer's p50 against a raw transaction with the same rows"},
    {"processes_12", Better::kHigher, 2, 3, "x", "12 processes of 100 puts against naive processes; all 1,200 rows kept"},
    {"bulk_put", Better::kHigher, 0.8, 0.95, "x", "100,000 puts in one batch against a raw loop in one transaction"},
    {"claim", Better::kHigher, 0.7, 0.9, "x", "claims by 8 threads among 1,000,000 tasks against among the 1,000 ready ones alone"},
    {"send_receive", Better::kLower, 2, 1.2, "x", "message sent to received in this process, against one sync"},
    {"wake_process", Better::kLower, 2000, 300, "us", "the same from another process, beyond the sync"},
    {"scale", Better::kLower, 3, 2, "x", "memory.get at 10,000,000 entries against at 10,000"},
    {"write_amplification", Better::kLower, 45, 20, "x", "bytes written to the disk per put of 200 bytes, against the row's own"},
    {"open", Better::kLower, 3, 1.5, "x", "open and first get against raw open, pragmas, prepare and step"},
};

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_CORE_TABLE_H
