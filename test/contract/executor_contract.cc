// executor_contract.cc: see executor_contract.h.

#include "contract/executor_contract.h"

#include <atomic>
#include <cmath>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace waggle::test {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExecutorContract);

void ExecutorContract::SetUp() {
  database_ = GetParam()();
  executor()
      .write(soon(),
             [](sql::Writer& writer) -> Status {
               auto made = writer.execute("CREATE TABLE numbers(name TEXT PRIMARY KEY, number INTEGER NOT NULL CHECK(number >= 0))", {});
               return made ? Status() : made.error();
             })
      .value();
}

Status ExecutorContract::put(const std::string& name, std::int64_t number) {
  return executor().write(soon(), [&](sql::Writer& writer) -> Status {
    auto put = writer.execute("INSERT INTO numbers VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET number = excluded.number", {name, number});
    return put ? Status() : put.error();
  });
}

std::int64_t ExecutorContract::get(const std::string& name) {
  std::int64_t number = -1;
  executor()
      .read(soon(),
            [&](sql::Reader& reader) {
              return reader.query("SELECT number FROM numbers WHERE name = ?1", {name}, [&](const sql::Row& row) -> Status {
                number = row.integer(0);
                return {};
              });
            })
      .value();
  return number;
}

std::int64_t ExecutorContract::count() {
  std::int64_t number = 0;
  executor()
      .read(soon(),
            [&](sql::Reader& reader) -> Status {
              number = reader.query_integer("SELECT count(*) FROM numbers", {}).value();
              return {};
            })
      .value();
  return number;
}

TEST_P(ExecutorContract, ReadsEveryTypeBack) {
  const std::byte bytes[] = {std::byte{0}, std::byte{255}};
  const std::string text("a\0b", 3);
  executor()
      .read(soon(),
            [&](sql::Reader& reader) {
              return reader.query("SELECT ?1, ?2, ?3, ?4, ?5, ?6",
                                  {nullptr, std::int64_t{INT64_MIN}, 0.1, text, std::span<const std::byte>(bytes), ""},
                                  [&](const sql::Row& row) -> Status {
                                    EXPECT_TRUE(row.is_null(0));
                                    EXPECT_EQ(row.integer(1), INT64_MIN);
                                    EXPECT_EQ(row.real(2), 0.1);
                                    EXPECT_EQ(row.text(3), text);
                                    EXPECT_EQ(row.blob(4).size(), 2U);
                                    EXPECT_FALSE(row.is_null(5));
                                    EXPECT_EQ(row.text(5), "");
                                    return {};
                                  });
            })
      .value();
}

TEST_P(ExecutorContract, AcknowledgedWriteIsReadByTheNextRead) {
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(put("n", i));
    ASSERT_EQ(get("n"), i);
  }
}

TEST_P(ExecutorContract, FailedWorkLeavesNothing) {
  const Status status = executor().write(soon(), [](sql::Writer& writer) -> Status {
    EXPECT_TRUE(writer.execute("INSERT INTO numbers VALUES('half', 1)", {}));
    return Error(Code::kConflict, "changed my mind");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), Code::kConflict);
  EXPECT_EQ(get("half"), -1);
}

TEST_P(ExecutorContract, RefusedStatementLeavesTheRestOfItsWorkToTheWork) {
  ASSERT_TRUE(executor().write(soon(), [](sql::Writer& writer) -> Status {
    EXPECT_TRUE(writer.execute("INSERT INTO numbers VALUES('kept', 1)", {}));
    const auto refused = writer.execute("INSERT INTO numbers VALUES('bad', -1)", {});
    EXPECT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
    const auto twice = writer.execute("INSERT INTO numbers VALUES('kept', 2)", {});
    EXPECT_EQ(twice.error().code(), Code::kAlreadyExists);
    return {};
  }));
  EXPECT_EQ(get("kept"), 1);
  EXPECT_EQ(get("bad"), -1);
}

