// database_file_test.cc: telling what lies at a path, and making a database there.

#include "engine/database_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "engine/engine_fixture.h"
#include "support/fault_vfs.h"
#include "support/files.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

using DatabaseFileTest = PartsTest;

TEST_F(DatabaseFileTest, PathsBecomeAbsoluteAndLoseTheirLinks) {
  test::write_file(path("real.db"), "");
  std::filesystem::create_symlink(path("real.db"), path("link.db"));
  std::filesystem::create_directory_symlink(dir_.path(), path("folder"));
  const std::string real = std::filesystem::canonical(path("real.db")).string();
  EXPECT_EQ(resolve_path(path("link.db")).value(), real);
  EXPECT_EQ(resolve_path(path("folder/real.db")).value(), real);
  EXPECT_EQ(resolve_path(path("folder/new.db")).value(), std::filesystem::canonical(dir_.path()).string() + "/new.db");

  const auto nowhere = resolve_path(path("no/such.db"));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code(), Code::kNotFound);
  EXPECT_NE(nowhere.error().message().find("no/such.db"), std::string::npos);
  EXPECT_FALSE(nowhere.error().hint().empty());
}

TEST_F(DatabaseFileTest, AFileIsKnownByItsInodeAndNotByItsName) {
  test::write_file(path("a"), "x");
  std::filesystem::create_hard_link(path("a"), path("b"));
  test::write_file(path("c"), "x");
  EXPECT_EQ(find_file(path("a")).value().id, find_file(path("b")).value().id);
  EXPECT_NE(find_file(path("a")).value().id, find_file(path("c")).value().id);
  EXPECT_EQ(find_file(path("d")).value().kind, FileKind::kMissing);
  const auto folder = find_file(dir_.path().string());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code(), Code::kInvalidArgument);
}

TEST_F(DatabaseFileTest, TellsWhatAFileIs) {
  EXPECT_EQ(inspect_file(path("missing")).value().kind, FileKind::kMissing);
  test::write_file(path("empty"), "");
  EXPECT_EQ(inspect_file(path("empty")).value().kind, FileKind::kEmpty);

  test::write_file(path("text"), std::string(5000, 'a'));
  EXPECT_EQ(inspect_file(path("text")).error().code(), Code::kCorruption);
  test::write_file(path("short"), "SQLite format 3");
  EXPECT_EQ(inspect_file(path("short")).error().code(), Code::kCorruption);

  test::RawSqlite(path("foreign.db")).run("CREATE TABLE t(x)");
  const auto foreign = inspect_file(path("foreign.db"));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code(), Code::kUnsupported);
  EXPECT_NE(foreign.error().message().find("foreign.db"), std::string::npos);

  test::RawSqlite(path("begun.db")).run("PRAGMA application_id = 1466001260");
  EXPECT_EQ(inspect_file(path("begun.db")).value().kind, FileKind::kBegun);
  test::RawSqlite(path("journal.db")).run("PRAGMA application_id = 1466001260; CREATE TABLE t(x)");
  EXPECT_EQ(inspect_file(path("journal.db")).value().kind, FileKind::kWaggleNotWal);

  make_database(path("waggle.db"), {}, soon()).value();
  EXPECT_EQ(inspect_file(path("waggle.db")).value().kind, FileKind::kWaggle);
}

TEST_F(DatabaseFileTest, ANewDatabaseIsOneFileInWalMode) {
  make_database(path(), {}, soon()).value();
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(path() + "-journal"));
  test::RawSqlite raw(path());
  EXPECT_EQ(raw.integer("PRAGMA page_size"), 4096);
  EXPECT_EQ(raw.integer("PRAGMA application_id"), 1466001260);
}

TEST_F(DatabaseFileTest, AnInterruptedMakingIsFinished) {
  test::RawSqlite(path()).run("PRAGMA application_id = 1466001260");
  make_database(path(), inspect_file(path()).value(), soon()).value();
  EXPECT_EQ(inspect_file(path()).value().kind, FileKind::kWaggle);
}

// What a power cut leaves in the middle of a transaction that switches the WAL on: the new header in the file, the old one in the journal.
void leave_hot_journal(const std::string& from, const std::string& to) {
  test::RawSqlite raw(from);
  ASSERT_EQ(raw.run("PRAGMA application_id = 1466001260; PRAGMA cache_size = 5; CREATE TABLE t(x); INSERT INTO t VALUES(1)"), SQLITE_OK);
  ASSERT_EQ(raw.run("BEGIN; PRAGMA user_version = 7"), SQLITE_OK);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(raw.run("INSERT INTO t VALUES(randomblob(3000))"), SQLITE_OK);
  std::string bytes = test::read_file(from);
  bytes[18] = bytes[19] = 2;
  test::write_file(to, bytes);
  const std::string journal = test::read_file(from + "-journal");
  ASSERT_FALSE(journal.empty());
  test::write_file(to + "-journal", journal);
}

TEST_F(DatabaseFileTest, AHeaderBesideAHotJournalSaysNothing) {
  leave_hot_journal(path("begun.db"), path());
  EXPECT_EQ(inspect_file(path()).value().kind, FileKind::kUnsettled);
  play_back_journal(path(), soon()).value();
  EXPECT_EQ(inspect_file(path()).value().kind, FileKind::kWaggleNotWal);
  // A first page that was written in part is no reason to give the file up.
  leave_hot_journal(path("begun2.db"), path("torn.db"));
  std::string bytes = test::read_file(path("torn.db"));
  bytes.replace(0, 512, 512, '\0');
  test::write_file(path("torn.db"), bytes);
  EXPECT_EQ(inspect_file(path("torn.db")).value().kind, FileKind::kUnsettled);
}

TEST_F(DatabaseFileTest, AHotJournalIsPlayedBackWhenTheFileIsOpened) {
  leave_hot_journal(path("begun.db"), path());
  {
    const auto engine = Engine::open({.path = path()}, soon());
    ASSERT_TRUE(engine) << engine.error().describe();
  }
  EXPECT_EQ(inspect_file(path()).value().kind, FileKind::kWaggle);
  EXPECT_EQ(test::RawSqlite(path()).integer("SELECT count(*) FROM t"), 1);
  leave_hot_journal(path("begun2.db"), path("new.db"));
  EXPECT_EQ(Engine::open({.path = path("new.db"), .open_mode = OpenMode::kCreateNew}, soon()).error().code(), Code::kAlreadyExists);
}

TEST_F(DatabaseFileTest, SyncsFilesAndFoldersThatAreThere) {
  test::write_file(path(), "x");
  sync_file(path()).value();
  sync_folder_of(path()).value();
  const Status no_file = sync_file(path("missing"));
  ASSERT_FALSE(no_file);
  EXPECT_NE(no_file.error().message().find("missing"), std::string::npos);
  EXPECT_FALSE(sync_folder_of(path("missing") + "/file"));
}

TEST_F(DatabaseFileTest, AFullDiskLeavesNoFile) {
  const test::FaultVfs disk;
  test::FaultVfs::is_full = true;
  const Status made = make_database(path(), {}, soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Code::kExhausted);
  EXPECT_NE(made.error().message().find(path()), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
  // An empty file that was there before stays.
  test::write_file(path(), "");
  EXPECT_FALSE(make_database(path(), inspect_file(path()).value(), soon()));
  EXPECT_TRUE(std::filesystem::exists(path()));
}

}  // namespace
}  // namespace waggle::engine
