// rank_test.cc: the score of what FTS5 finds, also after texts were deleted.

#include "engine/rank.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace waggle::engine {
namespace {

TEST(Rank, CountsTheTextsThatAreThere) {
  const auto connection =
      Connection::open(":memory:", {.access = Access::kCreate, .durability = Durability::kOff}, base::Deadline::after(std::chrono::seconds(10)))
          .value();
  ASSERT_TRUE(add_rank_function(*connection));
  ASSERT_TRUE(connection->execute("CREATE VIRTUAL TABLE words USING fts5(text, content = '', contentless_delete = 1)"));
  ASSERT_TRUE(connection->execute("INSERT INTO words(rowid, text) VALUES(1, 'bee bee hive'), (2, 'queen'), (3, 'bee'), (4, 'drone wax')"));
  ASSERT_TRUE(connection->execute("DELETE FROM words WHERE rowid = 3"));
  double score = 0;
  ASSERT_TRUE(connection->query("SELECT waggle_bm25(words, 3, 2.0, 1, 4) FROM words WHERE words MATCH '\"bee\" OR \"nothing\"'", {},
                                [&](const sql::Row& row) -> Status {
                                  score += row.real(0);
                                  return {};
                                }));
  EXPECT_NEAR(score, std::log((3 - 1 + 0.5) / (1 + 0.5)) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2.0)), 1e-12);
  EXPECT_FALSE(connection->query_integer("SELECT waggle_bm25(words) FROM words WHERE words MATCH 'bee'")) << "it wants all numbers";
}

TEST(Rank, CountsWithinARangeOfRows) {
  const auto connection =
      Connection::open(":memory:", {.access = Access::kCreate, .durability = Durability::kOff}, base::Deadline::after(std::chrono::seconds(10)))
          .value();
  ASSERT_TRUE(add_rank_function(*connection));
  ASSERT_TRUE(connection->execute("CREATE VIRTUAL TABLE words USING fts5(text, content = '', contentless_delete = 1)"));
  ASSERT_TRUE(
      connection->execute("INSERT INTO words(rowid, text) VALUES(1, 'bee'), (2, 'bee'), (10, 'bee hive'), (11, 'queen'), (12, 'wax'), (20, 'bee')"));
  double score = 0;
  ASSERT_TRUE(connection->query("SELECT waggle_bm25(words, 3, 1.5, 10, 12) FROM words WHERE words MATCH 'bee' AND rowid BETWEEN 10 AND 12", {},
                                [&](const sql::Row& row) -> Status {
                                  EXPECT_EQ(score, 0) << "there is one";
                                  score = row.real(0);
                                  return {};
                                }));
  EXPECT_NEAR(score, std::log((3 - 1 + 0.5) / (1 + 0.5)) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 1.5)), 1e-12);
}

}  // namespace
}  // namespace waggle::engine
