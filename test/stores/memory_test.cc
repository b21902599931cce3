// memory_test.cc: reading, touching and removing single entries.

#include "stores/memory_cache.h"
#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST_F(MemoryTest, GetAnswersWhatWasPut) {
  const MemoryEntry stored = memory_
                                 .put({.agent_id = "ann",
                                       .key = "plan",
                                       .value = Json(R"({"z" : 1, "a": 12345678901234567890.10})"),
                                       .metadata = Json("[1]"),
                                       .ttl = hours(1)})
                                 .value();
  // First from the database, then from the cache.
  for (const std::int64_t reads : {1, 2, 3}) {
    const MemoryEntry got = memory_.get({"ann", "plan"}).value();
    EXPECT_EQ(got.id, stored.id);
    EXPECT_EQ(got.agent_id, "ann");
    EXPECT_EQ(got.key, "plan");
    EXPECT_EQ(got.value.text, R"({"z":1,"a":12345678901234567890.10})");
    EXPECT_EQ(got.metadata, Json("[1]"));
    EXPECT_EQ(got.created_at, db_.clock.now());
    EXPECT_EQ(got.updated_at, db_.clock.now());
    EXPECT_EQ(got.expires_at, db_.clock.now() + hours(1));
    EXPECT_EQ(got.ttl, hours(1));
    EXPECT_EQ(got.version, 1);
    EXPECT_EQ(got.access_count, reads);
    EXPECT_EQ(got.writer, "tester");
  }
  EXPECT_EQ(db_.cache.stats().hits, 2);
}

TEST_F(MemoryTest, GetSaysWhatIsMissingAndWhatIsWrong) {
  EXPECT_EQ(get_error("nothing"), Code::kNotFound);
  EXPECT_EQ(get_error(""), Code::kInvalidArgument);
  EXPECT_EQ(get_error("\xff"), Code::kInvalidArgument);
  EXPECT_EQ(code_of(memory_.get({"", "k"})), Code::kInvalidArgument);
}

TEST_F(MemoryTest, AgentsHaveKeysOfTheirOwn) {
  put("k", "1");
  ASSERT_TRUE(memory_.put({.agent_id = "bob", .key = "k", .value = Json("2")}));
  EXPECT_EQ(memory_.get({"ann", "k"}).value().value.text, "1");
  EXPECT_EQ(memory_.get({"bob", "k"}).value().value.text, "2");
  // The parts of a key are not simply joined.
  EXPECT_EQ(code_of(memory_.get({"an", "nk"})), Code::kNotFound);
}

TEST_F(MemoryTest, ExpiredEntriesAreGoneForEveryReader) {
  put_for("short", seconds(5));
  put("ever");
  ASSERT_TRUE(memory_.get({"ann", "short"}));
  db_.clock.advance(seconds(5) - Duration(1));
  EXPECT_TRUE(memory_.get({"ann", "short"}));
  db_.clock.advance(Duration(1));
  EXPECT_EQ(get_error("short"), Code::kNotFound);
  EXPECT_EQ(code_of(memory_.touch({"ann", "short"}, hours(1))), Code::kNotFound);
  EXPECT_EQ(code_of(memory_.remove({"ann", "short"})), Code::kNotFound);
  EXPECT_EQ(keys(memory_.list("ann").value()), std::vector<std::string>{"ever"});
  EXPECT_EQ(keys(memory_.query({.agent_id = "ann", .pattern = "s"}).value()), std::vector<std::string>{});
  EXPECT_EQ(keys(memory_.query({.agent_id = "ann", .pattern = "s", .match = KeyMatch::kPrefix}).value()), std::vector<std::string>{});
  const std::vector<std::string> both = {"short", "ever"};
  EXPECT_EQ(memory_.get_many("ann", both).value().size(), 1U);
  EXPECT_EQ(memory_.stats("ann").value().entries, 1);
}

TEST_F(MemoryTest, TouchGivesANewLife) {
  const MemoryEntry stored = put_for("k", seconds(5));
  db_.clock.advance(seconds(4));
  const MemoryEntry touched = memory_.touch({"ann", "k"}, hours(1)).value();
  EXPECT_EQ(touched.expires_at, db_.clock.now() + hours(1));
  EXPECT_EQ(touched.ttl, hours(1));
  EXPECT_EQ(touched.version, 1);
  EXPECT_EQ(touched.updated_at, stored.updated_at);
  db_.clock.advance(seconds(60));
  EXPECT_TRUE(memory_.get({"ann", "k"}));
  const MemoryEntry lasting = memory_.touch({"ann", "k"}, std::nullopt).value();
  EXPECT_FALSE(lasting.expires_at || lasting.ttl);
  db_.clock.advance(hours(24 * 365));
  EXPECT_TRUE(memory_.get({"ann", "k"}));
  EXPECT_EQ(code_of(memory_.touch({"ann", "k"}, Duration::zero())), Code::kInvalidArgument);
  EXPECT_EQ(code_of(memory_.touch({"ann", "none"}, seconds(1))), Code::kNotFound);
}

