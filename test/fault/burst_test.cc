// burst_test.cc: many processes write one database at once; all succeed, and nobody sees a busy lock.

#include <gtest/gtest.h>

#include <string>

#include "fault/ack_oracle.h"
#include "fault/fault_fixture.h"
#include "support/process_group.h"

namespace waggle::test {
namespace {

constexpr int kProcesses = 12;
constexpr int kPuts = 100;

class SlowBurst : public FaultTest {
 protected:
  // Starts all workers, waits for all, and expects that each has stored all of its entries.
  AckOracle run_burst() {
    AckOracle acknowledged;
    ProcessGroup workers([&](std::size_t, const std::string& line) { acknowledged.note(line); });
    for (int p = 0; p < kProcesses; ++p) workers.start({WAGGLE_FAULT_WORKER, "burst", path(), "p" + std::to_string(p), std::to_string(kPuts)});
    for (std::size_t p = 0; p < kProcesses; ++p) EXPECT_EQ(workers.wait(p, std::chrono::steady_clock::now() + std::chrono::seconds(120)), 0);
    EXPECT_EQ(acknowledged.size(), static_cast<std::size_t>(kProcesses * kPuts));
    return acknowledged;
  }

  void expect_burst_stored(const AckOracle& acknowledged) {
    const auto database = open(OpenMode::kExisting);
    ASSERT_NE(database, nullptr);
    acknowledged.expect_all_there(*database);
    EXPECT_EQ(database->as("").memory().stats("single").value().entries, kProcesses * kPuts);
    expect_sound(*database);
  }
};

TEST_F(SlowBurst, AllProcessesSucceed) { expect_burst_stored(run_burst()); }

// One that does not know Waggle's lock: it writes a table of its own and checkpoints, all the time.
TEST_F(SlowBurst, AllProcessesSucceedBesideAForeignWriter) {
  open().reset();
  ChildProcess bystander({WAGGLE_PYTHON, "-c",
                          "import select, sqlite3, sys\n"
                          "db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)\n"
                          "db.execute('CREATE TABLE bystander(n)')\n"
                          "print('started', flush=True)\n"
                          "n = 0\n"
                          "while not select.select([sys.stdin], [], [], 0.001)[0]:\n"
                          "    db.execute('INSERT INTO bystander VALUES(?)', (n,))\n"
                          "    n += 1\n"
                          "    if n % 5 == 0: db.execute('PRAGMA wal_checkpoint(PASSIVE)').fetchall()\n"
                          "print(n, db.execute('SELECT count(*) FROM bystander').fetchone()[0], flush=True)\n",
                          path()});
  ASSERT_EQ(bystander.read_line(), "started");
  const AckOracle acknowledged = run_burst();
  bystander.write_line("enough");
  const auto counted = bystander.read_line(std::chrono::seconds(120));
  ASSERT_TRUE(counted);
  const std::size_t space = counted->find(' ');
  EXPECT_EQ(counted->substr(0, space), counted->substr(space + 1));
  EXPECT_NE(counted->substr(0, space), "0");
  EXPECT_EQ(bystander.wait(), 0);
  expect_burst_stored(acknowledged);
}

}  // namespace
}  // namespace waggle::test
