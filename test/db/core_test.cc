// core_test.cc: what handles share is flushed at closing, and goes with the last of them.

#include "db/core.h"

#include <string>

#include "db/database_fixture.h"
#include "engine/write_lock.h"
#include "support/raw_sqlite.h"

namespace waggle::test {
namespace {

class CoreTest : public DatabaseTest {
 protected:
  std::int64_t stored_counts() const { return RawSqlite(path()).integer("SELECT sum(access_count) FROM memory"); }
};

TEST_F(CoreTest, AccessCountsAreFlushedAtClosing) {
  // Many more than one run of the engine's progress handler covers.
  constexpr int kEntries = 500;
  {
    const auto database = make();
    const Session session = database->as("ann");
    ASSERT_TRUE(session.transaction([](Session& inside) -> Status {
      for (int i = 0; i < kEntries; ++i) {
        const auto stored = put(inside, std::to_string(i));
        if (!stored) return stored.error();
      }
      return {};
    }));
    for (int i = 0; i < kEntries; ++i) ASSERT_TRUE(session.memory().get({"ann", std::to_string(i)}));
    ASSERT_EQ(session.memory().get({"ann", "0"})->access_count, 2);
  }
  EXPECT_EQ(stored_counts(), kEntries + 1);
  EXPECT_EQ(open().value()->as("").memory().get({"ann", "0"})->access_count, 3);
}

TEST_F(CoreTest, TheLastHandleFlushes) {
  auto first = make();
  auto second = make();
  ASSERT_TRUE(put(first->as("ann"), "a"));
  ASSERT_TRUE(second->as("ann").memory().get({"ann", "a"}));
  second.reset();
  EXPECT_EQ(first->as("ann").memory().get({"ann", "a"})->access_count, 2);
  first.reset();
  EXPECT_EQ(stored_counts(), 2);
}

TEST_F(CoreTest, ClosingDoesNotWaitLongForAnotherProcess) {
  auto database = make();
  ASSERT_TRUE(put(database->as("ann"), "a"));
  ASSERT_TRUE(database->as("ann").memory().get({"ann", "a"}));
  const auto other = engine::WriteLock::open(path()).value();
  other->acquire(base::Deadline::after(std::chrono::seconds(20))).value();
  const auto begin = std::chrono::steady_clock::now();
  database.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  other->release();
  EXPECT_EQ(open().value()->as("").memory().get({"ann", "a"})->value.text, "1");
}

}  // namespace
}  // namespace waggle::test
