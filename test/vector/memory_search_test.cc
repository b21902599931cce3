// memory_search_test.cc: the ways that read rows, and when the index in memory is worth its filling.

#include "vector/memory_search.h"

#include "engine/side_file.h"
#include "engine/words.h"
#include "support/store_fixture.h"
#include "waggle/memory.h"

namespace waggle::test {
namespace {

using vector::MemorySpace;
using vector::MemoryState;

class MemorySearchTest : public StoreTest {
 protected:
  void put(const std::string& agent, const std::string& key, std::vector<float> embedding) {
    MemoryStore(scope_).put({.agent_id = agent, .key = key, .value = Json("1"), .embedding = std::move(embedding)}).value();
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
};

TEST_F(MemorySearchTest, FindsNearRows) {
  put("ann", "far", {0, 1});
  put("ann", "near", {1, 0});
  put("bob", "nearest", {1, 0.001F});
  put("ann", "none", {});
  const MemorySpace space{.dimensions = 2, .metric = hnsw::Metric::kCosine, .model = {}};
  const std::vector<float> query = {1, 0.001F};
  ASSERT_TRUE(scope_.read([&](stores::Reading& reading) -> Status {
    const auto count = [&](std::size_t most, std::optional<std::string_view> agent) {
      return find_near_rows(reading.sql, space, query, most, {.now = reading.now(), .agent_id = agent}).value();
    };
    EXPECT_EQ(count(10, {}).size(), 3U);
    EXPECT_EQ(count(10, "ann").size(), 2U);
    const auto two = count(2, {});
    EXPECT_EQ(two.size(), 2U);
    EXPECT_LT(two[0].score, two[1].score);
    const MemoryState state = MemoryState::read(reading.sql).value();
    EXPECT_EQ(read_memories(reading.sql, *words_, state).value().size(), 4U);
    return {};
  }));
}

TEST_F(MemorySearchTest, WantsTheIndexFromTheSecondSearchOn) {
  engine::SideFile side(db_.path() + "-index");
  vector::MemorySearch search(*words_, side, db_.log, 1 << 20);
  EXPECT_FALSE(search.wants_index());
  EXPECT_TRUE(search.wants_index());
  search.give_up_index();
  EXPECT_FALSE(search.wants_index());
  vector::MemorySearch none(*words_, side, db_.log, 0);
  EXPECT_FALSE(none.wants_index());
  EXPECT_FALSE(none.wants_index());
}

}  // namespace
}  // namespace waggle::test