TEST_F(MemoryTest, RemoveAnswersWhatItRemoved) {
  const MemoryEntry stored = put("k", R"("nectar")");
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  const MemoryEntry removed = memory_.remove({"ann", "k"}).value();
  EXPECT_EQ(removed.id, stored.id);
  EXPECT_EQ(removed.value.text, R"("nectar")");
  EXPECT_EQ(removed.access_count, 1);
  EXPECT_EQ(get_error("k"), Code::kNotFound);
  EXPECT_EQ(code_of(memory_.remove({"ann", "k"})), Code::kNotFound);
  const MemoryEntry again = put("k");
  EXPECT_NE(again.id, stored.id);
  EXPECT_EQ(again.version, 1);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().access_count, 1);
}

TEST_F(MemoryTest, GetManyAnswersTheExistingInTheOrderOfTheKeys) {
  put("a");
  put("b");
  const std::vector<std::string> wanted = {"b", "none", "a", "b"};
  const auto found = memory_.get_many("ann", wanted).value();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].key, "b");
  EXPECT_EQ(found[1].key, "a");
  EXPECT_EQ(found[2].access_count, 2);
  EXPECT_EQ(code_of(memory_.get_many("ann", std::vector<std::string>(10'001, "a"))), Code::kInvalidArgument);
  EXPECT_EQ(code_of(memory_.get_many("ann", std::vector<std::string>{""})), Code::kInvalidArgument);
}

TEST_F(MemoryTest, ARowThatWasSeenElsewhereIsReadWhereItIsNow) {
  const std::vector<std::string> both = {"a", "b"};
  put("a", "1");
  put("b", "2");
  // get_many asks the database, never the cache: this notes the rows.
  EXPECT_EQ(memory_.get_many("ann", both).value().size(), 2U);
  // SQLite gives both rowids again, the other way round.
  ASSERT_TRUE(memory_.remove({"ann", "b"}));
  ASSERT_TRUE(memory_.remove({"ann", "a"}));
  EXPECT_EQ(memory_.get_many("ann", both).value().size(), 0U);
  put("b", "3");
  EXPECT_EQ(memory_.get_many("ann", both).value().size(), 1U);
  put("a", "4");
  for (int i = 0; i < 2; ++i) {
    const auto found = memory_.get_many("ann", both).value();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].key, "a");
    EXPECT_EQ(found[0].value.text, "4");
    EXPECT_EQ(found[1].key, "b");
    EXPECT_EQ(found[1].value.text, "3");
  }
}

TEST_F(MemoryTest, EveryWriteIsLoggedAndARefusedOneIsNot) {
  const MemoryEntry entry = put("k");
  put("k");
  ASSERT_TRUE(memory_.touch({"ann", "k"}, hours(1)));
  ASSERT_FALSE(memory_.put({.agent_id = "ann", .key = "k", .value = Json("1"), .if_version = 7}));
  ASSERT_TRUE(memory_.remove({"ann", "k"}));
  ASSERT_FALSE(memory_.remove({"ann", "k"}));
  EXPECT_EQ(db_.number("SELECT count(*) FROM changes"), 4);
  for (const auto& [op, count] : {std::pair("put", 2), std::pair("touch", 1), std::pair("remove", 1)}) {
    EXPECT_EQ(db_.number("SELECT count(*) FROM changes WHERE entity = 'memory' AND entity_id = ?1 AND op = ?2 AND actor = 'tester'", {entry.id, op}),
              count);
  }
}

TEST_F(MemoryTest, InATransactionReadsSeeItsOwnWrites) {
  put("k", "1");
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  const Status undone = scope_.write([&](stores::Writing& writing) -> Status {
    const stores::Scope inner(scope_, writing.sql, writing.now);
    MemoryStore memory(inner);
    EXPECT_EQ(memory.put({.agent_id = "ann", .key = "k", .value = Json("2")}).value().version, 2);
    EXPECT_EQ(memory.get({"ann", "k"}).value().value.text, "2");
    EXPECT_EQ(memory_.get({"ann", "k"}).value().value.text, "1") << "others see what is committed";
    return Error(Code::kConflict, "undone on purpose");
  });
  EXPECT_EQ(code_of(undone), Code::kConflict);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().value.text, "1");
}

TEST_F(MemoryTest, ASnapshotDoesNotChangeAndTakesNoWrites) {
  put("k", "1");
  const Status read = scope_.read([&](stores::Reading& reading) -> Status {
    const stores::Scope inner(scope_, reading.sql, reading.now());
    MemoryStore memory(inner);
    EXPECT_EQ(memory.get({"ann", "k"}).value().value.text, "1");
    put("k", "2");
    EXPECT_EQ(memory.get({"ann", "k"}).value().value.text, "1");
    EXPECT_EQ(code_of(memory.put({.agent_id = "ann", .key = "k", .value = Json("3")})), Code::kReadOnly);
    return {};
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().value.text, "2");
}

}  // namespace
}  // namespace waggle::test