TEST_P(ExecutorContract, WriterSeesItsOwnWritesAndOthersDoNot) {
  ASSERT_TRUE(executor().write(soon(), [&](sql::Writer& writer) -> Status {
    EXPECT_TRUE(writer.execute("INSERT INTO numbers VALUES('new', 7)", {}));
    EXPECT_EQ(writer.query_integer("SELECT number FROM numbers WHERE name = 'new'", {}).value(), 7);
    EXPECT_EQ(get("new"), -1);
    return {};
  }));
  EXPECT_EQ(get("new"), 7);
}

TEST_P(ExecutorContract, ReadStaysAtOneMoment) {
  ASSERT_TRUE(put("n", 1));
  ASSERT_TRUE(executor().read(soon(), [&](sql::Reader& reader) -> Status {
    EXPECT_EQ(reader.query_integer("SELECT number FROM numbers WHERE name = 'n'", {}).value(), 1);
    std::thread([&] { EXPECT_TRUE(put("n", 2)); }).join();
    EXPECT_EQ(reader.query_integer("SELECT number FROM numbers WHERE name = 'n'", {}).value(), 1);
    return {};
  }));
  EXPECT_EQ(get("n"), 2);
}

TEST_P(ExecutorContract, ManyWritersLoseNothing) {
  constexpr int kThreads = 16;
  constexpr int kWrites = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kWrites; ++i) {
        const Status status = executor().write(soon(), [&](sql::Writer& writer) -> Status {
          const auto made = writer.execute("INSERT INTO numbers VALUES(?1, ?2)", {std::to_string(t) + "/" + std::to_string(i), i});
          if (!made) return made.error();
          // Every fifth undoes itself; its neighbours in the same commit must stay.
          return i % 5 == 4 ? Status(Error(Code::kConflict, "no")) : Status();
        });
        EXPECT_EQ(status.has_value(), i % 5 != 4);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count(), kThreads * kWrites * 4 / 5);
}

TEST_P(ExecutorContract, VersionMovesWithEveryCommitAndOnlyThen) {
  ASSERT_TRUE(put("n", 0));
  for (int i = 1; i < 20; ++i) {
    const sql::Version before = executor().version();
    EXPECT_EQ(get("n"), i - 1);
    EXPECT_TRUE(executor().version() == before);
    ASSERT_TRUE(put("n", i));
    EXPECT_FALSE(executor().version() == before);
  }
}

TEST_P(ExecutorContract, WaitEndsWithACommit) {
  const sql::Version seen = executor().version();
  std::atomic<bool> returned = false;
  std::thread waiter([&] {
    EXPECT_TRUE(executor().wait_for_change(seen, soon()));
    EXPECT_FALSE(executor().version() == seen);
    returned = true;
  });
  ASSERT_TRUE(put("n", 1));
  waiter.join();
  EXPECT_TRUE(returned);
}

TEST_P(ExecutorContract, WaitEndsAtItsDeadlineAndWhenStopped) {
  const sql::Version seen = executor().version();
  EXPECT_TRUE(executor().wait_for_change(seen, base::Deadline::after(std::chrono::milliseconds(20))));
  EXPECT_TRUE(executor().version() == seen);
  std::stop_source stop;
  std::thread waiter([&] { EXPECT_TRUE(executor().wait_for_change(seen, base::Deadline::after(std::chrono::hours(1), stop.get_token()))); });
  stop.request_stop();
  waiter.join();
}

TEST_P(ExecutorContract, WriteBehindASlowOneEndsAtItsDeadline) {
  std::atomic<bool> first_runs = false;
  std::atomic<bool> second_ended = false;
  std::thread slow([&] {
    EXPECT_TRUE(executor().write(soon(), [&](sql::Writer&) -> Status {
      first_runs = true;
      while (!second_ended) std::this_thread::yield();
      return {};
    }));
  });
  while (!first_runs) std::this_thread::yield();
  const Status status = executor().write(base::Deadline::after(std::chrono::milliseconds(30)), [](sql::Writer&) -> Status { return {}; });
  second_ended = true;
  slow.join();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), Code::kDeadline);
}

