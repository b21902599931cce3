// Whose index may be used when.

#include "vector/shared_index.h"

#include <atomic>
#include <thread>
#include <vector>

#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::vector {
namespace {

class SharedIndexTest : public test::StoreTest {
 protected:
  SharedIndexTest() { vectors_.create({.name = "c", .dimensions = 16, .metric = Metric::kL2}).value(); }

  static CollectionState state_of(std::int64_t version) {
    return {.name = "c", .seq = 1, .options = {.dimensions = 16, .metric = hnsw::Metric::kL2}, .version = version, .count = version};
  }
  void add() { vectors_.in("c").upsert({.id = std::to_string(++version_), .embedding = std::vector<float>(16, 1)}).value(); }
  SharedIndex::Outcome catch_up() {
    SharedIndex::Outcome outcome{};
    const auto deadline = base::Deadline::after(std::chrono::seconds(10));
    db_.engine()
        .read(deadline,
              [&](sql::Reader& reader) -> Status {
                WAGGLE_ASSIGN_OR_RETURN(outcome, index_.catch_up(reader, state_of(version_), deadline));
                return {};
              })
        .value();
    return outcome;
  }

  VectorStore vectors_{scope_};
  std::int64_t version_ = 0;
  SharedIndex index_{GraphFile({}, 1)};
};

TEST_F(SharedIndexTest, IsHeldAtItsVersionAlone) {
  add();
  EXPECT_FALSE(index_.hold_at(1));
  EXPECT_EQ(catch_up(), SharedIndex::Outcome::kUpToDate);
  {
    const SharedIndex::Hold hold = index_.hold_at(1);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold.index().rows(), 1U);
    EXPECT_TRUE(index_.hold_at(1));  // many at once
  }
  EXPECT_FALSE(index_.hold_at(2));
  add();
  EXPECT_EQ(catch_up(), SharedIndex::Outcome::kUpToDate);
  EXPECT_FALSE(index_.hold_at(1));
  EXPECT_TRUE(index_.hold_at(2));
}

TEST_F(SharedIndexTest, WaitsForSearchesUnderWayUntilTheDeadline) {
  add();
  catch_up();
  add();
  const SharedIndex::Hold hold = index_.hold_at(1);
  ASSERT_TRUE(hold);
  std::thread([&] {
    const auto deadline = base::Deadline::after(std::chrono::milliseconds(20));
    const Status status = db_.engine().read(base::Deadline::after(std::chrono::seconds(10)), [&](sql::Reader& reader) -> Status {
      WAGGLE_TRY(index_.catch_up(reader, state_of(2), deadline));
      return {};
    });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), Code::kDeadline);
  }).join();
}

TEST_F(SharedIndexTest, GivesItselfToOneAtATime) {
  const auto soon = base::Deadline::after(std::chrono::milliseconds(20));
  const auto nothing = [](CollectionIndex&, const auto&) -> Status { return {}; };
  EXPECT_FALSE(index_.with_index(soon, nothing).value());  // of no version yet
  add();
  catch_up();
  EXPECT_TRUE(index_.with_index(soon, nothing).value());
  {
    const SharedIndex::Hold hold = index_.hold_after(soon, nothing).value();
    ASSERT_TRUE(hold);
    EXPECT_EQ(index_.with_index(base::Deadline::after(std::chrono::milliseconds(5)), nothing).error().code(), Code::kDeadline);
    EXPECT_TRUE(index_.hold_at(1));
  }
  EXPECT_TRUE(index_.with_index(base::Deadline::after(std::chrono::seconds(5)), nothing).value());
  const SharedIndex::Upkeep upkeep = index_.begin_upkeep(soon).value();
  EXPECT_EQ(index_.begin_upkeep(base::Deadline::after(std::chrono::milliseconds(5))).error().code(), Code::kDeadline);
}

// Each search lasts until another one has begun, but two milliseconds at most: so there is always one, unless none begins.
TEST_F(SharedIndexTest, SearchesThatFollowEachOtherGiveWay) {
  add();
  catch_up();
  std::atomic<bool> is_over = false;
  std::atomic<int> begun = 0;
  std::vector<std::jthread> searchers;
  for (int i = 0; i < 3; ++i) {
    searchers.emplace_back([&] {
      while (!is_over) {
        const SharedIndex::Hold hold = index_.hold_at(1);
        const int mine = ++begun;
        const auto until = base::steady_now() + std::chrono::milliseconds(2);
        while (begun == mine && base::steady_now() < until) std::this_thread::yield();
      }
    });
  }
  while (begun < 10) std::this_thread::yield();
  const auto nothing = [](CollectionIndex&, const auto&) -> Status { return {}; };
  for (int i = 0; i < 5; ++i) {
    const Result<bool> had = index_.with_index(base::Deadline::after(std::chrono::seconds(30)), nothing);
    EXPECT_TRUE(had && *had);
  }
  is_over = true;
}

TEST_F(SharedIndexTest, BeginsAnewWhenTold) {
  add();
  catch_up();
  index_.begin_anew(base::Deadline::after(std::chrono::seconds(5))).value();
  EXPECT_FALSE(index_.hold_at(1));
  catch_up();
  EXPECT_TRUE(index_.hold_at(1));
}

}  // namespace
}  // namespace waggle::vector
