// full_disk_test.cc: a disk that is really full: a small file system in memory. To mount one takes root; for others the tests are skipped.

#include <gtest/gtest.h>

#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <filesystem>
#include <iostream>
#include <string>

#include "fault/oracle.h"
#include "fault/scenarios.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::test {
namespace {

class SlowFullDisk : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "mounting a small file system takes root";
    const std::string size = "size=" + std::to_string(GetParam()) + "m";
    if (::mount("tmpfs", dir_.path().c_str(), "tmpfs", 0, size.c_str()) != 0) GTEST_SKIP() << "mounting a small file system is not allowed here";
    is_mounted_ = true;
    options_.path = dir_.file("hive.db");
  }
  void TearDown() override {
    const bool is_gone = !is_mounted_ || ::umount2(dir_.path().c_str(), MNT_DETACH) == 0;
    EXPECT_TRUE(is_gone);
  }

  std::size_t bytes() const { return static_cast<std::size_t>(GetParam()) << 20; }

  // Takes what is left of the disk, but for so many bytes.
  void take_space(std::size_t but) const {
    struct statvfs info{};
    ASSERT_EQ(::statvfs(dir_.path().c_str(), &info), 0);
    const std::size_t free = info.f_bavail * info.f_frsize;
    if (free > but) write_file(dir_.file("ballast"), std::string(free - but, 'b'));
  }
  void give_space() const { std::filesystem::remove(dir_.file("ballast")); }

  static Status store(const Database& database, int number, const Json& value) {
    return status_of(database.as("ann").memory().put({.agent_id = "ann", .key = std::to_string(number), .value = value}));
  }

  static void expect_all(const Database& database, int count, const Json& value) {
    for (int i = 0; i < count; ++i) ASSERT_EQ(entry_is("ann", std::to_string(i), value)(database), "");
    ASSERT_EQ(unsoundness(database), std::vector<std::string>());
  }

  TempDir dir_;
  Options options_ = small_options();
  bool is_mounted_ = false;
};

TEST_P(SlowFullDisk, WritesSayThatItIsFullAndGoOnWhenThereIsRoom) {
  const Json value = text_of(bytes() / 100);
  auto database = Database::open(options_).value();
  ASSERT_NO_FATAL_FAILURE(take_space(bytes() / 3));
  int stored = 0;
  Status last;
  while ((last = store(*database, stored, value))) ++stored;
  EXPECT_EQ(last.error().code(), Code::kExhausted) << last.error().describe();
  EXPECT_GT(stored, 5);
  EXPECT_FALSE(store(*database, stored, value));
  expect_all(*database, stored, value);  // reads go on

  give_space();
  EXPECT_EQ(entry_is("ann", std::to_string(stored), value)(*database).empty(), false) << "it was refused";
  for (int i = 0; i < 3; ++i) {
    const Status again = store(*database, stored++, value);
    ASSERT_TRUE(again) << again.error().describe();
  }
  database.reset();
  std::cout << "a disk of " << GetParam() << " MiB took " << stored << " entries of " << value.text.size() << " bytes" << std::endl;
  expect_all(*Database::open(options_).value(), stored, value);
}

TEST_P(SlowFullDisk, OpeningOnAFullDiskHarmsNothing) {
  const Json value = text_of(1000);
  Database::open(options_).value();
  {
    const auto database = Database::open(options_).value();
    for (int i = 0; i < 10; ++i) store(*database, i, value).value();
  }
  // What the wal-index and the lock file need is not there.
  std::filesystem::remove(options_.path + "-shm");
  std::filesystem::remove(options_.path + "-lock");
  for (const std::size_t left : {0U, 4096U, 16384U, 65536U}) {
    ASSERT_NO_FATAL_FAILURE(take_space(left));
    const auto opened = Database::open(options_);
    if (opened) {
      expect_all(**opened, 10, value);
      const Status stored = store(**opened, 0, value);
      EXPECT_TRUE(stored || stored.error().code() == Code::kExhausted) << stored.error().describe();
    } else {
      EXPECT_EQ(opened.error().code(), Code::kExhausted) << opened.error().describe();
    }
    give_space();
  }
  expect_all(*Database::open(options_).value(), 10, value);
}

INSTANTIATE_TEST_SUITE_P(MiB, SlowFullDisk, ::testing::Values(1, 2, 4, 16, 64));

}  // namespace
}  // namespace waggle::test
