// task_claim_test.cc: who gets which task.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <thread>
#include <variant>

#include "stores/task_fixture.h"

namespace waggle::test {
namespace {

// An executor that asks the engine for its plan of every statement that runs on it.
class Planner final : public sql::Executor {
 public:
  explicit Planner(sql::Executor& executor) : executor_(executor) {}

  Status read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) override {
    return executor_.read(deadline, [&](sql::Reader& reader) {
      Spy spy(reader, nullptr, texts_);
      return work(spy);
    });
  }
  Status write(const base::Deadline& deadline, sql::Sync sync, base::FunctionRef<Status(sql::Writer&)> work) override {
    return executor_.write(deadline, sync, [&](sql::Writer& writer) {
      Spy spy(writer, &writer, texts_);
      return work(spy);
    });
  }
  Result<ResultSet> run_untrusted(const sql::UntrustedStatement& statement, const base::Deadline& deadline) override {
    return executor_.run_untrusted(statement, deadline);
  }
  sql::Version version() const override { return executor_.version(); }
  Status wait_for_change(sql::Version seen, const base::Deadline& deadline) override { return executor_.wait_for_change(seen, deadline); }
  void set_observer(sql::CommitObserver* observer) override { executor_.set_observer(observer); }

  const std::set<std::string>& texts() const { return texts_; }
  // What the engine says of it, line by line.
  std::string plan(const std::string& text) {
    std::string lines;
    std::map<std::string, Value> parameters;
    for (const std::string name : {"1", "2", "3", "4"}) {
      if (text.find("?" + name) != std::string::npos) parameters.emplace(name, nullptr);
    }
    const Result<ResultSet> result = run_untrusted({.text = "EXPLAIN QUERY PLAN " + text,
                                                    .parameters = std::move(parameters),
                                                    .access = sql::UntrustedStatement::Access::kRead,
                                                    .rows_max = 100},
                                                   base::Deadline::after(std::chrono::seconds(10)));
    EXPECT_TRUE(result) << text << "\n" << result.error().describe();
    if (!result) return {};
    for (const std::vector<Value>& row : result->rows) lines += std::get<std::string>(row.back()) + "\n";
    return lines;
  }

 private:
  class Spy final : public sql::Writer {
   public:
    Spy(sql::Reader& reader, sql::Writer* writer, std::set<std::string>& texts) : reader_(reader), writer_(writer), texts_(texts) {}
    Status query(sql::Text text, sql::Args args, sql::RowSink sink) override {
      texts_.emplace(text.view());
      return reader_.query(text, args, sink);
    }
    Result<Outcome> execute(sql::Text text, sql::Args args) override { return writer_->execute(text, args); }
    void note_changed(std::uint64_t key_hash) override { writer_->note_changed(key_hash); }

   private:
    sql::Reader& reader_;
    sql::Writer* writer_;
    std::set<std::string>& texts_;
  };

  sql::Executor& executor_;
  std::set<std::string> texts_;
};

class TasksClaim : public TaskFixture {
 protected:
  // Ids of up to ten tasks that an agent with these capabilities gets.
  Ids get_with(Ids capabilities, std::optional<std::string> swarm_id = {}) {
    return ids_of(tasks().claim({.agent = "ann", .capabilities = std::move(capabilities), .swarm_id = std::move(swarm_id), .count = 10}).value());
  }
};

TEST_F(TasksClaim, HighestPriorityFirstThenTheOldest) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const auto& [id, priority] :
       std::vector<std::pair<std::string, std::int64_t>>{{"low", 1}, {"old", 5}, {"new", 5}, {"top", kMost}, {"negative", -3}, {"bottom", kLeast}}) {
    create(NewTask{.id = id, .priority = priority});
  }
  EXPECT_EQ(ids_of(claim()), Ids{"top"});
  EXPECT_EQ(ids_of(claim(3)), (Ids{"old", "new", "low"}));
  EXPECT_EQ(ids_of(claim(5)), (Ids{"negative", "bottom"}));
  EXPECT_EQ(ids_of(claim()), Ids{});
}

