// maintenance_test.cc: stats, check and backup.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "engine/engine_fixture.h"
#include "support/fault_vfs.h"
#include "support/files.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

class MaintenanceTest : public EngineTest {
 protected:
  static Status put_large(Engine& engine, int i) { return put(engine, std::string(3000, 'x') + std::to_string(i), i); }
  // A closed database of many pages, all of it in the main file.
  std::string closed_bytes() {
    {
      const auto engine = make();
      for (int i = 0; i < 150; ++i) put_large(*engine, i).value();
    }
    EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
    return test::read_file(path());
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) all.push_back(entry.path().filename().string());
    return all;
  }
  bool has_partial_file() const {
    for (const std::string& name : names()) {
      if (name.find("partial") != std::string::npos) return true;
    }
    return false;
  }
};

TEST_F(MaintenanceTest, StatsSayWhatTheFilesHold) {
  const auto engine = make();
  const EngineStats before = engine->stats(soon()).value();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(put_large(*engine, i));
  const EngineStats after = engine->stats(soon()).value();
  EXPECT_EQ(after.file_bytes, test::file_bytes(path()));
  EXPECT_EQ(after.wal_bytes, test::file_bytes(path() + "-wal"));
  EXPECT_GT(after.page_count, before.page_count);
  EXPECT_EQ(after.commits, before.commits + 10);
  EXPECT_EQ(after.committed_writes, before.committed_writes + 10);
  EXPECT_FALSE(after.oldest_reader_age);
  ASSERT_TRUE(engine->read(soon(), [&](sql::Reader&) -> Status {
    EXPECT_TRUE(engine->stats(soon()).value().oldest_reader_age);
    return {};
  }));
}

TEST_F(MaintenanceTest, CheckFindsNothingInASoundFile) {
  closed_bytes();
  EXPECT_TRUE(make()->check(soon()).value().empty());
}

TEST_F(MaintenanceTest, CheckFindsADamagedPage) {
  std::string bytes = closed_bytes();
  // The type byte of a page in the middle: no such type.
  bytes[20 * 4096] = '\x77';
  test::write_file(path(), bytes);
  const auto problems = open({}).value()->check(soon()).value();
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems[0].find(path()), std::string::npos);
  EXPECT_NE(problems[0].find("backup"), std::string::npos);
}

TEST_F(MaintenanceTest, CheckFindsADamagedSchema) {
  std::string bytes = closed_bytes();
  const std::size_t sql = bytes.find("CREATE TABLE items");
  ASSERT_LT(sql, 4096U);
  bytes.replace(sql, 6, "CREEEE");
  test::write_file(path(), bytes);
  const auto engine = open({});
  if (!engine) {
    EXPECT_EQ(engine.error().code(), Code::kCorruption);
  } else {
    EXPECT_FALSE((*engine)->check(soon()).value().empty());
  }
}

TEST_F(MaintenanceTest, CheckFindsACutFile) {
  const std::string bytes = closed_bytes();
  test::write_file(path("cut.db"), bytes + "something appended");
  const auto problems = open({.path = path("cut.db")}).value()->check(soon()).value();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("no whole number of pages"), std::string::npos);

  // Cut while it is open: opening would have refused it.
  const auto engine = open({}).value();
  ASSERT_EQ(count(*engine), 150);
  std::filesystem::resize_file(path(), bytes.size() - 1000);
  EXPECT_FALSE(engine->check(soon()).value().empty());
}

// A power cut in a checkpoint: the WAL still holds what was to be copied.
TEST_F(MaintenanceTest, CheckForgivesATornCopyOfWhatTheWalHolds) {
  put(*make(), "left in the WAL").value();
  ASSERT_GT(test::file_bytes(path() + "-wal"), 0);
  test::write_file(path(), test::read_file(path()) + std::string(512, 'x'));
  const auto engine = open({}).value();
  const auto problems = engine->check(soon()).value();  // of its own: the loop below would outlive a temporary
  for (const std::string& problem : problems) ADD_FAILURE() << problem;
  EXPECT_EQ(count(*engine), 1);
}

TEST_F(MaintenanceTest, CheckFindsABrokenForeignKey) {
  const auto engine = make();
  test::RawSqlite raw(path());
  ASSERT_EQ(raw.run("CREATE TABLE child(name TEXT REFERENCES items(name)); INSERT INTO child VALUES('nobody')"), SQLITE_OK);
  const auto problems = engine->check(soon()).value();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("child"), std::string::npos);
  EXPECT_NE(problems[0].find("items"), std::string::npos);
  EXPECT_EQ(problems[0].find("nobody"), std::string::npos);
}

