// claim_storm_test.cc: sixteen processes work off a queue of tasks while they are killed, and stopped for longer than their leases last. Each task is
// done once, under the token that was claimed last.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "fault/fault_fixture.h"
#include "fault/run_size.h"
#include "fault/storm_swarm.h"
#include "support/process_group.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kProcesses = 16;
constexpr int kTasksPerTransaction = 500;

class SlowClaimStorm : public FaultTest {
 protected:
  struct History {
    std::map<int, std::string> tokens;  // claimed, by attempt
    std::optional<int> done;            // the attempt that was acknowledged as done
  };

  void hear(const std::string& line) {
    std::istringstream words(line);
    std::string what, task, token;
    int attempt = 0;
    words >> what >> task >> attempt >> token;
    if (what == "ready") return;
    History& history = tasks_[task];
    if (what == "claim") {
      EXPECT_TRUE(history.tokens.try_emplace(attempt, token).second) << "two hold attempt " << attempt << " of " << task;
      ++claims_;
    } else if (what == "done") {
      EXPECT_FALSE(history.done) << "done twice: " << task;
      EXPECT_EQ(history.tokens[attempt], token);
      history.done = attempt;
    } else if (what == "lost") {
      ++lost_;
    } else {
      EXPECT_EQ(what, "released") << line;
    }
  }

  void make_tasks(const Database& database, int count) {
    for (int made = 0; made < count;) {
      const int end = std::min(count, made + kTasksPerTransaction);
      ASSERT_TRUE(database.as("maker").transaction([&](Session& inside) -> Status {
        for (int i = made; i < end; ++i) {
          const auto task = inside.tasks().create({.description = "a task", .id = "t" + std::to_string(i), .priority = i % 3});
          if (!task) return task.error();
        }
        return {};
      }));
      made = end;
    }
  }

  std::vector<std::string> command(std::size_t worker) { return {WAGGLE_FAULT_WORKER, "claim", path(), "worker-" + std::to_string(worker)}; }

  // One process is killed and replaced, or stands still until its leases have run out.
  void disturb() {
    const auto worker = std::uniform_int_distribution<std::size_t>(0, kProcesses - 1)(random_);
    if (random_() % 8 != 0) {
      group_.replace(worker, command(worker));
      ++killed_;
      return;
    }
    if (!group_[worker].stop()) return;
    group_.listen_for(kStormLease + milliseconds(200));
    group_[worker].go_on();
    ++stopped_;
  }

  static std::int64_t integer(const Database& database, const std::string& sql) {
    const auto rows = database.sql({.text = sql});
    EXPECT_TRUE(rows) << rows.error().describe();
    return rows ? std::get<std::int64_t>(rows->rows[0][0]) : -1;
  }

  void expect_each_done_once(const Database& database, int count) {
    EXPECT_EQ(integer(database, "SELECT count(*) FROM tasks WHERE status = 'completed'"), count);
    EXPECT_EQ(integer(database, "SELECT count(*) FROM changes WHERE entity = 'task' AND op = 'complete'"), count);
    EXPECT_EQ(integer(database, "SELECT count(DISTINCT entity_id) FROM changes WHERE entity = 'task' AND op = 'complete'"), count);
    const Session session = database.as("oracle");
    for (const auto& [id, history] : tasks_) {
      const auto task = session.tasks().get(id);
      const auto record = session.memory().get({"done", id});
      ASSERT_TRUE(task && record) << id;
      EXPECT_GE(task->attempt, history.tokens.rbegin()->first) << id;
      // A process may have died before it told of its claim or of its success.
      if (history.done) {
        EXPECT_EQ(task->attempt, *history.done) << id << " was claimed again after it was done";
      }
      const auto last = history.tokens.find(static_cast<int>(task->attempt));
      if (last != history.tokens.end()) {
        EXPECT_EQ(record->value, Json::string(last->second)) << id << " was done under a token that is not the last";
      }
      const bool rising =
          std::is_sorted(history.tokens.begin(), history.tokens.end(), [](const auto& a, const auto& b) { return a.second <= b.second; });
      EXPECT_TRUE(rising) << id << ": tokens do not rise with the attempts";
    }
  }

  std::map<std::string, History> tasks_;
  int claims_ = 0;
  int lost_ = 0;
  int killed_ = 0;
  int stopped_ = 0;
  std::mt19937 random_{number_from("WAGGLE_STORM_SEED", std::random_device()())};
  ProcessGroup group_{[this](std::size_t, const std::string& line) { hear(line); }};
};

TEST_F(SlowClaimStorm, EachTaskIsDoneOnce) {
  const int count = soak::scaled(2'000, 20'000);
  const auto database = open();
  ASSERT_NO_FATAL_FAILURE(make_tasks(*database, count));
  const auto begin = Steady::now();
  for (std::size_t w = 0; w < kProcesses; ++w) group_.start(command(w));
  const auto deadline = begin + soak::scaled(std::chrono::seconds(120), std::chrono::seconds(1800)) * kSlowness;
  while (integer(*database, "SELECT count(*) FROM tasks WHERE status = 'completed'") < count && !HasFailure()) {
    ASSERT_LT(Steady::now(), deadline) << "tasks are left over";
    group_.listen_for(milliseconds(100));
    disturb();
  }
  for (std::size_t w = 0; w < kProcesses; ++w) group_[w].write_line("enough");
  for (std::size_t w = 0; w < kProcesses; ++w) EXPECT_EQ(group_.wait(w, Steady::now() + std::chrono::seconds(60)), 0);
  expect_each_done_once(*database, count);
  expect_sound(*database);
  if (HasFailure()) return;
  std::cout << "claim storm: " << kProcesses << " processes, " << count << " tasks each done once after " << claims_ << " claims in "
            << std::chrono::duration<double>(Steady::now() - begin).count() << " s; " << killed_ << " killed, " << stopped_
            << " stopped beyond their leases, " << lost_ << " stale tokens refused" << std::endl;
  EXPECT_GT(killed_, 0);
}

}  // namespace
}  // namespace waggle::test
