// coherence_test.cc: four processes of four threads read and write the same keys, and a program that is not Waggle writes one. No read is stale.

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <string>

#include "fault/fault_fixture.h"
#include "fault/recorder.h"
#include "fault/run_size.h"
#include "support/process_group.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kProcesses = 4;

class SlowCoherence : public FaultTest {
 protected:
  void hear(std::size_t member, const std::string& line) {
    if (member == kProcesses) return hear_foreign(line);
    std::istringstream words(line);
    std::string what;
    std::int64_t reads = 0, writes = 0, hits = 0;
    words >> what >> reads >> writes >> hits;
    if (what == "counts") {
      reads_ += reads;
      writes_ += writes;
      hits_ += hits;
    } else {
      EXPECT_EQ(line, "ready") << "process " << member;
    }
  }

  // The sqlite3 tool prints each number that it has written.
  void hear_foreign(const std::string& line) {
    if (line != std::to_string(foreign_.begun.load())) return;  // what the pragma answers
    foreign_.done.store(foreign_.begun.load());
    if (!ending_) write_foreign();
  }
  void write_foreign() {
    std::int64_t number = foreign_.begun.load() + 1;
    if (OwnedKey::removes(number)) ++number;  // it only puts
    foreign_.begun.store(number);
    const std::string text = std::to_string(number);
    group_[kProcesses].write_line("UPDATE memory SET value = '" + text + "', version = version + 1 WHERE key = 'owned-16'; SELECT " + text + ";");
  }

  MappedRecorder recorder_{dir_.file("recorder")};
  OwnedKey& foreign_ = recorder_->owned.back();
  ProcessGroup group_{[this](std::size_t member, const std::string& line) { hear(member, line); }};
  std::int64_t reads_ = 0;
  std::int64_t writes_ = 0;
  std::int64_t hits_ = 0;
  bool ending_ = false;
};

TEST_F(SlowCoherence, NoReadIsStale) {
  const auto time = storm_time(std::chrono::seconds(20), std::chrono::seconds(600));
  ASSERT_TRUE(open()->as("").memory().put({.agent_id = "all", .key = "owned-16", .value = Json("1")}));
  foreign_.begun = foreign_.done = 1;
  for (std::size_t p = 0; p < kProcesses; ++p) {
    group_.start({WAGGLE_FAULT_WORKER, "coherence", path(), dir_.file("recorder"), std::to_string(p)});
  }
  group_.start({"stdbuf", "-oL", "sqlite3", "-bail", "-cmd", ".timeout 60000", path()});
  group_[kProcesses].write_line("PRAGMA wal_autocheckpoint=0;");
  write_foreign();
  // A stale read ends the process that saw it, and the test.
  group_.listen_until(Steady::now() + time, [] { return HasFailure(); });
  ending_ = true;
  for (std::size_t p = 0; p < kProcesses; ++p) group_[p].write_line("enough");
  for (std::size_t p = 0; p < kProcesses; ++p) EXPECT_EQ(group_.wait(p, Steady::now() + std::chrono::seconds(60)), 0);
  group_[kProcesses].write_line(".quit");
  EXPECT_EQ(group_.wait(kProcesses, Steady::now() + std::chrono::seconds(60)), 0);
  std::cout << "coherence: " << kProcesses << " processes, " << time.count() << " s, " << reads_
            << (HasFailure() ? " reads, " : " reads, none stale, ") << hits_ << " of them from the cache, beside " << writes_ << " writes and "
            << foreign_.done.load() << " foreign ones" << std::endl;
  EXPECT_GT(writes_, 0);
  EXPECT_GT(hits_, writes_);
  EXPECT_GT(foreign_.done.load(), 1);
  expect_sound(*open(OpenMode::kExisting));
}

}  // namespace
}  // namespace waggle::test
