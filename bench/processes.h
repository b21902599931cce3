// processes.h: what the processes do that benchmarks start.

#ifndef WAGGLE_BENCH_PROCESSES_H
#define WAGGLE_BENCH_PROCESSES_H

#include <optional>
#include <string>

namespace waggle::bench {

// One of many writing processes; `kind` is "waggle" or "naive". See processes.cc.
void run_writing_process(const std::string& kind, const std::string& path, int index, std::optional<int> sync_microseconds);

// Waits for messages and answers each with the moment at which it came. See messages.cc.
void run_receiving_process(const std::string& path, std::optional<int> sync_microseconds);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_PROCESSES_H
