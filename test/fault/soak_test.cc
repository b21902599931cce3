// soak_test.cc: a process under mixed load, with a reader that holds its snapshot now and then, holds as much at the end as at the beginning. Its WAL
// is bounded; while a reader keeps it from shrinking, a warning says how old the reader's snapshot is.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "fault/fault_fixture.h"
#include "fault/load.h"
#include "fault/run_size.h"
#include "support/files.h"
#include "support/process_group.h"
#include "support/resources.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::int64_t kCheckpointBytes = std::int64_t{64} << 10;  // of open_database
constexpr std::int64_t kWalBound = 4 * kCheckpointBytes;           // a longer one is warned of
constexpr std::int64_t kGrowthMax = std::int64_t{4} << 20;         // of the resident set, which the allocator moves a little all the time

class SlowSoak : public FaultTest {
 protected:
  struct Sample {
    Resources held;
    std::int64_t wal_bytes = 0;
    std::uint32_t wal_generation = 0;  // grows each time the WAL begins anew
    std::int64_t files = 0;
  };

  void hear(const std::string& line) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "held") {
      // Since the snapshot before this one was let go of, there was peace for as long as this one was held. How small the WAL was in it at the
      // least depends on how much is written while the writer waits for its next chance; that it began anew does not.
      const std::uint32_t generation = samples_.back().wal_generation;  // while the snapshot was held
      if (++holds_ > 1) {
        EXPECT_NE(generation, held_generation_) << "the WAL, of " << samples_.back().wal_bytes << " bytes, did not begin anew without its reader";
      }
      held_generation_ = generation;
      worst_wal_min_ = std::max(worst_wal_min_, holds_ > 1 ? wal_min_ : 0);
      wal_min_ = std::numeric_limits<std::int64_t>::max();
    } else if (what == "warning") {
      hear_warning(line);
    } else {
      EXPECT_EQ(line, "ready");
    }
  }

  // "... a reader of this process has held its snapshot for 1234 ms"
  void hear_warning(const std::string& line) {
    ++warnings_;
    const std::string before = "has held its snapshot for ";
    const std::size_t place = line.find(before);
    ASSERT_NE(place, std::string::npos) << line;
    const long age = std::strtol(line.c_str() + place + before.size(), nullptr, 10);
    EXPECT_GT(age, 0) << line;
    EXPECT_LE(age, 2 * kHoldTime.count()) << line;
  }

  // The checkpoint sequence number of the WAL's header: https://sqlite.org/fileformat.html#the_write_ahead_log
  std::uint32_t wal_generation() const {
    std::ifstream wal(path() + "-wal", std::ios::binary);
    std::array<char, 16> header{};
    wal.read(header.data(), header.size());
    std::uint32_t number = 0;
    for (const char byte : std::span(header).subspan(12)) number = number << 8U | static_cast<unsigned char>(byte);
    return number;
  }

  Sample take_sample() {
    Sample sample{Resources::of(group_[0].id()), file_bytes(path() + "-wal"), wal_generation(), 0};
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir_.path())) ++sample.files;
    return sample;
  }

  // The sorted values of a quantity in a part of the samples, given in quarters.
  template <typename Quantity>
  std::vector<std::int64_t> values_of(std::size_t quarter, Quantity&& quantity) const {
    std::vector<std::int64_t> values;
    for (std::size_t i = samples_.size() * quarter / 4; i < samples_.size() * (quarter + 1) / 4; ++i) values.push_back(quantity(samples_[i]));
    std::sort(values.begin(), values.end());
    return values;
  }
  // How much it has grown from the second quarter to the last; in the first the process warms up. Prints the line of figures. Of what comes and goes
  // all the time, as the descriptors of a file that is opened and closed, the least says what stays; of all else the middle.
  enum class Judged : std::uint8_t { kByLeast, kByMiddle };
  template <typename Quantity>
  std::int64_t growth(const char* name, Judged judged, Quantity&& quantity) const {
    std::array<std::int64_t, 4> figures{};
    for (std::size_t quarter = 0; quarter < figures.size(); ++quarter) {
      const std::vector<std::int64_t> values = values_of(quarter, quantity);
      figures[quarter] = values[judged == Judged::kByLeast ? 0 : values.size() / 2];
    }
    std::cout << "soak: " << name << " " << figures[0] << ", " << figures[1] << ", " << figures[2] << ", " << figures[3]
              << (judged == Judged::kByLeast ? " (least by quarter)" : " (medians by quarter)") << std::endl;
    return figures[3] - figures[1];
  }

  ProcessGroup group_{[this](std::size_t, const std::string& line) { hear(line); }};
  std::vector<Sample> samples_;
  int holds_ = 0;
  std::uint32_t held_generation_ = 0;  // of the WAL, while the latest snapshot was held
  int warnings_ = 0;
  std::int64_t wal_max_ = 0;
  std::int64_t wal_min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t worst_wal_min_ = 0;
};

TEST_F(SlowSoak, HoldsNoMoreAtTheEndThanAtTheBeginning) {
  const auto time = storm_time(std::chrono::seconds(60), std::chrono::seconds(3600));
  group_.start({WAGGLE_FAULT_WORKER, "load", path()});
  const auto begin = Steady::now();
  bool was_long = false;
  while (Steady::now() < begin + time && !HasFailure()) {
    group_.listen_for(milliseconds(200));
    samples_.push_back(take_sample());
    wal_min_ = std::min(wal_min_, samples_.back().wal_bytes);
    wal_max_ = std::max(wal_max_, samples_.back().wal_bytes);
    was_long = was_long || samples_.back().wal_bytes > 2 * kWalBound;
  }
  ASSERT_GT(samples_.size(), 40U);
  group_[0].write_line("enough");
  EXPECT_EQ(group_.wait(0, Steady::now() + std::chrono::seconds(60)), 0);
  EXPECT_LE(growth("descriptors", Judged::kByLeast, [](const Sample& sample) { return sample.held.descriptors; }), 1);
  EXPECT_LE(growth("threads", Judged::kByMiddle, [](const Sample& sample) { return sample.held.threads; }), 1);
  EXPECT_LE(growth("resident bytes", Judged::kByMiddle, [](const Sample& sample) { return sample.held.resident_bytes; }), kGrowthMax);
  EXPECT_LE(growth("files", Judged::kByMiddle, [](const Sample& sample) { return sample.files; }), 1);
  // How long it gets while a snapshot is held is up to the disk; that it begins anew afterwards was seen each time.
  growth("WAL bytes", Judged::kByMiddle, [](const Sample& sample) { return sample.wal_bytes; });
  std::cout << "soak: " << time.count() << " s, " << holds_ << " snapshots held for " << kHoldTime.count() << " ms, WAL at most " << wal_max_
            << " bytes and then again " << worst_wal_min_ << ", " << warnings_ << " warnings with the reader's age" << std::endl;
  EXPECT_GT(holds_, 0);
  if (was_long) {
    EXPECT_GT(warnings_, 0) << "the WAL grew without a word";
  }
  expect_sound(*open(OpenMode::kExisting));
}

}  // namespace
}  // namespace waggle::test
