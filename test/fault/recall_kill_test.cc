// recall_kill_test.cc: processes that write the side file are killed at random moments, again and again, two at a time. Afterwards, and beside those
// that live, a recall finds exactly what the rows say. WAGGLE_KILL_ROUNDS sets the number of rounds.

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <set>

#include "fault/fault_fixture.h"
#include "fault/run_size.h"
#include "support/child_process.h"
#include "waggle/recall.h"

namespace waggle::test {
namespace {

class SlowRecallKill : public FaultTest {
 protected:
  // The other process goes on, so only its own sense can be asked for.
  void expect_sensible() {
    const auto database = Database::open({.path = path(), .timeout = std::chrono::seconds(60), .index_bytes = 0});
    ASSERT_TRUE(database) << database.error().describe();
    const auto answer = (*database)->as("oracle").memory().recall({.text = "bee", .k = 1'000});
    ASSERT_TRUE(answer) << answer.error().describe();
    ++methods_[answer->plan.method];
    EXPECT_FALSE(answer->items.empty());
    std::set<std::string> found;
    for (const RecallMatch& match : answer->items) EXPECT_TRUE(found.insert(match.memory.key).second) << match.memory.key << " twice";
  }

  void expect_exact() {
    const auto database = Database::open({.path = path(), .timeout = std::chrono::seconds(60), .index_bytes = 0});
    ASSERT_TRUE(database) << database.error().describe();
    const auto answer = (*database)->as("oracle").memory().recall({.text = "bee", .k = 1'000});
    ASSERT_TRUE(answer) << answer.error().describe();
    ++methods_[answer->plan.method];
    std::set<std::string> found;
    for (const RecallMatch& match : answer->items) found.insert(match.memory.key);
    std::set<std::string> rows;
    const Page<MemoryEntry> page = (*database)->as("oracle").memory().list("ann", {.limit = 10'000}).value();
    for (const MemoryEntry& entry : page.items) rows.insert(entry.key);
    EXPECT_EQ(found, rows) << "by " << answer->plan.method << ": " << answer->plan.reason;
    expect_exact_vectors(**database);
  }

  void expect_exact_vectors(Database& database) {
    const Session session = database.as("oracle");
    VectorCollection docs = session.vectors().in("docs");
    const auto answer = docs.search({.text = "bee", .k = 1'000});
    ASSERT_TRUE(answer) << answer.error().describe();
    ++methods_["vectors by " + answer->plan.words->method];
    std::set<std::string> found;
    for (const VectorMatch& match : answer->items) found.insert(match.entry.id);
    std::set<std::string> rows;
    const Page<VectorEntry> page = docs.list({.limit = 1'000}).value();
    for (const VectorEntry& entry : page.items) rows.insert(entry.id);
    EXPECT_EQ(found, rows) << "by " << answer->plan.words->method << ": " << answer->plan.words->reason;
  }

  std::map<std::string, int> methods_;
  std::mt19937 random_{std::random_device()()};
};

TEST_F(SlowRecallKill, RecallIsExactAfterEveryKill) {
  const std::uint32_t rounds = number_from("WAGGLE_KILL_ROUNDS", soak::scaled(60U, 5'000U));
  std::uniform_int_distribution<int> moments(0, 60);
  for (std::uint32_t round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    ChildProcess first({WAGGLE_FAULT_WORKER, "recall", path(), "a"});
    ChildProcess second({WAGGLE_FAULT_WORKER, "recall", path(), "b"});
    ASSERT_EQ(first.read_line(), "ready");
    ASSERT_EQ(first.read_line(), "recalled");
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
    expect_sensible();
    second.kill();
    expect_exact();
  }
  for (const auto& [method, times] : methods_) std::cout << "answered by " << method << ": " << times << std::endl;
  expect_sound(*open(OpenMode::kExisting));
}

}  // namespace
}  // namespace waggle::test
