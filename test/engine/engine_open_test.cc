// engine_open_test.cc: what cannot be opened is refused with an error that names the file and the mend, and stays as it was.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>

#include "engine/engine_fixture.h"
#include "support/child_process.h"
#include "support/fault_vfs.h"
#include "support/files.h"
#include "support/raw_sqlite.h"

namespace waggle::engine {
namespace {

// Some user that is not root and owns nothing.
constexpr uid_t kNobody = 65534;

class EngineOpenTest : public EngineTest {
 protected:
  // Expects that opening what lies at `name` fails so, with an error that names the file and has a hint, and changes none of its bytes.
  void expect_refused(const std::string& name, Code code, OpenMode mode = OpenMode::kExisting, Duration patience = std::chrono::seconds(20)) {
    const std::string before = test::read_file(path(name));
    const auto opened = open({.path = path(name), .open_mode = mode}, within(patience));
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().code(), code) << name << ": " << opened.error().describe();
    EXPECT_NE(opened.error().message().find(name), std::string::npos) << opened.error().describe();
    EXPECT_FALSE(opened.error().hint().empty()) << opened.error().describe();
    EXPECT_EQ(test::read_file(path(name)), before) << name;
  }

  // A closed database of several pages.
  void make_closed(const std::string& name = "test.db", int rows = 200) {
    const auto engine = make({.path = path(name)});
    for (int i = 0; i < rows; i += 20) {
      engine
          ->write(soon(),
                  [&](sql::Writer& writer) -> Status {
                    for (int j = i; j < i + 20; ++j) WAGGLE_TRY(run(writer, "INSERT INTO items VALUES(hex(randomblob(1000)), ?1)", {j}));
                    return {};
                  })
          .value();
    }
  }

  // What a process of another user, without rights of its own, is told when it opens and then writes.
  std::string as_nobody() {
    return test::in_forked_child([&]() -> std::string {
      if (::geteuid() == 0 && ::setuid(kNobody) != 0) return "cannot change the user";
      const auto opened = open({});
      if (!opened) return "open: " + opened.error().describe();
      std::string told = "rows " + std::to_string(count(**opened));
      const Status stored = put(**opened, "nobody");
      return told + (stored ? ", stored" : ", put: " + stored.error().describe());
    });
  }
};

TEST_F(EngineOpenTest, Missing) {
  expect_refused("missing.db", Code::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
  expect_refused("no/folder/x.db", Code::kNotFound, OpenMode::kCreateIfMissing);
  const auto folder = open({.path = dir_.path().string()});
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code(), Code::kInvalidArgument);
  EXPECT_NE(folder.error().message().find(dir_.path().string()), std::string::npos);
}

TEST_F(EngineOpenTest, WhatIsNoDatabase) {
  test::write_file(path("empty.db"), "");
  expect_refused("empty.db", Code::kNotFound);
  for (const OpenMode mode : {OpenMode::kExisting, OpenMode::kCreateIfMissing, OpenMode::kCreateNew}) {
    test::write_file(path("text.db"), std::string(10000, 'a'));
    expect_refused("text.db", Code::kCorruption, mode);
    test::write_file(path("short.db"), "SQL");
    expect_refused("short.db", Code::kCorruption, mode);
    std::string noise(8192, '\0');
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>((i * 2654435761U) >> 13U);
    test::write_file(path("noise.db"), noise);
    expect_refused("noise.db", Code::kCorruption, mode);
    test::RawSqlite(path("foreign.db")).run("CREATE TABLE IF NOT EXISTS t(x)");
    expect_refused("foreign.db", Code::kUnsupported, mode);
  }
  EXPECT_FALSE(std::filesystem::exists(path("text.db-lock")));
}

TEST_F(EngineOpenTest, ATruncatedFile) {
  make_closed();
  const std::string whole = test::read_file(path());
  ASSERT_GT(whole.size(), std::size_t{20 * 4096});
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{50}, std::size_t{100}, std::size_t{600}, std::size_t{4095}, std::size_t{4096},
                                  std::size_t{5 * 4096}, std::size_t{5 * 4096 + 17}, whole.size() - 4096}) {
    test::write_file(path("cut.db"), whole.substr(0, bytes));
    expect_refused("cut.db", Code::kCorruption);
  }
}

