// memory_put_test.cc: storing entries: versions, expiry, limits, transactions of many.

#include <cmath>
#include <cstring>
#include <limits>

#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using std::chrono::seconds;

TEST_F(MemoryTest, PutOnAnExistingKeyKeepsIdAndCreation) {
  const MemoryEntry first =
      memory_.put({.agent_id = "ann", .key = "k", .value = Json("1"), .metadata = Json("{}"), .ttl = seconds(9), .embedding = {1.0F}}).value();
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  db_.clock.advance(seconds(1));
  const stores::Scope nobody = db_.as("");
  const MemoryEntry second = MemoryStore(nobody).put({.agent_id = "ann", .key = "k", .value = Json("2")}).value();
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.created_at, first.created_at);
  EXPECT_EQ(second.updated_at, db_.clock.now());
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(second.access_count, 1);
  EXPECT_FALSE(second.metadata || second.ttl || second.expires_at || second.writer);
  const MemoryEntry got = memory_.get({"ann", "k"}).value();
  EXPECT_EQ(got.value.text, "2");
  EXPECT_EQ(got.version, 2);
  EXPECT_EQ(got.access_count, 2);
  EXPECT_FALSE(got.metadata || got.ttl || got.expires_at || got.writer);
  EXPECT_EQ(db_.number("SELECT embedding IS NULL FROM memory"), 1);
}

TEST_F(MemoryTest, PutOnAnExpiredKeyStartsAnew) {
  const MemoryEntry first = put_for("k", seconds(1));
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  db_.clock.advance(seconds(1));
  const MemoryEntry second = memory_.put({.agent_id = "ann", .key = "k", .value = Json("2")}).value();
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.version, 1);
  EXPECT_EQ(second.created_at, db_.clock.now());
  EXPECT_EQ(second.access_count, 0);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().access_count, 1);
  EXPECT_EQ(db_.number("SELECT count(*) FROM changes WHERE op = 'expire' AND entity_id = ?1", {first.id}), 1);
}

TEST_F(MemoryTest, IfVersionStoresOnThatVersionOnly) {
  const auto put_if = [&](std::int64_t version) {
    return memory_.put({.agent_id = "ann", .key = "k", .value = Json("1"), .ttl = seconds(5), .if_version = version});
  };
  EXPECT_EQ(code_of(put_if(1)), Code::kConflict);
  EXPECT_EQ(put_if(0).value().version, 1);
  EXPECT_EQ(code_of(put_if(0)), Code::kConflict);
  EXPECT_EQ(code_of(put_if(2)), Code::kConflict);
  EXPECT_EQ(put_if(1).value().version, 2);
  EXPECT_EQ(code_of(put_if(1)), Code::kConflict);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().version, 2);
  db_.clock.advance(seconds(5));
  EXPECT_EQ(code_of(put_if(2)), Code::kConflict);
  EXPECT_EQ(put_if(0).value().version, 1);
  EXPECT_EQ(code_of(put_if(-1)), Code::kInvalidArgument);
}

TEST_F(MemoryTest, WhatIsNotAllowedIsRefusedAndStoresNothing) {
  const auto refused = [&](PutMemory entry) { return code_of(memory_.put(entry)); };
  EXPECT_EQ(refused({.agent_id = "", .key = "k"}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = ""}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = std::string(PutMemory::kKeyBytesMax + 1, 'k')}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = "k", .value = Json("{]")}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = "k", .metadata = Json("nope")}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = "k", .ttl = Duration(0)}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = "k", .embedding = {1.0F, std::nanf("")}}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.agent_id = "ann", .key = "k", .embedding = std::vector<float>(16'001)}), Code::kInvalidArgument);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory"), 0);
  EXPECT_EQ(db_.number("SELECT count(*) FROM changes"), 0);
}

TEST_F(MemoryTest, ValuesUpTo64MiBAreStored) {
  const std::string largest = '"' + std::string(PutMemory::kValueBytesMax - 2, 'x') + '"';
  put("large", largest);
  EXPECT_EQ(memory_.get({"ann", "large"}).value().value.text, largest);
  const auto over = memory_.put({.agent_id = "ann", .key = "larger", .value = Json('"' + largest.substr(1, largest.size() - 2) + "x\"")});
  ASSERT_EQ(code_of(over), Code::kInvalidArgument);
  EXPECT_NE(over.error().message().find("67108864"), std::string::npos) << over.error().message();
}

TEST_F(MemoryTest, AVeryLongLifeIsNoOverflow) {
  const MemoryEntry entry = put_for("k", Duration::max());
  EXPECT_EQ(entry.expires_at, Timestamp::max());
  EXPECT_TRUE(memory_.get({"ann", "k"}));
}

TEST_F(MemoryTest, EmbeddingsAreStoredAsLittleEndianFloats) {
  const std::vector<float> embedding = {1.0F, -2.5F, 3.5F};
  ASSERT_TRUE(memory_.put({.agent_id = "ann", .key = "k", .value = Json("1"), .embedding = embedding}));
  EXPECT_EQ(db_.number("SELECT hex(embedding) = '0000803F000020C000006040' FROM memory"), 1);
}

TEST_F(MemoryTest, PutManyStoresAllOrNothing) {
  const std::vector<PutMemory> good = {{.agent_id = "ann", .key = "a", .value = Json("1")},
                                       {.agent_id = "bob", .key = "b", .value = Json("2")},
                                       {.agent_id = "ann", .key = "a", .value = Json("3")}};
  const auto stored = memory_.put_many(good).value();
  ASSERT_EQ(stored.size(), 3U);
  EXPECT_EQ(stored[0].version, 1);
  EXPECT_EQ(stored[2].version, 2);
  EXPECT_EQ(stored[2].id, stored[0].id);
  EXPECT_EQ(memory_.get({"ann", "a"}).value().value.text, "3");
  const std::vector<PutMemory> bad = {{.agent_id = "ann", .key = "a", .value = Json("4")},
                                      {.agent_id = "ann", .key = "c", .value = Json("5"), .if_version = 9}};
  EXPECT_EQ(code_of(memory_.put_many(bad)), Code::kConflict);
  EXPECT_EQ(memory_.get({"ann", "a"}).value().value.text, "3");
  EXPECT_EQ(get_error("c"), Code::kNotFound);
  EXPECT_TRUE(memory_.put_many({}).value().empty());
}

TEST_F(MemoryTest, PutManyStoresNothingAlsoInATransactionThatGoesOn) {
  const std::vector<PutMemory> bad = {{.agent_id = "ann", .key = "a", .value = Json("1")},
                                      {.agent_id = "ann", .key = "b", .value = Json("2"), .if_version = 9}};
  const Status done = scope_.write([&](stores::Writing& writing) -> Status {
    const stores::Scope inner(scope_, writing.sql, writing.now);
    MemoryStore memory(inner);
    EXPECT_EQ(code_of(memory.put_many(bad)), Code::kConflict);
    WAGGLE_TRY(memory.put({.agent_id = "ann", .key = "c", .value = Json("3")}));
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(keys(memory_.list("ann").value()), std::vector<std::string>{"c"});
}

}  // namespace
}  // namespace waggle::test
