// memory_follow_test.cc: an index of the memory entries that keeps up with their rows.

#include "vector/memory_follow.h"

#include "engine/words.h"
#include "support/store_fixture.h"
#include "waggle/memory.h"

namespace waggle::test {
namespace {

using vector::MemoryFollower;
using vector::MemoryState;

class MemoryFollowTest : public StoreTest {
 protected:
  MemoryEntry put(const std::string& key, const std::string& value = "1") {
    return MemoryStore(scope_).put({.agent_id = "ann", .key = key, .value = Json(value)}).value();
  }
  void remove(const std::string& key) { MemoryStore(scope_).remove({"ann", key}).value(); }
  // What `work` answers of the follower in one snapshot.
  template <typename Work>
  auto with_state(Work work) {
    return scope_.read([&](stores::Reading& reading) { return work(reading.sql, MemoryState::read(reading.sql).value()); });
  }
  bool must_fill(MemoryFollower& follower) {
    return with_state([&](sql::Reader& reader, const MemoryState& state) { return follower.must_fill(reader, state); }).value();
  }
  Result<bool> fill(MemoryFollower& follower, Duration time = std::chrono::seconds(10)) {
    return with_state([&](sql::Reader& reader, const MemoryState& state) { return follower.fill(reader, state, base::Deadline::after(time)); });
  }
  Status catch_up(MemoryFollower& follower) {
    return with_state([&](sql::Reader& reader, const MemoryState& state) { return follower.catch_up(reader, state); });
  }
  void trim_log() {
    ASSERT_TRUE(scope_.write([](stores::Writing& writing) -> Status {
      WAGGLE_TRY(writing.sql.execute("DELETE FROM changes", {}));
      return {};
    }));
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
};

TEST_F(MemoryFollowTest, IsFilledOnceAndThenFollows) {
  put("a");
  put("b");
  MemoryFollower follower(*words_, 1 << 20);
  EXPECT_TRUE(must_fill(follower));
  EXPECT_FALSE(follower.change());
  ASSERT_TRUE(fill(follower).value());
  EXPECT_EQ(follower.index().size(), 2U);
  EXPECT_FALSE(must_fill(follower));
  put("c");
  put("a", "2");
  remove("b");
  EXPECT_FALSE(must_fill(follower));
  ASSERT_TRUE(catch_up(follower));
  EXPECT_EQ(follower.index().size(), 2U);
}

TEST_F(MemoryFollowTest, GoesOnWhereTimeHasEnded) {
  for (int i = 0; i < 200; ++i) put("k" + std::to_string(i));
  MemoryFollower follower(*words_, 1 << 20);
  EXPECT_FALSE(fill(follower, Duration::zero()).value());
  EXPECT_FALSE(follower.change());
  remove("k0");    // was read already
  remove("k199");  // was not
  put("new");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(fill(follower, Duration::zero()).value());
  ASSERT_TRUE(fill(follower).value());
  EXPECT_EQ(follower.index().size(), 199U);
}

TEST_F(MemoryFollowTest, BeginsAnewWhereTheLogWasCut) {
  put("a");
  MemoryFollower follower(*words_, 1 << 20);
  ASSERT_TRUE(fill(follower).value());
  trim_log();
  EXPECT_FALSE(must_fill(follower)) << "nothing has happened since";
  put("b");
  trim_log();
  EXPECT_TRUE(must_fill(follower));
  ASSERT_TRUE(fill(follower).value());
  EXPECT_EQ(follower.index().size(), 2U);
}

TEST_F(MemoryFollowTest, GivesUpWhatDoesNotFit) {
  for (int i = 0; i < 100; ++i) put("k" + std::to_string(i));
  MemoryFollower follower(*words_, 2'000);
  EXPECT_EQ(fill(follower).error().code(), Code::kExhausted);
  EXPECT_EQ(follower.bytes(), 0U);
}

}  // namespace
}  // namespace waggle::test
