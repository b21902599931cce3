// checkpoint_test.cc: the WAL stays small, and what keeps it from shrinking is said.

#include "engine/checkpoint.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "engine/engine_fixture.h"
#include "support/fault_vfs.h"
#include "support/files.h"

namespace waggle::engine {
namespace {

constexpr std::size_t kBytes = 64 << 10;

using CheckpointTest = PartsTest;

TEST_F(CheckpointTest, CopiesTheWalAtItsSizeAndNotBefore) {
  Parts parts(path(), kBytes);
  ASSERT_TRUE(parts.write_bytes(1000));
  EXPECT_EQ(parts.checkpointer->checkpoints(), 0);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(parts.write_bytes(4000));
  EXPECT_GT(parts.checkpointer->checkpoints(), 2);
  EXPECT_LE(test::file_bytes(path() + "-wal"), static_cast<std::int64_t>(3 * kBytes));
  EXPECT_EQ(parts.count(), 101);
}

TEST_F(CheckpointTest, IdleSnapshotsDoNotHoldItUp) {
  Parts parts(path(), kBytes);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(parts.write_bytes(4000));
    EXPECT_EQ(parts.count(), i + 1);  // leaves a snapshot open
  }
  EXPECT_LE(test::file_bytes(path() + "-wal"), static_cast<std::int64_t>(3 * kBytes));
}

TEST_F(CheckpointTest, AStuckReaderIsReportedWithItsAgeAndTheWalShrinksAfterIt) {
  LogLines lines;
  Parts parts(path(), kBytes, 2, lines.sink());
  ASSERT_TRUE(parts.write_bytes(10));
  std::latch reads(1);
  std::latch may_end(1);
  std::thread stuck([&] {
    EXPECT_TRUE(parts.read([&](Connection& connection) -> Status {
      connection.query_integer("SELECT count(*) FROM items").value();
      reads.count_down();
      may_end.wait();
      // Its moment has not moved.
      EXPECT_EQ(connection.query_integer("SELECT count(*) FROM items").value(), 1);
      return {};
    }));
  });
  reads.wait();
  EXPECT_TRUE(eventually([&] {
    EXPECT_TRUE(parts.write_bytes(16000));
    return lines.has("a reader of this process has held its snapshot for ");
  }));
  EXPECT_TRUE(lines.has(path()));
  EXPECT_GT(test::file_bytes(path() + "-wal"), static_cast<std::int64_t>(4 * kBytes));
  may_end.count_down();
  stuck.join();
  EXPECT_TRUE(eventually([&] {
    EXPECT_TRUE(parts.write_bytes(4000));
    return test::file_bytes(path() + "-wal") <= static_cast<std::int64_t>(3 * kBytes);
  }));
}

TEST_F(CheckpointTest, AFailedSyncOfTheMainFileEndsAllAcknowledgement) {
  const test::FaultVfs disk;
  LogLines lines;
  Parts parts(path(), kBytes, 2, lines.sink(), Durability::kFull);
  test::FaultVfs::main_syncs_to_fail = 1;
  Status last;
  for (int i = 0; i < 100 && last; ++i) last = parts.write_bytes(4000);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code(), Code::kIo);
  EXPECT_NE(last.error().hint().find("open it again"), std::string::npos);
  EXPECT_TRUE(parts.checkpointer->sync_has_failed());
  EXPECT_TRUE(lines.has("the disk did not confirm a write"));
  EXPECT_GT(parts.count(), 0);  // reads go on
}

// The WAL has room and the main file has none: writes go on, and one remark is enough.
TEST_F(CheckpointTest, ACheckpointWithoutRoomIsSaidOnceAndMadeUpForLater) {
  const test::FaultVfs disk;
  LogLines lines;
  Parts parts(path(), kBytes, 2, lines.sink());
  test::FaultVfs::is_main_full = true;
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(parts.write_bytes(4000));
  EXPECT_EQ(parts.checkpointer->checkpoints(), 0);
  EXPECT_EQ(lines.count("cannot checkpoint: the disk is full"), 1);
  test::FaultVfs::is_main_full = false;
  ASSERT_TRUE(parts.write_bytes(4000));
  EXPECT_GT(parts.checkpointer->checkpoints(), 0);
  EXPECT_EQ(parts.count(), 41);
}

TEST_F(CheckpointTest, AFullDiskLosesNothing) {
  const test::FaultVfs disk;
  LogLines lines;
  Parts parts(path(), kBytes, 2, lines.sink());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(parts.write_bytes(4000));
  test::FaultVfs::is_full = true;
  const Status full = parts.write_bytes(4000);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), Code::kExhausted);
  EXPECT_EQ(parts.count(), 10);
  test::FaultVfs::is_full = false;
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(parts.write_bytes(4000));
  EXPECT_EQ(parts.count(), 40);
}

}  // namespace
}  // namespace waggle::engine
