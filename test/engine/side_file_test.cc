// side_file_test.cc: a file beside the database: whole or nothing, and never trusted when it is damaged.

#include "engine/side_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::engine {
namespace {

base::Deadline later() { return base::Deadline::after(std::chrono::seconds(20)); }

class SideFileTest : public testing::Test {
 protected:
  static Status put(SideFile& file, std::int64_t number) {
    return file.write(later(), [&](sql::Writer& writer) -> Status {
      WAGGLE_TRY(writer.execute("CREATE TABLE IF NOT EXISTS t(n INTEGER, filler BLOB)", {}));
      WAGGLE_TRY(writer.execute("INSERT INTO t(n, filler) VALUES(?1, zeroblob(5000))", {number}));
      return {};
    });
  }
  static Result<std::int64_t> sum(SideFile& file) {
    std::int64_t sum = 0;
    WAGGLE_TRY(file.read(later(), [&](sql::Reader& reader) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(sum, reader.query_integer("SELECT sum(n) FROM t", {}));
      // Every page of it.
      WAGGLE_TRY(reader.query_integer("SELECT sum(length(filler)) FROM t WHERE hex(filler) <> ''", {}));
      return {};
    }));
    return sum;
  }

  test::TempDir dir_;
  std::string path_ = dir_.file("db-index");
  SideFile file_{path_};
};

TEST_F(SideFileTest, KeepsWhatWasWrittenAndNothingOfWhatFailed) {
  EXPECT_EQ(sum(file_).error().code(), Code::kNotFound);
  ASSERT_TRUE(put(file_, 1));
  const Status failed = file_.write(later(), [&](sql::Writer& writer) -> Status {
    WAGGLE_TRY(writer.execute("INSERT INTO t(n) VALUES(100)", {}));
    return Error(Code::kCancelled, "no");
  });
  EXPECT_EQ(failed.error().code(), Code::kCancelled);
  SideFile other(path_);
  EXPECT_EQ(sum(other).value(), 1);
  ASSERT_TRUE(put(other, 2));
  EXPECT_EQ(sum(file_).value(), 3);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 1) << "nothing lies beside it";
}

TEST_F(SideFileTest, NoticesAWriterThatDied) {
  ASSERT_TRUE(put(file_, 1));
  std::string during;
  ASSERT_TRUE(file_.write(later(), [&](sql::Writer& writer) -> Status {
    WAGGLE_TRY(writer.execute("INSERT INTO t(n) VALUES(2)", {}));
    during = test::read_file(path_);
    return {};
  }));
  // What another process would find if this one had been killed.
  std::ofstream(dir_.file("killed"), std::ios::binary) << during;
  SideFile killed(dir_.file("killed"));
  EXPECT_EQ(sum(killed).error().code(), Code::kCorruption);
  EXPECT_EQ(put(killed, 1).error().code(), Code::kCorruption);
  killed.discard();
  ASSERT_TRUE(put(killed, 7));
  EXPECT_EQ(sum(killed).value(), 7);
}

TEST_F(SideFileTest, NoticesEveryDamagedByte) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(put(file_, 1));
  const std::string whole = test::read_file(path_);
  for (std::size_t at = 0; at < whole.size(); at += 211) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const std::string name = dir_.file("damaged");
    std::ofstream(name, std::ios::binary | std::ios::trunc) << damaged;
    SideFile file(name);
    const auto read = sum(file);
    ASSERT_FALSE(read) << "byte " << at;
    EXPECT_EQ(read.error().code(), Code::kCorruption) << read.error().describe();
  }
}

TEST_F(SideFileTest, NoticesWhatIsCutOff) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(put(file_, 1));
  const std::string whole = test::read_file(path_);
  for (std::size_t size = 1; size < whole.size(); size += 1000) {
    const std::string name = dir_.file("cut");
    std::ofstream(name, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    SideFile file(name);
    EXPECT_FALSE(sum(file)) << size;
    file.discard();
    ASSERT_TRUE(put(file, 7)) << size;
    EXPECT_EQ(sum(file).value(), 7) << size;
  }
}

TEST_F(SideFileTest, FollowsItsName) {
  ASSERT_TRUE(put(file_, 1));
  SideFile other(path_);
  other.discard();
  EXPECT_EQ(sum(file_).error().code(), Code::kNotFound) << "the one that is open is not the one of this name";
  ASSERT_TRUE(put(other, 5));
  EXPECT_EQ(sum(file_).value(), 5);
  std::filesystem::remove(path_);
  ASSERT_TRUE(put(file_, 6));
  EXPECT_EQ(sum(other).value(), 6);
}

TEST_F(SideFileTest, NoticesThatAnEarlierCopyWasPutBack) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(put(file_, 1));
  const std::string early = test::read_file(path_);
  ASSERT_TRUE(put(file_, 10));
  EXPECT_EQ(sum(file_).value(), 13);
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << early;
  // As many writes as were undone: the file is as long as before, and SQLite counts as many.
  SideFile other(path_);
  ASSERT_TRUE(put(other, 20));
  EXPECT_EQ(sum(file_).value(), 23) << "not what it remembers";
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << early;
  ASSERT_TRUE(put(other, 30));
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << early;
  SideFile third(path_);
  ASSERT_TRUE(put(third, 40));
  ASSERT_TRUE(put(file_, 100)) << "who writes looks as well";
  EXPECT_EQ(sum(other).value(), 143);
}

TEST_F(SideFileTest, WaitsForOthersOnlyForAWhile) {
  ASSERT_TRUE(put(file_, 1));
  SideFile other(path_);
  ASSERT_TRUE(file_.write(later(), [&](sql::Writer&) -> Status {
    EXPECT_FALSE(sum(other)) << "another process that writes";
    std::jthread same([&] { EXPECT_EQ(sum(file_).error().code(), Code::kDeadline) << "another thread"; });
    return {};
  }));
  EXPECT_EQ(sum(other).value(), 1);
}

TEST_F(SideFileTest, GivesScratchesThatAreEmptyAndLeaveNothing) {
  ASSERT_TRUE(put(file_, 1));
  const auto scratch = file_.scratch().value();
  EXPECT_FALSE(scratch->read(later(), [](sql::Reader& reader) -> Status {
    WAGGLE_TRY(reader.query_integer("SELECT n FROM t", {}));
    return {};
  }));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 1);
}

TEST_F(SideFileTest, WithoutAPathIsReadOnly) {
  SideFile none{std::string()};
  EXPECT_EQ(put(none, 1).error().code(), Code::kReadOnly);
  EXPECT_EQ(sum(none).error().code(), Code::kReadOnly);
}

}  // namespace
}  // namespace waggle::engine
