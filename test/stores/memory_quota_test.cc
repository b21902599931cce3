// memory_quota_test.cc: limits on what an agent may keep, through every call that changes it.

#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using std::chrono::seconds;

class MemoryQuotaTest : public MemoryTest {
 protected:
  Result<MemoryEntry> try_put(std::string key, std::string value = "1", std::optional<Duration> ttl = {}) {
    return memory_.put({.agent_id = "ann", .key = std::move(key), .value = Json(std::move(value)), .ttl = ttl});
  }
  // What is kept count of is what the rows say.
  void expect_counts_right() {
    EXPECT_EQ(db_.number("SELECT q.entries - (SELECT count(*) FROM memory WHERE agent_id = q.agent_id) FROM memory_quotas q"), 0);
    EXPECT_EQ(db_.number("SELECT q.bytes - (SELECT coalesce(sum(octet_length(key) + octet_length(value) + coalesce(octet_length(metadata), 0)), 0)"
                         " FROM memory WHERE agent_id = q.agent_id) FROM memory_quotas q"),
              0);
  }
};

TEST_F(MemoryQuotaTest, LimitsEntriesOfThatAgent) {
  ASSERT_TRUE(try_put("before"));
  ASSERT_TRUE(memory_.set_quota("ann", {.entries = 2, .bytes = {}}));
  EXPECT_EQ(memory_.quota("ann").value().entries, 2);
  EXPECT_FALSE(memory_.quota("bob").value().entries);
  EXPECT_TRUE(try_put("a"));
  EXPECT_EQ(code_of(try_put("b")), Code::kExhausted);
  EXPECT_TRUE(try_put("a", "2"));
  EXPECT_TRUE(memory_.put({.agent_id = "bob", .key = "b", .value = Json("1")}));
  expect_counts_right();
  ASSERT_TRUE(memory_.remove({"ann", "a"}));
  EXPECT_TRUE(try_put("b"));
  EXPECT_EQ(memory_.remove_prefix({"ann", "b"}).value(), 2);
  expect_counts_right();
  EXPECT_TRUE(try_put("c"));
  EXPECT_TRUE(try_put("d"));
  EXPECT_EQ(code_of(try_put("e")), Code::kExhausted);
  expect_counts_right();
  ASSERT_TRUE(memory_.set_quota("ann", {}));
  EXPECT_FALSE(memory_.quota("ann").value().entries);
  EXPECT_TRUE(try_put("e"));
}

TEST_F(MemoryQuotaTest, LimitsBytes) {
  ASSERT_TRUE(memory_.set_quota("ann", {.entries = {}, .bytes = 10}));
  EXPECT_TRUE(try_put("k", "12345678"));
  EXPECT_EQ(code_of(try_put("k", "1234567890")), Code::kExhausted);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().value.text, "12345678");
  EXPECT_EQ(code_of(try_put("l", "1")), Code::kExhausted);
  EXPECT_TRUE(try_put("k", "123"));
  EXPECT_TRUE(try_put("l", "1"));
  expect_counts_right();
  EXPECT_EQ(code_of(memory_.set_quota("ann", {.entries = -1, .bytes = {}})), Code::kInvalidArgument);
}

TEST_F(MemoryQuotaTest, WhatIsThereAlreadyStaysAndMayShrink) {
  ASSERT_TRUE(try_put("a", "123456"));
  ASSERT_TRUE(try_put("b"));
  ASSERT_TRUE(memory_.set_quota("ann", {.entries = 1, .bytes = 4}));
  EXPECT_TRUE(memory_.get({"ann", "a"}));
  EXPECT_TRUE(try_put("a", "12345"));
  EXPECT_EQ(code_of(try_put("a", "123456")), Code::kExhausted);
  EXPECT_EQ(code_of(try_put("c")), Code::kExhausted);
  expect_counts_right();
}

TEST_F(MemoryQuotaTest, ExpiredEntriesMakeRoom) {
  ASSERT_TRUE(memory_.set_quota("ann", {.entries = 2, .bytes = {}}));
  ASSERT_TRUE(try_put("a", "1", seconds(1)));
  ASSERT_TRUE(try_put("b", "1", seconds(1)));
  db_.clock.advance(seconds(1));
  EXPECT_EQ(try_put("a").value().version, 1);
  EXPECT_TRUE(try_put("c"));
  EXPECT_EQ(code_of(try_put("d")), Code::kExhausted);
  expect_counts_right();
}

TEST_F(MemoryQuotaTest, AQuotaIsObeyedAtOnceWhoeverSetIt) {
  ASSERT_TRUE(try_put("a"));
  ASSERT_TRUE(try_put("b"));
  ASSERT_TRUE(db_.elsewhere([](MemoryStore memory) { return memory.set_quota("ann", {.entries = 2, .bytes = {}}); }));
  EXPECT_EQ(code_of(try_put("c")), Code::kExhausted);
  ASSERT_TRUE(db_.elsewhere([](MemoryStore memory) { return memory.set_quota("ann", {}); }));
  EXPECT_TRUE(try_put("c"));
  // In one transaction that is undone after lifting the quota and putting without it.
  ASSERT_TRUE(memory_.set_quota("ann", {.entries = 3, .bytes = {}}));
  const Status undone = scope_.write([&](stores::Writing& writing) -> Status {
    const stores::Scope inner(scope_, writing.sql, writing.now);
    MemoryStore memory(inner);
    EXPECT_TRUE(memory.set_quota("ann", {}));
    EXPECT_TRUE(memory.put({.agent_id = "ann", .key = "d", .value = Json("1")}));
    return Error(Code::kConflict, "undone on purpose");
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(code_of(try_put("d")), Code::kExhausted);
  expect_counts_right();
}

TEST_F(MemoryQuotaTest, TheSweeperGivesRoomBack) {
  ASSERT_TRUE(memory_.set_quota("ann", {.entries = 5, .bytes = {}}));
  ASSERT_TRUE(try_put("a", "1", seconds(1)));
  db_.clock.advance(seconds(5));
  ASSERT_TRUE(memory_.put({.agent_id = "bob", .key = "b", .value = Json("1")}));
  EXPECT_EQ(db_.number("SELECT entries FROM memory_quotas"), 0);
  expect_counts_right();
}

}  // namespace
}  // namespace waggle::test
