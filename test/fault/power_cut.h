// power_cut.h: a scenario is recorded once; then the power is cut after each of its operations, and what the disk may hold then is opened.

#ifndef WAGGLE_TEST_FAULT_POWER_CUT_H
#define WAGGLE_TEST_FAULT_POWER_CUT_H

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "fault/disk_image.h"
#include "fault/faulty_disk.h"
#include "fault/oracle.h"
#include "fault/scenarios.h"

namespace waggle::test {

// One state that the database had, and after how many operations of the disk it came into being.
struct State {
  std::size_t since = 0;
  Dump dump;
  bool has_tables = true;  // false: the tables are made by who opens it, and with them another identity
};

struct Recording {
  const Scenario* scenario = nullptr;
  Files before;
  std::vector<Operation> operations;
  std::vector<Promise> promises;
  std::vector<Promise> kept;  // made before the recording begins
  std::vector<State> states;  // in the order of the commits
  std::string shared_memory;  // the wal-index as it was at the end
};

// What came of a run of cuts.
struct CutReport {
  std::int64_t images = 0;
  std::int64_t lost = 0;     // an acknowledged write is not there
  std::int64_t corrupt = 0;  // anything else that is wrong
  std::chrono::microseconds slowest_open{0};
  std::vector<std::string> failures;  // the first ones, in words

  void add(const CutReport& other);
};

class PowerCut {
 public:
  explicit PowerCut(FaultyDisk& disk) : disk_(disk) {}

  Recording record(const Scenario& scenario) const;
  // A recording that begins with what a power cut left after `operations` operations: the database is opened, written and closed.
  Recording record_recovery(const Recording& first, std::size_t operations, Damage damage, std::uint32_t seed) const;

  // Cuts so many times, at operations that are evenly apart. `seed` chooses the damage.
  CutReport cut(const Recording& recording, std::int64_t images, std::uint32_t seed) const;

 private:
  static Files image(const Recording& recording, std::size_t operations, Damage damage, std::uint32_t seed);
  static std::vector<State> find_states(const Recording& recording);
  static void add_side_files(const Recording& recording, Files& files, std::mt19937& random);
  void check_image(const Recording& recording, std::size_t operations, const Files& files, CutReport& report) const;

  FaultyDisk& disk_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_POWER_CUT_H
