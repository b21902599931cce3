// memory_cache_test.cc: the cache between a store and its database.

#include "stores/memory_cache.h"

#include <set>

#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using stores::MemoryCache;

TEST_F(MemoryTest, CacheIsForgottenByKeyAfterOwnCommits) {
  put("a");
  put("b");
  ASSERT_TRUE(memory_.get({"ann", "a"}));
  ASSERT_TRUE(memory_.get({"ann", "b"}));
  put("b", "2");
  const auto before = db_.cache.stats();
  EXPECT_EQ(memory_.get({"ann", "a"}).value().value.text, "1");
  EXPECT_EQ(db_.cache.stats().hits, before.hits + 1);
  EXPECT_EQ(memory_.get({"ann", "b"}).value().value.text, "2");
  EXPECT_EQ(db_.cache.stats().misses, before.misses + 1);
}

TEST_F(MemoryTest, CacheSeesCommitsOfOthersAtOnce) {
  put("a", "0");
  for (int i = 1; i < 50; ++i) {
    const std::string value = std::to_string(i);
    ASSERT_TRUE(memory_.get({"ann", "a"}));
    ASSERT_TRUE(db_.elsewhere([&](MemoryStore memory) { return memory.put({.agent_id = "ann", .key = "a", .value = Json(value)}); }));
    ASSERT_EQ(memory_.get({"ann", "a"}).value().value.text, value);
  }
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(memory_.get({"ann", "a"}));
  EXPECT_GT(db_.cache.stats().hits, 0) << "the cache should come back once the others are quiet";
}

TEST_F(MemoryTest, CacheForgetsWhatIsRemovedSweptOrPrefixRemoved) {
  for (const char* key : {"removed", "prefix-1", "touched"}) {
    put(key);
    ASSERT_TRUE(memory_.get({"ann", key}));
  }
  ASSERT_TRUE(memory_.remove({"ann", "removed"}));
  ASSERT_TRUE(memory_.remove_prefix({"ann", "prefix-"}));
  ASSERT_TRUE(memory_.touch({"ann", "touched"}, std::chrono::seconds(1)));
  EXPECT_EQ(get_error("removed"), Code::kNotFound);
  EXPECT_EQ(get_error("prefix-1"), Code::kNotFound);
  EXPECT_TRUE(memory_.get({"ann", "touched"}).value().expires_at);
}

TEST_F(MemoryTest, CacheIsNotAskedInsideATransactionThatIsUnderWay) {
  put("a");
  ASSERT_TRUE(memory_.get({"ann", "a"}));
  const auto before = db_.cache.stats();
  const Status read = scope_.read([&](stores::Reading& reading) -> Status {
    const stores::Scope inner(scope_, reading.sql, reading.now());
    return MemoryStore(inner).get({"ann", "a"}) ? Status() : Status(Error(Code::kInternal, "not found"));
  });
  EXPECT_TRUE(read);
  EXPECT_EQ(db_.cache.stats().hits, before.hits);
  EXPECT_EQ(memory_.get({"ann", "a"}).value().access_count, 3);
}

TEST_F(MemoryTest, ACacheOfNoBytesKeepsNothingAndStillCounts) {
  put("a");
  MemoryCache none{0};
  stores::Shared shared{db_.engine(), db_.clock, db_.ids, none, db_.indexes};
  const stores::Scope scope(shared, {.actor = {}, .timeout = std::chrono::seconds(10), .stop = {}});
  MemoryStore memory(scope);
  for (const std::int64_t reads : {1, 2, 3}) EXPECT_EQ(memory.get({"ann", "a"}).value().access_count, reads);
  EXPECT_EQ(none.stats().entries, 0);
  EXPECT_EQ(none.stats().hits, 0);
}

TEST(MemoryCacheTest, ACommitOfVeryManyChangesDropsAll) {
  MemoryCache cache{1 << 20};
  MemoryEntry entry;
  entry.id = "id";
  entry.agent_id = "ann";
  entry.key = "k";
  const std::uint64_t hash = MemoryCache::hash_of({"ann", "k"});
  cache.admit(hash, 1, {1}, entry);
  MemoryEntry found;
  EXPECT_TRUE(cache.find({"ann", "k"}, hash, {1}, found));
  const std::vector<std::uint64_t> many(10'000, 7);
  cache.after_commit({.before = {1}, .after = {2}, .changed = many});
  EXPECT_FALSE(cache.find({"ann", "k"}, hash, {2}, found));
  cache.admit(hash, 1, {2}, entry);
  EXPECT_TRUE(cache.find({"ann", "k"}, hash, {2}, found));
}

TEST(MemoryCacheTest, HashesDependOnBothPartsOfAKey) {
  std::set<std::uint64_t> hashes;
  for (const char* agent : {"", "a", "ab", "b"}) {
    for (const char* key : {"", "a", "ab", "b"}) hashes.insert(MemoryCache::hash_of({agent, key}));
  }
  EXPECT_EQ(hashes.size(), 16U);
}

}  // namespace
}  // namespace waggle::test