TEST_F(MaintenanceTest, BackupIsOneMomentWhileOthersWrite) {
  const auto engine = make();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(put_large(*engine, i));
  std::atomic<bool> done = false;
  // Two rows at a time: a copy with an odd number would be a torn one.
  std::thread writing([&] {
    for (int i = 0; !done; ++i) {
      engine
          ->write(soon(),
                  [&](sql::Writer& writer) -> Status {
                    WAGGLE_TRY(run(writer, "INSERT INTO items VALUES('left' || ?1, 1)", {i}));
                    return run(writer, "INSERT INTO items VALUES('right' || ?1, 1)", {i});
                  })
          .value();
    }
  });
  for (int i = 0; i < 5; ++i) {
    const std::string copy = path("copy" + std::to_string(i) + ".db");
    const auto bytes = engine->backup({.path = copy}, soon());
    ASSERT_TRUE(bytes) << bytes.error().describe();
    EXPECT_EQ(*bytes, test::file_bytes(copy));
    const auto opened = open({.path = copy}).value();
    EXPECT_EQ(count(*opened) % 2, 0);
    EXPECT_GE(count(*opened), 100);
    EXPECT_TRUE(opened->check(soon()).value().empty());
  }
  done = true;
  writing.join();
  EXPECT_FALSE(has_partial_file());
}

TEST_F(MaintenanceTest, BackupReplacesOnlyWhenAsked) {
  const auto engine = make();
  test::write_file(path("there"), "precious");
  const auto refused = engine->backup({.path = path("there")}, soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kAlreadyExists);
  EXPECT_EQ(test::read_file(path("there")), "precious");
  EXPECT_TRUE(engine->backup({.path = path("there"), .if_exists = Engine::BackupOptions::IfExists::kReplace}, soon()));
  EXPECT_EQ(count(*open({.path = path("there")}).value()), 0);
}

TEST_F(MaintenanceTest, BackupOntoItselfIsRefusedByAnyName) {
  const auto engine = make();
  ASSERT_TRUE(put(*engine, "a"));
  std::filesystem::create_symlink(path(), path("symlink"));
  std::filesystem::create_hard_link(path(), path("hardlink"));
  for (const char* name : {"test.db", "symlink", "hardlink", "test.db-wal", "test.db-shm", "test.db-lock", "test.db-journal"}) {
    const auto refused = engine->backup({.path = path(name), .if_exists = Engine::BackupOptions::IfExists::kReplace}, soon());
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code(), Code::kInvalidArgument) << name;
    EXPECT_NE(refused.error().message().find(name), std::string::npos);
  }
  EXPECT_EQ(count(*engine), 1);
  EXPECT_TRUE(put(*engine, "b"));
}

TEST_F(MaintenanceTest, BackupOntoADatabaseWithAWalIsRefused) {
  const auto engine = make();
  const auto other = make({.path = path("other.db")});
  ASSERT_TRUE(put(*other, "a"));
  const auto refused = engine->backup({.path = path("other.db"), .if_exists = Engine::BackupOptions::IfExists::kReplace}, soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kConflict);
  EXPECT_EQ(count(*other), 1);
}

// What is written through the handle afterwards would go into a WAL that belongs to the copy by its name.
TEST_F(MaintenanceTest, BackupOntoAnOpenDatabaseIsRefusedAlthoughItsWalIsEmpty) {
  closed_bytes();
  const auto other = open({});
  ASSERT_TRUE(other) << other.error().describe();
  ASSERT_EQ(count(**other), 150);
  ASSERT_EQ(test::file_bytes(path() + "-wal"), 0);
  const auto engine = make({.path = path("engine.db")});
  const auto refused = engine->backup({.path = path(), .if_exists = Engine::BackupOptions::IfExists::kReplace}, soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kConflict);
  EXPECT_TRUE(put(**other, "goes on"));
  EXPECT_EQ(count(**other), 151);
}

TEST_F(MaintenanceTest, AStoppedBackupLeavesNoFile) {
  const auto engine = make();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(put_large(*engine, i));
  std::stop_source stop;
  int told = 0;
  stop.request_stop();
  const auto stopped = engine->backup({.path = path("copy"), .progress = [&](std::int64_t, std::int64_t) { ++told; }},
                                      base::Deadline::after(std::chrono::seconds(20), stop.get_token()));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  const auto late = engine->backup({.path = path("copy")}, within(Duration::zero()));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_FALSE(std::filesystem::exists(path("copy")));
  EXPECT_FALSE(has_partial_file());
}

TEST_F(MaintenanceTest, AProgressFunctionThatThrowsLeavesNoFile) {
  const auto engine = make();
  EXPECT_THROW(static_cast<void>(
                   engine->backup({.path = path("copy"), .progress = [](std::int64_t, std::int64_t) { throw std::runtime_error("mine"); }}, soon())),
               std::runtime_error);
  EXPECT_FALSE(std::filesystem::exists(path("copy")));
  EXPECT_FALSE(has_partial_file());
  EXPECT_EQ(count(*engine), 0);
}

TEST_F(MaintenanceTest, ABackupThatFillsTheDiskLeavesNoFile) {
  const test::FaultVfs disk;
  const auto engine = make();
  test::FaultVfs::is_full = true;
  const auto full = engine->backup({.path = path("copy")}, soon());
  test::FaultVfs::is_full = false;
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), Code::kExhausted);
  EXPECT_NE(full.error().message().find("copy"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("copy")));
  EXPECT_FALSE(has_partial_file());
}

TEST_F(MaintenanceTest, BackupIntoNoFolderSaysSo) {
  const auto engine = make();
  const auto nowhere = engine->backup({.path = path("no/copy")}, soon());
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace waggle::engine
