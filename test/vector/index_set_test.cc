// Whose index may be used when.

#include "vector/index_set.h"

#include <thread>

#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::vector {
namespace {

using IfAbsent = IndexSet::IfAbsent;

CollectionState state_of(std::int64_t count) {
  return {.name = "c", .options = {.dimensions = 16, .metric = hnsw::Metric::kL2}, .version = 1, .count = count};
}

TEST(IndexSetTest, MakesAnIndexAtTheSecondSearch) {
  IndexSet set(1 << 20);
  EXPECT_EQ(set.find(1, state_of(10), IfAbsent::kMake), nullptr);
  EXPECT_EQ(set.find(1, state_of(10), IfAbsent::kNothing), nullptr);
  const auto made = set.find(1, state_of(10), IfAbsent::kMake);
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(set.find(1, state_of(10), IfAbsent::kNothing), made);
  EXPECT_EQ(set.find(2, state_of(10), IfAbsent::kMake), nullptr);
  EXPECT_EQ(set.usage().indexes, 1);
}

TEST(IndexSetTest, KeepsToItsMemory) {
  IndexSet none(0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(none.find(1, state_of(10), IfAbsent::kMake), nullptr);
  IndexSet small(100'000);  // room for about 300 vectors
  for (int i = 0; i < 2; ++i) small.find(1, state_of(200), IfAbsent::kMake);
  EXPECT_NE(small.find(1, state_of(200), IfAbsent::kNothing), nullptr);
  for (int i = 0; i < 2; ++i) small.find(2, state_of(200), IfAbsent::kMake);
  EXPECT_NE(small.find(2, state_of(200), IfAbsent::kNothing), nullptr);
  EXPECT_EQ(small.find(1, state_of(200), IfAbsent::kNothing), nullptr);  // made room for the other
  for (int i = 0; i < 3; ++i) EXPECT_EQ(small.find(3, state_of(2000), IfAbsent::kMake), nullptr);
  EXPECT_NE(small.find(2, state_of(200), IfAbsent::kNothing), nullptr);
}

class SharedIndexTest : public test::StoreTest {
 protected:
  SharedIndexTest() { vectors_.create({.name = "c", .dimensions = 16, .metric = Metric::kL2}).value(); }

  void add() { vectors_.in("c").upsert({.id = std::to_string(++version_), .embedding = std::vector<float>(16, 1)}).value(); }
  SharedIndex::Outcome catch_up() {
    SharedIndex::Outcome outcome{};
    const auto deadline = base::Deadline::after(std::chrono::seconds(10));
    db_.engine()
        .read(deadline,
              [&](sql::Reader& reader) -> Status {
                CollectionState state = state_of(version_);
                state.version = version_;
                WAGGLE_ASSIGN_OR_RETURN(outcome, index_.catch_up(reader, state, deadline));
                return {};
              })
        .value();
    return outcome;
  }

  VectorStore vectors_{scope_};
  std::int64_t version_ = 0;
  SharedIndex index_;
};

TEST_F(SharedIndexTest, IsHeldAtItsVersionAlone) {
  add();
  EXPECT_FALSE(index_.hold_at(1));
  EXPECT_EQ(catch_up(), SharedIndex::Outcome::kUpToDate);
  {
    const SharedIndex::Hold hold = index_.hold_at(1);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold.index().size(), 1U);
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
      CollectionState state = state_of(2);
      state.version = 2;
      WAGGLE_TRY(index_.catch_up(reader, state, deadline));
      return {};
    });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), Code::kDeadline);
  }).join();
}

}  // namespace
}  // namespace waggle::vector
