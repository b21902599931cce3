// worker.h: what the processes of the fault tests share: telling the test what was acknowledged, and the jobs that they can be started with.

#ifndef WAGGLE_TEST_FAULT_WORKER_H
#define WAGGLE_TEST_FAULT_WORKER_H

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "waggle/database.h"

namespace waggle::test {

// One write of the system: a line is told whole or not at all, also when the process is killed.
void tell(const std::string& line);
[[noreturn]] void fail(const Error& error);
// Ends the process with the error, if there is one.
template <typename T>
T must(Result<T> result) {
  if (!result) fail(result.error());
  return *std::move(result);
}
void must(const Status& status);

// Has the test written a line, or closed its end?
bool is_told_to_stop();
// Waits for that, at most so long.
void wait_to_be_told(std::chrono::milliseconds patience = std::chrono::hours(24));

// Opens the database with a small checkpoint size: many checkpoints happen, and some of them while the process is killed.
std::unique_ptr<Database> open_database(const std::string& path, const Options& options = {});

// Values differ in length, so that pages fill, split and overflow.
std::string value_of(const std::string& name, int i);

// The jobs. Each prints `ready` when it has opened the database at `path`.
void run_kill_worker(const std::string& path, const std::string& run);
void run_recall_worker(const std::string& path, const std::string& run);
void run_table_worker(const std::string& path, const std::string& run);
void run_burst_worker(const std::string& path, const std::string& run, int count);
void run_storm_worker(const std::string& path, const std::string& name, int first);
void run_coherence_worker(const std::string& path, const std::string& recorder_path, int process);
void run_load_worker(const std::string& path);
void run_index_worker(const std::string& path, const std::string& run);
void run_claim_worker(const std::string& path, const std::string& agent);
void run_vote_worker(const std::string& path, int voter);
void run_receive_worker(const std::string& path, const std::string& agent, Receive::Ack ack);

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_WORKER_H
