// memory_list_test.cc: calls on many entries: query, list, remove_prefix, stats.

#include <algorithm>

#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using std::chrono::seconds;
using Keys = std::vector<std::string>;

TEST_F(MemoryTest, ListIsNewestFirstByUpdateAndThenByInsertion) {
  put("a");
  put("b");
  put("c");
  EXPECT_EQ(keys(memory_.list("ann").value()), (Keys{"c", "b", "a"}));
  db_.clock.advance(seconds(1));
  put("a");
  EXPECT_EQ(keys(memory_.list("ann").value()), (Keys{"a", "c", "b"}));
  EXPECT_TRUE(memory_.list("bob").value().items.empty());
}

TEST_F(MemoryTest, QueryTakesEveryCharacterLiterally) {
  const Keys names = {"plain", "per%cent", "under_score", "back\\slash", "quo'te", "dq\"", "st*r",
                      "wh?t",  "[set]",    "x%y",         "%start",      "_start", "ключ"};
  for (const std::string& name : names) put(name);
  ASSERT_TRUE(memory_.put({.agent_id = "bob", .key = "per%cent", .value = Json("1")}));
  for (const std::string pattern : {"", "%", "_", "\\", "'", "\"", "*", "?", "[", "s", "%s", "n_", "plain", "nothing", "%%", "люч"}) {
    Keys containing;
    Keys beginning;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      if (name->find(pattern) != std::string::npos) containing.push_back(*name);
      if (name->starts_with(pattern)) beginning.push_back(*name);
    }
    EXPECT_EQ(keys(memory_.query({.agent_id = "ann", .pattern = pattern}).value()), containing) << pattern;
    EXPECT_EQ(keys(memory_.query({.agent_id = "ann", .pattern = pattern, .match = KeyMatch::kPrefix}).value()), beginning) << pattern;
  }
  EXPECT_EQ(code_of(memory_.query({.agent_id = "ann", .pattern = "\xc3"})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(memory_.query({.agent_id = "", .pattern = "x"})), Code::kInvalidArgument);
}

TEST_F(MemoryTest, PagesNeitherRepeatNorSkip) {
  Keys all;
  for (int i = 0; i < 25; ++i) {
    put("k" + std::to_string(i));
    all.push_back("k" + std::to_string(i));
    if (i % 3 == 0) db_.clock.advance(Duration(1));
  }
  std::reverse(all.begin(), all.end());
  for (const std::int64_t limit : {1, 7, 24, 25, 26}) {
    Keys listed;
    PageRequest request{.limit = limit, .cursor = {}};
    for (;;) {
      const auto page = memory_.list("ann", request).value();
      ASSERT_LE(page.items.size(), static_cast<std::size_t>(limit));
      for (const MemoryEntry& entry : page.items) {
        EXPECT_FALSE(entry.id.empty());
        listed.push_back(entry.key);
      }
      if (!page.next) break;
      request.cursor = *page.next;
    }
    EXPECT_EQ(listed, all) << limit;
  }
  EXPECT_EQ(code_of(memory_.list("ann", {.limit = 0, .cursor = {}})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(memory_.list("ann", {.limit = 1, .cursor = "made up"})), Code::kInvalidArgument);
}

TEST_F(MemoryTest, ListAnswersWholeEntriesAndCountsNoAccess) {
  ASSERT_TRUE(memory_.put({.agent_id = "ann", .key = "k", .value = Json("[1]"), .metadata = Json("{}"), .ttl = seconds(9)}));
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  for (int i = 0; i < 2; ++i) {
    const MemoryEntry entry = memory_.list("ann").value().items.at(0);
    EXPECT_EQ(entry.agent_id, "ann");
    EXPECT_EQ(entry.value.text, "[1]");
    EXPECT_EQ(entry.metadata, Json("{}"));
    EXPECT_EQ(entry.ttl, seconds(9));
    EXPECT_EQ(entry.access_count, 1);
    EXPECT_EQ(entry.writer, "tester");
  }
}

TEST_F(MemoryTest, RemovePrefixTakesItsPrefixLiterally) {
  for (const char* name : {"a%1", "a%2", "a%", "ab", "b"}) put(name);
  put_for("a%expired", seconds(1));
  ASSERT_TRUE(memory_.put({.agent_id = "bob", .key = "a%1", .value = Json("1")}));
  ASSERT_TRUE(memory_.get({"ann", "a%1"}));
  db_.clock.advance(seconds(1));
  EXPECT_EQ(memory_.remove_prefix({"ann", "a%"}).value(), 3);
  EXPECT_EQ(keys(memory_.list("ann").value()), (Keys{"b", "ab"}));
  EXPECT_EQ(get_error("a%1"), Code::kNotFound);
  EXPECT_EQ(memory_.list("bob").value().items.size(), 1U);
  EXPECT_EQ(memory_.remove_prefix({"ann", "a%"}).value(), 0);
  EXPECT_EQ(code_of(memory_.remove_prefix({"ann", ""})), Code::kInvalidArgument);
  EXPECT_EQ(db_.number("SELECT count(*) FROM changes WHERE op = 'remove'"), 3);
  EXPECT_EQ(db_.number("SELECT count(*) FROM changes WHERE op = 'expire'"), 1);
}

TEST_F(MemoryTest, StatsCountEntriesAndBytes) {
  EXPECT_EQ(memory_.stats().value().entries, 0);
  put("ключ", "\"naïve\"");  // 8 and 8 bytes
  ASSERT_TRUE(memory_.put({.agent_id = "ann", .key = "b", .value = Json("1"), .metadata = Json("{}")}));
  ASSERT_TRUE(memory_.put({.agent_id = "bob", .key = "c", .value = Json("1"), .ttl = seconds(1)}));
  const MemoryStats ann = memory_.stats("ann").value();
  EXPECT_EQ(ann.entries, 2);
  EXPECT_EQ(ann.bytes, 8 + 8 + 1 + 1 + 2);
  EXPECT_EQ(ann.agents, 1);
  const MemoryStats all = memory_.stats().value();
  EXPECT_EQ(all.entries, 3);
  EXPECT_EQ(all.bytes, ann.bytes + 2);
  EXPECT_EQ(all.agents, 2);
  db_.clock.advance(seconds(1));
  const MemoryStats later = memory_.stats().value();
  EXPECT_EQ(later.entries, 2);
  EXPECT_EQ(later.bytes, ann.bytes);
  EXPECT_EQ(later.expired, 1);
  EXPECT_EQ(later.agents, 1);
  EXPECT_EQ(memory_.stats("bob").value().expired, 1);
  EXPECT_EQ(memory_.stats("bob").value().agents, 0);
}

}  // namespace
}  // namespace waggle::test
