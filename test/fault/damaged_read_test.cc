// damaged_read_test.cc: a disk that answers a read with one bit wrong, or with an old page. The file has no checksum of its own, so not all of it is
// noticed; but nothing crashes or hangs, what is noticed is said to be corruption, and a file that was only read is as it was.

#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <string>

#include "fault/faulty_disk.h"
#include "fault/oracle.h"
#include "fault/scenarios.h"

namespace waggle::test {
namespace {

class SlowDamagedRead : public ::testing::Test {
 protected:
  SlowDamagedRead() {
    const Scenario& hive = scenario("reap");
    options_ = hive.options;
    // Each page of the main file gets more than one version.
    options_.checkpoint_bytes = std::size_t{64} << 10;
    disk_.watch(folder_.path());
    disk_.keep_old_pages();
    Stage stage(folder_, options_);
    hive.prepare(stage);
    for (int i = 0; i < 50; ++i) put(stage, "key" + std::to_string(i), text_of(700));
    options_.path = stage.path();
    truth_ = dump(stage.database()).value();
  }

  // Opens and reads everything; the codes of what failed.
  std::vector<Code> read_all() const {
    const auto opened = Database::open(options_);
    if (!opened) return {opened.error().code()};
    std::vector<Code> codes;
    const Database& database = **opened;
    const Session session = database.as("reader");
    if (const auto all = dump(database); !all) codes.push_back(all.error().code());
    if (const auto tasks = session.tasks().graph(); !tasks) codes.push_back(tasks.error().code());
    if (const auto agents = session.agents().list(); !agents) codes.push_back(agents.error().code());
    if (const auto entries = session.memory().list("ann"); !entries) codes.push_back(entries.error().code());
    if (const auto report = database.check(); !report) codes.push_back(report.error().code());
    return codes;
  }

  void damage_each_read(Failure failure);

  FaultyDisk disk_;
  QuickDir folder_;
  Options options_;
  Dump truth_;
};

void SlowDamagedRead::damage_each_read(Failure failure) {
  disk_.fail({.failure = failure, .at = std::numeric_limits<std::int64_t>::max()});
  ASSERT_TRUE(read_all().empty());
  const std::int64_t reads = disk_.counted();
  ASSERT_GT(reads, 20);
  std::int64_t noticed = 0;
  std::int64_t runs = 0;
  for (std::int64_t at = 0; at < reads; ++at) {
    for (const Fault::Length length : {Fault::Length::kOnce, Fault::Length::kForEver}) {
      disk_.fail({.failure = failure, .at = at, .length = length});
      const std::vector<Code> codes = read_all();
      disk_.mend();
      ++runs;
      noticed += codes.empty() ? 0 : 1;
      for (const Code code : codes) {
        const bool is_right = code == Code::kCorruption || code == Code::kUnsupported || code == Code::kIo || code == Code::kNotFound ||
                              code == Code::kInvalidArgument || code == Code::kExhausted;
        EXPECT_TRUE(is_right) << "read " << at << ": " << to_string(code);
      }
    }
  }
  std::cout << reads << " reads, " << to_string(failure) << ", in " << runs << " runs: " << noticed << " were noticed" << std::endl;
  EXPECT_GT(noticed, 0);
  options_.open_mode = OpenMode::kExisting;
  const auto database = Database::open(options_).value();
  EXPECT_EQ(difference(dump(*database).value(), truth_), "");
  EXPECT_EQ(unsoundness(*database), std::vector<std::string>());
}

TEST_F(SlowDamagedRead, WithABitWrongEndsInAnAnswer) { damage_each_read(Failure::kFlippedBit); }
TEST_F(SlowDamagedRead, OfAStalePageEndsInAnAnswer) { damage_each_read(Failure::kStalePage); }

}  // namespace
}  // namespace waggle::test
