// scratch_file_test.cc: a side file in memory: the same answers, whole or nothing, and each for itself.

#include "engine/scratch_file.h"

#include <gtest/gtest.h>

#include <chrono>

namespace waggle::engine {
namespace {

base::Deadline later() { return base::Deadline::after(std::chrono::seconds(20)); }

Status put(sql::SideFile& file, std::int64_t number) {
  return file.write(later(), [&](sql::Writer& writer) -> Status {
    WAGGLE_TRY(writer.execute("CREATE TABLE IF NOT EXISTS t(n INTEGER)", {}));
    WAGGLE_TRY(writer.execute("INSERT INTO t(n) VALUES(?1)", {number}));
    return number < 0 ? Status(Error(Code::kCancelled, "no")) : Status();
  });
}

Result<std::int64_t> sum(sql::SideFile& file) {
  std::int64_t sum = 0;
  WAGGLE_TRY(file.read(later(), [&](sql::Reader& reader) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(sum, reader.query_integer("SELECT sum(n) FROM t", {}));
    return {};
  }));
  return sum;
}

TEST(ScratchFile, KeepsWhatWasWrittenAndNothingOfWhatFailed) {
  const auto file = ScratchFile::create().value();
  EXPECT_FALSE(sum(*file)) << "it is empty";
  ASSERT_TRUE(put(*file, 1));
  EXPECT_EQ(put(*file, -5).error().code(), Code::kCancelled);
  ASSERT_TRUE(put(*file, 2));
  EXPECT_EQ(sum(*file).value(), 3);
  EXPECT_FALSE(sum(*file->scratch().value())) << "another is empty";
}

TEST(ScratchFile, ScoresAsASideFileDoes) {
  const auto file = ScratchFile::create().value();
  ASSERT_TRUE(file->write(later(), [](sql::Writer& writer) -> Status {
    WAGGLE_TRY(writer.execute("CREATE VIRTUAL TABLE w USING fts5(text, content = '', contentless_delete = 1)", {}));
    WAGGLE_TRY(writer.execute("INSERT INTO w(rowid, text) VALUES(1, 'bee'), (2, 'hive'), (3, 'wax')", {}));
    return {};
  }));
  ASSERT_TRUE(file->read(later(), [](sql::Reader& reader) -> Status {
    return reader.query("SELECT waggle_bm25(w, 3, 1.0, 1, 3) FROM w WHERE w MATCH 'bee'", {}, [](const sql::Row& row) -> Status {
      EXPECT_GT(row.real(0), 0.1);
      return {};
    });
  }));
}

TEST(ScratchFile, EndsAtTheDeadline) {
  const auto file = ScratchFile::create().value();
  const Status late = file->write(base::Deadline::after(std::chrono::seconds(0)), [](sql::Writer& writer) -> Status {
    WAGGLE_TRY(
        writer.query_integer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n", {}));
    return {};
  });
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_TRUE(put(*file, 1));
}

}  // namespace
}  // namespace waggle::engine