TEST_F(EngineOpenTest, CreateNewRefusesWhatIsThere) {
  make_closed();
  expect_refused("test.db", Code::kAlreadyExists, OpenMode::kCreateNew);
  // Also when another program has changed the journal mode.
  ASSERT_EQ(test::RawSqlite(path()).run("PRAGMA journal_mode = DELETE"), SQLITE_OK);
  expect_refused("test.db", Code::kAlreadyExists, OpenMode::kCreateNew);
}

TEST_F(EngineOpenTest, AJournalModeThatAnotherProgramChangedIsSetBack) {
  make_closed();
  ASSERT_EQ(test::RawSqlite(path()).run("PRAGMA journal_mode = DELETE"), SQLITE_OK);
  const auto engine = open({});
  ASSERT_TRUE(engine) << engine.error().describe();
  EXPECT_EQ(count(**engine), 200);
  EXPECT_TRUE(put(**engine, "a"));
}

TEST_F(EngineOpenTest, AnInterruptedMakingIsFinishedByTheNext) {
  test::RawSqlite(path()).run("PRAGMA application_id = 1466001260");
  expect_refused("test.db", Code::kNotFound);
  EXPECT_TRUE(open({.open_mode = OpenMode::kCreateNew}));
}

TEST_F(EngineOpenTest, AForeignExclusiveOwnerIsNamedWhenTimeIsUp) {
  make_closed();
  const std::string script = "import sqlite3, sys\n"
                             "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                             "db.execute('PRAGMA locking_mode=EXCLUSIVE')\n"
                             "db.execute('BEGIN EXCLUSIVE')\n"
                             "db.execute('CREATE TABLE IF NOT EXISTS foreign_items(x)')\n"
                             "db.execute('COMMIT')\n"
                             "print('locked', flush=True)\n"
                             "sys.stdin.readline()\n";
  test::ChildProcess owner({WAGGLE_PYTHON, "-c", script, path()});
  ASSERT_EQ(owner.read_line(), "locked");
  expect_refused("test.db", Code::kDeadline, OpenMode::kExisting, std::chrono::milliseconds(50));
  owner.write_line("enough");
  EXPECT_EQ(owner.wait(), 0);
  const auto engine = open({});
  ASSERT_TRUE(engine) << engine.error().describe();
  EXPECT_EQ(count(**engine), 200);
}

