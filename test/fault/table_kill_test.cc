// table_kill_test.cc: processes that write the file of tables for SQL are killed at random moments, again and again, two at a time. Afterwards, and
// beside those that live, a statement on vec.NAME finds exactly the rows of its own moment. WAGGLE_KILL_ROUNDS sets the number of rounds.

#include <gtest/gtest.h>

#include <random>

#include "fault/fault_fixture.h"
#include "fault/run_size.h"
#include "support/child_process.h"

namespace waggle::test {
namespace {

class SlowTableKill : public FaultTest {
 protected:
  // Both sides are read by one statement, so that others may go on meanwhile.
  void expect_exact() {
    const auto database = Database::open({.path = path(), .timeout = std::chrono::seconds(60)});
    ASSERT_TRUE(database) << database.error().describe();
    const auto answer = (*database)->sql(
        {.text = "SELECT (SELECT count(*) FROM vec.points), (SELECT count(*) FROM vectors),"
                 " (SELECT count(*) FROM vec.points t JOIN vectors v ON v.collection = 'points' AND v.id = t.id AND v.embedding = t.embedding),"
                 " (SELECT count(*) FROM vec.points WHERE embedding MATCH '[1,1,1,1]' AND k = 4000)"});
    ASSERT_TRUE(answer) << answer.error().describe();
    const auto& row = answer->rows.at(0);
    EXPECT_EQ(row[0], row[1]);
    EXPECT_EQ(row[2], row[1]);
    EXPECT_EQ(row[3], row[1]);
  }

  std::mt19937 random_{std::random_device()()};
};

TEST_F(SlowTableKill, AStatementIsExactAfterEveryKill) {
  const std::uint32_t rounds = number_from("WAGGLE_KILL_ROUNDS", soak::scaled(60U, 5'000U));
  std::uniform_int_distribution<int> moments(0, 60);
  for (std::uint32_t round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    ChildProcess first({WAGGLE_FAULT_WORKER, "table", path(), "a"});
    ChildProcess second({WAGGLE_FAULT_WORKER, "table", path(), "b"});
    ASSERT_EQ(first.read_line(), "ready");
    ASSERT_EQ(first.read_line(), "searched");
    // Some of its lines go by, and then it dies wherever it is.
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(moments(random_));
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) break;
      const auto line = first.read_line(left);
      if (!line) break;
      ASSERT_EQ(line->rfind("error", 0), std::string::npos) << *line;
    }
    first.kill();
    expect_exact();
    second.kill();
    expect_exact();
  }
  expect_sound(*open(OpenMode::kExisting));
}

}  // namespace
}  // namespace waggle::test
