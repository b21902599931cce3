// database_fixture.h: a Database in a folder of the test's own.

#ifndef WAGGLE_TEST_DB_DATABASE_FIXTURE_H
#define WAGGLE_TEST_DB_DATABASE_FIXTURE_H

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "support/temp_dir.h"
#include "waggle/database.h"

namespace waggle::test {

class DatabaseTest : public ::testing::Test {
 protected:
  std::string path(std::string_view name = "test.db") const { return dir_.file(name); }

  Result<std::unique_ptr<Database>> open(Options options = {}) const {
    if (options.path == "waggle.db") options.path = path();
    options.timeout = std::chrono::seconds(20);
    return Database::open(options);
  }
  std::unique_ptr<Database> make() const {
    auto opened = open({.open_mode = OpenMode::kCreateIfMissing});
    EXPECT_TRUE(opened) << opened.error().describe();
    return *std::move(opened);
  }

  static Result<MemoryEntry> put(const Session& session, const std::string& key, const std::string& json = "1") {
    return session.memory().put({.agent_id = "ann", .key = key, .value = Json(json)});
  }
  static std::int64_t entries(const Session& session) { return session.memory().stats("ann").value().entries; }

  TempDir dir_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_DB_DATABASE_FIXTURE_H
