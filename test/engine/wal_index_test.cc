// wal_index_test.cc: the mapped header tells every commit, by whomever, and nothing else.

#include "engine/wal_index.h"

#include <gtest/gtest.h>

#include "engine/engine_fixture.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

using WalIndexTest = PartsTest;

TEST_F(WalIndexTest, VersionDiffersAfterEveryCommitByAnyone) {
  Parts parts(path());
  test::RawSqlite foreign(path());
  sql::Version before = parts.index->version();
  for (int i = 0; i < 50; ++i) {
    if (i % 2 == 0) {
      ASSERT_TRUE(parts.write("INSERT INTO items VALUES(hex(randomblob(8)), 1)"));
    } else {
      ASSERT_EQ(foreign.run("INSERT INTO items VALUES(hex(randomblob(8)), 2)"), SQLITE_OK);
    }
    const sql::Version after = parts.index->version();
    ASSERT_FALSE(after == before) << i;
    before = after;
  }
}

TEST_F(WalIndexTest, VersionStaysWhileNobodyCommits) {
  Parts parts(path());
  ASSERT_TRUE(parts.write_bytes(10));
  const sql::Version before = parts.index->version();
  EXPECT_EQ(parts.count(), 1);
  EXPECT_FALSE(parts.group->write(soon(), [](GroupWriter& writer) -> Status {
    WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('undone', 1)"));
    return Error(Code::kConflict, "no");
  }));
  test::RawSqlite foreign(path());
  EXPECT_EQ(foreign.integer("SELECT count(*) FROM items"), 1);
  EXPECT_TRUE(parts.index->version() == before);
}

TEST_F(WalIndexTest, UnknownEqualsNothing) { EXPECT_FALSE(sql::Version{} == sql::Version{}); }

TEST_F(WalIndexTest, HeaderCountsCommitsAndFrames) {
  Parts parts(path());
  const auto before = parts.index->header();
  ASSERT_TRUE(before);
  EXPECT_EQ(before->page_size, 4096U);
  ASSERT_TRUE(parts.write_bytes(10));
  const auto after = parts.index->header();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->change_counter, before->change_counter + 1);
  EXPECT_GT(after->frames, before->frames);
  EXPECT_TRUE(after->version == parts.index->version());

  parts.pool->end_idle_snapshots();
  ASSERT_EQ(sqlite3_wal_checkpoint_v2(parts.writing->handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(parts.index->backfilled_frames(), after->frames);
}

}  // namespace
}  // namespace waggle::engine