TEST_F(TasksClaim, AClaimGivesALease) {
  create("t");
  const std::int64_t seq = next_seq();
  const Task task = claim_only("t", "ann", 30s);
  EXPECT_EQ(task.status, TaskStatus::kRunning);
  EXPECT_EQ(task.lease_owner, "ann");
  EXPECT_EQ(task.lease_expires_at, clock().now() + 30s);
  EXPECT_EQ(task.attempt, 1);
  EXPECT_EQ(task.assigned_agents, Ids{"ann"});
  EXPECT_EQ(log_from(seq), Ids{"claim t"});
  const Task seen = get("t");
  EXPECT_EQ(seen.status, TaskStatus::kRunning);
  EXPECT_EQ(seen.lease_owner, "ann");
  EXPECT_EQ(seen.lease_expires_at, task.lease_expires_at);
  EXPECT_FALSE(seen.lease_token) << "only the holder knows it";
  EXPECT_FALSE(tasks().list().value().items.front().lease_token);
  EXPECT_FALSE(tasks().graph().value().nodes.front().lease_token);
}

TEST_F(TasksClaim, EachHolderIsNamedOnce) {
  create("t");
  for (const std::string agent : {"ann", "bob", "ann"}) {
    const Task task = claim_only("t", agent);
    ASSERT_TRUE(tasks().release({"t", *task.lease_token}));
  }
  EXPECT_EQ(get("t").assigned_agents, (Ids{"ann", "bob"}));
  EXPECT_EQ(get("t").attempt, 3);
}

TEST_F(TasksClaim, TokensGrowWithEveryClaimAndDiffer) {
  for (int i = 0; i < 30; ++i) create(NewTask{});
  std::vector<std::string> tokens;
  for (const int count : {1, 12, 1, 9}) {
    for (const Task& task : claim(count)) tokens.push_back(*task.lease_token);
  }
  create("again");
  for (int i = 0; i < 5; ++i) {
    const std::vector<Task> claimed = claim(10);
    for (const Task& task : claimed) {
      tokens.push_back(*task.lease_token);
      ASSERT_TRUE(tasks().release({task.id, *task.lease_token}));
    }
  }
  EXPECT_TRUE(std::is_sorted(tokens.begin(), tokens.end()));
  EXPECT_EQ(std::adjacent_find(tokens.begin(), tokens.end()), tokens.end());
  for (const std::string& token : tokens) EXPECT_EQ(token.size(), 33U) << token;
  std::set<std::string> random_halves;
  for (const std::string& token : tokens) random_halves.insert(token.substr(17));
  EXPECT_EQ(random_halves.size(), tokens.size());
}

TEST_F(TasksClaim, EveryRequiredCapabilityIsNeeded) {
  create(NewTask{.id = "none"});
  create(NewTask{.id = "sql", .required_capabilities = {"sql"}});
  create(NewTask{.id = "both", .priority = 1, .required_capabilities = {"sql", "c++"}});
  create(NewTask{.id = "gpu", .priority = 9, .required_capabilities = {"gpu"}});
  create(NewTask{.id = "quoted", .priority = -1, .required_capabilities = {"\"],[\""}});
  EXPECT_EQ(get_with({"c+", "SQL", "sq"}), Ids{"none"});
  EXPECT_EQ(get_with({"sql"}), Ids{"sql"});
  EXPECT_EQ(get_with({"sql", "zig", "c++", "sql"}), Ids{"both"});
  EXPECT_EQ(get_with({}), Ids{});
  EXPECT_EQ(get_with({"\"],[\"", "gpu"}), (Ids{"gpu", "quoted"}));
}

TEST_F(TasksClaim, CapabilitiesDefaultToTheRegisteredAgents) {
  ASSERT_TRUE(AgentStore(scope()).register_agent({.id = "ann", .agent_type = "t", .capabilities = {"sql", "c++"}}));
  create(NewTask{.id = "x", .required_capabilities = {"c++", "sql"}});
  create(NewTask{.id = "y", .required_capabilities = {"gpu"}});
  EXPECT_EQ(ids_of(claim(9, "unregistered")), Ids{});
  EXPECT_EQ(get_with({}), Ids{}) << "what is given counts, not what is registered";
  EXPECT_EQ(ids_of(claim(9, "ann")), Ids{"x"});
}