TEST_P(ExecutorContract, EndlessStatementEndsAtItsDeadline) {
  const auto endless = [](sql::Reader& reader) {
    auto counted = reader.query_integer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", {});
    return counted ? Status() : Status(counted.error());
  };
  const Status read = executor().read(base::Deadline::after(std::chrono::milliseconds(50)), endless);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Code::kDeadline);
  const Status write = executor().write(base::Deadline::after(std::chrono::milliseconds(50)), endless);
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().code(), Code::kDeadline);
  EXPECT_TRUE(put("after", 1));
}

TEST_P(ExecutorContract, ExceptionComesBackToItsThread) {
  EXPECT_THROW((void)executor().write(soon(),
                                      [](sql::Writer& writer) -> Status {
                                        EXPECT_TRUE(writer.execute("INSERT INTO numbers VALUES('thrown', 1)", {}));
                                        throw std::runtime_error("of the user's");
                                      }),
               std::runtime_error);
  EXPECT_EQ(get("thrown"), -1);
  EXPECT_TRUE(put("after", 1));
}

TEST_P(ExecutorContract, UntrustedStatements) {
  using Access = sql::UntrustedStatement::Access;
  const auto run = [&](std::string text, Access access, std::map<std::string, Value> parameters = {}) {
    return executor().run_untrusted({std::move(text), std::move(parameters), access, 10}, soon());
  };
  ASSERT_TRUE(put("n", 3));
  const auto answer = run("SELECT number + :more AS sum, name FROM numbers", Access::kRead, {{"more", Value(std::int64_t{4})}});
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(answer->columns, (std::vector<std::string>{"sum", "name"}));
  EXPECT_EQ(answer->rows, (std::vector<std::vector<Value>>{{Value(std::int64_t{7}), Value(std::string("n"))}}));

  const auto code = [&](std::string text, Access access) {
    const auto refused = run(std::move(text), access);
    EXPECT_FALSE(refused);
    return refused ? Code::kInternal : refused.error().code();
  };
  EXPECT_EQ(code("DELETE FROM numbers", Access::kRead), Code::kReadOnly);
  EXPECT_EQ(code("WITH x AS (SELECT 1) DELETE FROM numbers", Access::kRead), Code::kReadOnly);
  EXPECT_EQ(code("SELECT 1; DELETE FROM numbers", Access::kRead), Code::kInvalidArgument);
  EXPECT_EQ(code("ATTACH '/tmp/other.db' AS other", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("VACUUM INTO '/tmp/other.db'", Access::kWrite), Code::kInvalidArgument);  // never inside a transaction
  EXPECT_EQ(code("PRAGMA user_version = 9", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("PRAGMA writable_schema = 1", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("BEGIN", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("COMMIT", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("CREATE TEMP TABLE t(x)", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("CREATE TRIGGER t AFTER DELETE ON numbers BEGIN DELETE FROM numbers; END", Access::kWrite), Code::kPermission);
  EXPECT_EQ(code("SELECT load_extension('x')", Access::kRead), Code::kPermission);
  EXPECT_EQ(code("SELEC 1", Access::kRead), Code::kInvalidArgument);
  EXPECT_EQ(code("SELECT value FROM generate_series(1, 3)", Access::kRead), Code::kInvalidArgument);
  EXPECT_EQ(code("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", Access::kRead), Code::kExhausted);
  EXPECT_EQ(count(), 1);

  ASSERT_TRUE(run("CREATE TABLE own(id INTEGER PRIMARY KEY, x)", Access::kWrite));
  const auto inserted = run("INSERT INTO own(x) VALUES (1), (2)", Access::kWrite);
  ASSERT_TRUE(inserted);
  EXPECT_EQ(inserted->rows_affected, 2);
  EXPECT_EQ(inserted->last_insert_rowid, 2);
}

}  // namespace waggle::test
