// memory_rows_test.cc: what the files of the memory store share about rows.

#include "stores/memory_rows.h"

#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using std::chrono::seconds;
using stores::Sweep;
using stores::Writing;

class MemoryRowsTest : public MemoryTest {
 protected:
  std::int64_t sweep(const Sweep& sweep) {
    return scope_.write([&](Writing& writing) { return stores::sweep_expired_memory(writing, sweep); }).value();
  }
};

TEST_F(MemoryRowsTest, ExpiryStopsAtTheEndOfTime) {
  const Timestamp now = db_.clock.now();
  EXPECT_EQ(stores::expiry(now, std::nullopt), std::nullopt);
  EXPECT_EQ(stores::expiry(now, seconds(1)), now + seconds(1));
  EXPECT_EQ(stores::expiry(now, Duration::max()), Timestamp::max());
  EXPECT_FALSE(stores::has_expired(std::nullopt, now));
  EXPECT_FALSE(stores::has_expired(now + Duration(1), now));
  EXPECT_TRUE(stores::has_expired(now, now));
}

TEST_F(MemoryRowsTest, SweepsTheEarliestFirstAndNoMoreThanItMay) {
  put("starts the chores' interval");
  put_for("b", seconds(2));
  put_for("a", seconds(1));
  put_for("c", std::chrono::milliseconds(1900));
  put_for("stays", seconds(60));
  EXPECT_EQ(sweep({.rows_max = 9, .agent_id = {}}), 0);
  // Not yet due: the chores leave the rows to this test.
  db_.clock.advance(std::chrono::milliseconds(1950));
  EXPECT_EQ(sweep({.rows_max = 1, .agent_id = {}}), 1);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE key = 'a'"), 0);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE key = 'c'"), 1);
  EXPECT_EQ(sweep({.rows_max = 9, .agent_id = {}}), 1);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE key = 'b'"), 1);
}

TEST_F(MemoryRowsTest, SweepsOneAgentOnly) {
  put("starts the chores' interval");
  put_for("k", seconds(1));
  ASSERT_TRUE(memory_.put({.agent_id = "bob", .key = "k", .value = Json("1"), .ttl = seconds(1)}));
  db_.clock.advance(seconds(1));
  EXPECT_EQ(sweep({.rows_max = 9, .agent_id = "bob"}), 1);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE agent_id = 'bob'"), 0);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE agent_id = 'ann' AND key = 'k'"), 1);
}

TEST_F(MemoryRowsTest, AMissingEntryIsToldFromAnImpossibleOne) {
  EXPECT_EQ(stores::missing_memory({"ann", "k"}).code(), Code::kNotFound);
  EXPECT_EQ(stores::missing_memory({"", "k"}).code(), Code::kInvalidArgument);
  EXPECT_EQ(stores::missing_memory({"ann", "\xc0\x80"}).code(), Code::kInvalidArgument);
  EXPECT_FALSE(stores::check_memory_key({"ann", std::string_view("a\0b", 3)}));
}

}  // namespace
}  // namespace waggle::test