TEST_F(TasksClaim, TheBestOfAllGroupsAreMerged) {
  create_swarm("a");
  create_swarm("b");
  // Priorities interleave across swarms and sets of capabilities.
  const std::vector<std::optional<std::string>> swarms = {std::nullopt, "a", "b"};
  const std::vector<Ids> sets = {Ids{}, Ids{"c++"}, Ids{"sql"}, Ids{"c++", "sql"}};
  for (std::int64_t i = 0; i < 60; ++i) {
    create(NewTask{.id = std::to_string(i),
                   .priority = i * 7 % 20,
                   .required_capabilities = sets[static_cast<std::size_t>(i) % 4],
                   .swarm_id = swarms[static_cast<std::size_t>(i) % 3]});
  }
  Ids wanted;
  for (std::int64_t priority = 19; priority >= 0; --priority) {
    for (std::int64_t i = 0; i < 60; ++i) {
      if (i * 7 % 20 == priority && i % 4 != 1 && i % 4 != 3) wanted.push_back(std::to_string(i));
    }
  }
  Ids got;
  for (const int count : {1, 2, 5, 1, 50}) {
    const std::vector<Task> claimed = tasks().claim({.agent = "ann", .capabilities = Ids{"sql"}, .count = count}).value();
    for (const Task& task : claimed) got.push_back(task.id);
  }
  EXPECT_EQ(got, wanted);
}

TEST_F(TasksClaim, StaysInTheSwarmAskedFor) {
  create_swarm("hive");
  create_swarm("other");
  create(NewTask{.id = "free", .priority = 9});
  create(NewTask{.id = "a", .swarm_id = "hive"});
  create(NewTask{.id = "b", .swarm_id = "other"});
  EXPECT_EQ(get_with({}, "other"), Ids{"b"});
  EXPECT_EQ(get_with({}, "other"), Ids{});
  EXPECT_EQ(get_with({}, "unknown"), Ids{});
  EXPECT_EQ(get_with({}), (Ids{"free", "a"}));
}

TEST_F(TasksClaim, PausedAndClosedSwarmsArePassedOver) {
  SwarmStore swarms(scope());
  for (const std::string id : {"a", "b", "c"}) {
    create_swarm(id);
    create(NewTask{.id = "of " + id, .priority = 5, .swarm_id = id});
  }
  create(NewTask{.id = "free"});
  ASSERT_TRUE(swarms.pause("a"));
  ASSERT_TRUE(swarms.close("c"));
  EXPECT_EQ(get_with({}, "a"), Ids{});
  EXPECT_EQ(get_with({}, "c"), Ids{});
  EXPECT_EQ(get_with({}), (Ids{"of b", "free"}));
  ASSERT_TRUE(swarms.resume("a"));
  EXPECT_EQ(get_with({}), Ids{"of a"});
}

TEST_F(TasksClaim, ExpiredLeasesAreClaimableAtOnce) {
  create("t");
  const std::string old = *claim_only("t", "ann", 300ms).lease_token;
  EXPECT_TRUE(claim(1, "bob").empty());
  clock().advance(300ms);
  const std::int64_t seq = next_seq();
  const Task task = claim_only("t", "bob");
  EXPECT_EQ(task.attempt, 2);
  EXPECT_GT(*task.lease_token, old);
  EXPECT_EQ(log_from(seq), (Ids{"expire t", "claim t"}));
}

TEST_F(TasksClaim, AnExpiredLastAttemptFailsTheTaskAndItsDependents) {
  create(NewTask{.id = "t", .max_attempts = 1});
  create("after", {"t"});
  claim_only("t", "ann", 1s);
  clock().advance(1s);
  const std::int64_t seq = next_seq();
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(status_of("t"), TaskStatus::kFailed);
  EXPECT_EQ(get("after").error, "task t, on which this one depends, has failed");
  EXPECT_EQ(log_from(seq), (Ids{"fail t", "fail after"}));
}

