// render_database_test.cc: the database as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

TEST(RenderDatabase, SaysWhatItIs) {
  EXPECT_EQ(render(DatabaseInfo{.path = "/a/b.db", .id = "x", .schema_version = 1}).to_json(), R"({"path":"/a/b.db","id":"x","schema_version":1})");
}

TEST(RenderDatabase, CountsEverything) {
  const DatabaseStats stats = {.file_bytes = 1,
                               .wal_bytes = 2,
                               .page_count = 3,
                               .free_page_count = 4,
                               .rows = {{"tasks", 5}},
                               .changes = {.oldest = 6, .newest = 7},
                               .cache_entries = 8,
                               .cache_bytes = 9,
                               .cache_hits = 10,
                               .cache_misses = 11,
                               .commits = 12,
                               .committed_writes = 13,
                               .checkpoints = 14};
  EXPECT_EQ(
      render(stats).to_json(),
      R"({"file_bytes":1,"wal_bytes":2,"page_count":3,"free_page_count":4,"rows":{"tasks":5},"changes":{"oldest":6,"newest":7},)"
      R"("cache":{"entries":8,"bytes":9,"hits":10,"misses":11},"commits":12,"committed_writes":13,"checkpoints":14,"oldest_reader_age_s":null})");
}

TEST(RenderDatabase, ReportsProblems) {
  EXPECT_EQ(render(CheckReport()).to_json(), R"({"ok":true,"problems":[]})");
  EXPECT_EQ(render(CheckReport{.problems = {"page 3"}}).to_json(), R"({"ok":false,"problems":["page 3"]})");
}

}  // namespace
}  // namespace waggle::cli