TEST_F(EngineOpenTest, AForeignWriterDoesNotKeepReadersOut) {
  make_closed();
  test::ChildProcess writer({WAGGLE_PYTHON, "-c",
                             "import sqlite3, sys\n"
                             "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                             "db.execute('BEGIN EXCLUSIVE')\n"
                             "print('locked', flush=True)\n"
                             "sys.stdin.readline()\n"
                             "db.execute('COMMIT')\n",
                             path()});
  ASSERT_EQ(writer.read_line(), "locked");
  const auto engine = open({});
  ASSERT_TRUE(engine) << engine.error().describe();
  EXPECT_EQ(count(**engine), 200);
  const Status late = put(**engine, "a", 1, within(std::chrono::milliseconds(50)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_NE(late.error().message().find("test.db"), std::string::npos);
  writer.write_line("enough");
  EXPECT_TRUE(put(**engine, "a"));
}

TEST_F(EngineOpenTest, AReadOnlyFile) {
  make_closed();
  ::chmod(dir_.path().c_str(), 0755);
  ::chmod(path().c_str(), 0444);
  const std::string before = test::read_file(path());
  const std::string told = as_nobody();
  EXPECT_NE(told.find("read_only"), std::string::npos) << told;
  EXPECT_NE(told.find("test.db"), std::string::npos) << told;
  EXPECT_EQ(test::read_file(path()), before);
}

TEST_F(EngineOpenTest, AReadOnlyFolder) {
  make_closed();
  ::chmod(path().c_str(), 0666);
  ::chmod(dir_.path().c_str(), 0555);
  const std::string before = test::read_file(path());
  const std::string told = as_nobody();
  EXPECT_NE(told.find("read_only"), std::string::npos) << told;
  EXPECT_NE(told.find("test.db"), std::string::npos) << told;
  ::chmod(dir_.path().c_str(), 0755);
  EXPECT_EQ(test::read_file(path()), before);
}

// Another user may read while the owner has the database open, when the side files may be read.
TEST_F(EngineOpenTest, AReaderWithoutRightsBesideALiveWriter) {
  ::chmod(dir_.path().c_str(), 0755);
  make_closed();
  test::ChildProcess owner({WAGGLE_PYTHON, "-c",
                            "import sqlite3, sys\n"
                            "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                            "db.execute('INSERT INTO items VALUES(?, 1)', ('owner',))\n"
                            "print('stored', flush=True)\n"
                            "sys.stdin.readline()\n",
                            path()});
  ASSERT_EQ(owner.read_line(), "stored");
  if (::geteuid() != 0) ::chmod(path().c_str(), 0444);
  const std::string told = as_nobody();
  EXPECT_EQ(told.find("rows 201, put: "), 0U) << told;
  EXPECT_NE(told.find("read_only"), std::string::npos) << told;
}

TEST_F(EngineOpenTest, AnUnreadableFile) {
  make_closed();
  ::chmod(dir_.path().c_str(), 0755);
  ::chmod(path().c_str(), 0000);
  const std::string told = as_nobody();
  EXPECT_NE(told.find("(permission)"), std::string::npos) << told;
  EXPECT_NE(told.find("test.db"), std::string::npos) << told;
  ::chmod(path().c_str(), 0644);
}

// A file system that is full: a small one in memory where the user may mount one, and else a limit on the size of files, of which the system
// tells in other words.
TEST_F(EngineOpenTest, AFullDisk) {
  const std::string small = path("small");
  std::filesystem::create_directory(small);
  const bool mounted = ::geteuid() == 0 && ::mount("waggle-test", small.c_str(), "tmpfs", 0, "size=16k") == 0;
  const std::string told = test::in_forked_child([&]() -> std::string {
    if (!mounted) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{4096, 4096};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    const auto opened = open({.path = small + "/full.db", .open_mode = OpenMode::kCreateNew});
    if (!opened) return opened.error().describe();
    for (int i = 0; i < 100; ++i) {
      if (const Status stored = put(**opened, std::string(1000, 'x') + std::to_string(i)); !stored) return stored.error().describe();
    }
    return "all stored";
  });
  EXPECT_NE(told.find("full.db"), std::string::npos) << told;
  EXPECT_TRUE(told.find("(exhausted)") != std::string::npos || (!mounted && told.find("(io)") != std::string::npos)) << told;
  if (mounted) ::umount(small.c_str());
}

TEST_F(EngineOpenTest, ADiskThatFillsUpRefusesWritesAndLosesNothing) {
  const test::FaultVfs disk;
  auto engine = make();
  ASSERT_TRUE(put(*engine, "a"));
  test::FaultVfs::is_full = true;
  const Status full = put(*engine, "b");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), Code::kExhausted);
  EXPECT_NE(full.error().message().find("test.db"), std::string::npos);
  EXPECT_EQ(count(*engine), 1);
  test::FaultVfs::is_full = false;
  EXPECT_TRUE(put(*engine, "c"));
  EXPECT_EQ(count(*engine), 2);
  engine.reset();
}

}  // namespace
}  // namespace waggle::engine