// More is due than one transaction settles: the best task must be found although it comes last in the order in which they become due.
TEST_F(TasksClaim, NothingDueIsOverlookedHoweverMuchItIs) {
  for (int i = 0; i < 2'300; ++i) create(NewTask{.priority = 1, .not_before = clock().now() + 1s + Duration(i)});
  create(NewTask{.id = "best", .priority = 2, .not_before = clock().now() + 2s});
  for (int i = 0; i < 3; ++i) create(NewTask{.id = "held" + std::to_string(i), .priority = 3});
  EXPECT_EQ(claim(3, "bob", 2s).size(), 3U);
  clock().advance(2s);
  EXPECT_EQ(ids_of(claim(4)), (Ids{"held0", "held1", "held2", "best"}));
  EXPECT_EQ(claim(1'000).size(), 1'000U);
  EXPECT_EQ(claim(1'000).size(), 1'000U);
  EXPECT_EQ(claim(1'000).size(), 300U);
}

TEST_F(TasksClaim, AClaimThatGetsNothingWritesNothing) {
  create(NewTask{.required_capabilities = {"gpu"}});
  const std::int64_t seq = next_seq();
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(next_seq(), seq);
}

// What makes a claim O(log n): each of its queries goes to its rows by an index, and none sorts.
TEST_F(TasksClaim, EveryQueryOfAClaimGoesByAnIndex) {
  create_swarm("hive");
  create(NewTask{.id = "a", .swarm_id = "hive"});
  create(NewTask{.id = "b", .not_before = clock().now() + 1s});
  create(NewTask{.id = "c", .max_attempts = 1});
  create("after c", {"c"});
  claim(2, "bob", 1s);
  clock().advance(1s);

  Planner planner(db_.engine());
  stores::Shared shared{planner, db_.clock, db_.ids, db_.cache, db_.indexes};
  const stores::Scope spied(shared, {.actor = {}, .timeout = 10s, .stop = {}});
  EXPECT_EQ(TaskStore(spied).claim({.agent = "ann", .count = 9}).value().size(), 2U);
  EXPECT_EQ(TaskStore(spied).claim({.agent = "ann", .swarm_id = "hive"}).value().size(), 0U);
  EXPECT_GE(planner.texts().size(), 10U);
  std::string plans;
  for (const std::string& text : planner.texts()) {
    const std::string plan = planner.plan(text);
    plans += plan;
    for (const std::string_view bad : {"SCAN tasks", "SCAN task_dependencies", "SCAN changes", "SCAN agents", "SCAN swarms", "TEMP B-TREE"}) {
      EXPECT_EQ(plan.find(bad), std::string::npos) << text << "\n" << plan;
    }
  }
  for (const std::string_view good :
       {"tasks_ready (swarm_id=? AND required_capabilities=? AND priority>?)", "tasks_ready (swarm_id=? AND required_capabilities>?)",
        "tasks_ready (swarm_id>?)", "tasks_waiting (not_before<?)", "tasks_leased (lease_expires_at<?)"}) {
    EXPECT_NE(plans.find(good), std::string::npos) << good;
  }
}

TEST_F(TasksClaim, AClaimInsideATransactionGoesWithIt) {
  for (int i = 0; i < 1'200; ++i) create(NewTask{.not_before = clock().now() + 1s});
  clock().advance(1s);
  const auto deadline = base::Deadline::after(10s);
  const Status undone = db_.engine().write(deadline, [&](sql::Writer& writer) -> Status {
    const stores::Scope inner(scope_, writer, clock().now());
    EXPECT_EQ(TaskStore(inner).claim({.agent = "ann", .count = 3}).value().size(), 3U);
    return Error(Code::kCancelled, "given up");
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(tasks().list({.lease_owner = "ann"}).value().items.size(), 0U);
  ASSERT_TRUE(db_.engine().read(deadline, [&](sql::Reader& reader) -> Status {
    const stores::Scope inner(scope_, reader, clock().now());
    EXPECT_EQ(code_of(TaskStore(inner).claim({.agent = "ann"})), Code::kReadOnly);
    return {};
  }));
}

TEST_F(TasksClaim, ManyAtOnceGetEachTaskOnce) {
  constexpr int kThreads = 8;
  constexpr int kTasks = 120;
  for (int i = 0; i < kTasks; ++i) create(std::to_string(i), i % 3 == 0 ? Ids{} : Ids{std::to_string(i - 1)});
  std::vector<Ids> done(kThreads);
  std::atomic<int> left = kTasks;
  const auto deadline = base::Deadline::after(60s);
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < kThreads; ++n) {
      threads.emplace_back([&, n] {
        TaskStore own(scope_);
        while (left > 0 && !deadline.passed()) {
          const std::vector<Task> claimed = own.claim({.agent = "agent " + std::to_string(n), .lease = 1h, .count = 1 + n % 3}).value();
          for (const Task& task : claimed) {
            own.complete({task.id, *task.lease_token}).value();
            done[static_cast<std::size_t>(n)].push_back(task.id);
            --left;
          }
        }
      });
    }
  }
  Ids all;
  for (const Ids& ids : done) all.insert(all.end(), ids.begin(), ids.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kTasks));
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_EQ(tasks().list({.status = TaskStatus::kCompleted}, {.limit = 1'000, .cursor = {}}).value().items.size(), static_cast<std::size_t>(kTasks));
}

TEST_F(TasksClaim, RequestsOutOfRangeAreRefused) {
  create("t");
  const std::vector<ClaimRequest> refused = {
      {.agent = ""},
      {.agent = "\xff"},
      {.agent = "ann", .capabilities = Ids{""}},
      {.agent = "ann", .lease = 1ms - 1us},
      {.agent = "ann", .lease = std::chrono::hours(24 * 365) + 1us},
      {.agent = "ann", .count = 0},
      {.agent = "ann", .count = 1'001},
  };
  for (std::size_t i = 0; i < refused.size(); ++i) EXPECT_EQ(code_of(tasks().claim(refused[i])), Code::kInvalidArgument) << "row " << i;
  EXPECT_EQ(status_of("t"), TaskStatus::kReady);
  EXPECT_EQ(tasks().claim({.agent = "ann", .lease = 1ms, .count = 1'000}).value().size(), 1U);
}

// A million tasks of which ten are ready: a claim costs no more than among a hundred. The clock of the machine is read, but a claim that looked at
// each task would take a thousand times as long as is allowed here.
TEST_F(TasksClaim, SlowOneOfAMillionIsFoundAtOnce) {
  const auto fill = [&](std::int64_t from, std::int64_t to) {
    ASSERT_TRUE(db_.engine().write(base::Deadline::after(300s), [&](sql::Writer& writer) -> Status {
      for (std::int64_t i = from; i < to; ++i) {
        const std::string id = "task " + std::to_string(i);
        const std::string_view status = i % 3 == 0 ? "completed" : i % 3 == 1 ? "pending" : "running";
        WAGGLE_TRY(writer.execute(
            "INSERT INTO tasks(id, description, priority, status, assigned_agents, dependencies, created_at, required_capabilities,"
            " attempt, not_before, lease_expires_at, updated_at, unmet) VALUES(?1, 'work', ?2, ?3, '[]', '[]', ?4, '[]', 0, ?5, ?5, ?4, ?6)",
            {id, i % 7, status, clock().now(), clock().now() + 1h, i % 6 == 1 ? 1 : 0}));
      }
      return {};
    }));
  };
  const auto time_ten_claims = [&] {
    for (int i = 0; i < 10; ++i) create(NewTask{});
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(claim(1, "ann", 2h).size(), 1U);
    EXPECT_TRUE(claim().empty());
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start);
  };
  fill(0, 100);
  time_ten_claims();
  const Duration among_few = time_ten_claims();
  for (std::int64_t i = 100; i < 1'000'000; i += 50'000) fill(i, std::min<std::int64_t>(i + 50'000, 1'000'000));
  const Duration among_many = time_ten_claims();
  RecordProperty("ten_claims_among_100_us", std::to_string(among_few.count()));
  RecordProperty("ten_claims_among_1000000_us", std::to_string(among_many.count()));
  std::printf("ten claims: %lld us among 100 tasks, %lld us among 1,000,000\n", static_cast<long long>(among_few.count()),
              static_cast<long long>(among_many.count()));
  EXPECT_LT(among_many, 500ms);
}

}  // namespace
}  // namespace waggle::test
