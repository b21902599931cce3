// shared_memory_index_test.cc: who waits for whom.

#include "vector/shared_memory_index.h"

#include <gtest/gtest.h>

#include <thread>

#include "engine/words.h"
#include "support/store_fixture.h"

namespace waggle::test {
namespace {

using Purpose = vector::SharedMemoryIndex::Purpose;
using vector::MemoryState;

class SharedMemoryIndexTest : public StoreTest {
 protected:
  static base::Deadline soon() { return base::Deadline::after(std::chrono::milliseconds(20)); }
  static base::Deadline later() { return base::Deadline::after(std::chrono::seconds(20)); }
  void fill() {
    auto hold = index_.hold_alone(Purpose::kFill, later()).value();
    ASSERT_TRUE(
        scope_.read([&](stores::Reading& reading) { return hold.follower().fill(reading.sql, MemoryState::read(reading.sql).value(), later()); })
            .value());
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
  vector::SharedMemoryIndex index_{*words_, 1 << 20};
};

TEST_F(SharedMemoryIndexTest, IsHeldByManyOrByOne) {
  EXPECT_FALSE(index_.try_hold()) << "it is empty";
  EXPECT_FALSE(index_.hold(later()).value());
  fill();
  auto first = index_.try_hold();
  auto second = index_.hold(later()).value();
  EXPECT_TRUE(first && second);
  EXPECT_EQ(index_.hold_alone(Purpose::kCatchUp, soon()).error().code(), Code::kDeadline);
  first = {};
  second = {};
  auto alone = index_.hold_alone(Purpose::kCatchUp, later()).value();
  EXPECT_FALSE(index_.try_hold());
  EXPECT_EQ(index_.hold(soon()).error().code(), Code::kDeadline);
  alone.share();
  EXPECT_TRUE(index_.try_hold()) << "searched by others from now on";
}

TEST_F(SharedMemoryIndexTest, NobodyWaitsForAFilling) {
  fill();
  auto filling = index_.hold_alone(Purpose::kFill, later()).value();
  EXPECT_FALSE(index_.hold(later()).value());
  EXPECT_FALSE(index_.hold_alone(Purpose::kFill, later()).value());
  filling = {};
  EXPECT_TRUE(index_.hold(later()).value());
}

TEST_F(SharedMemoryIndexTest, WakesWhoWaits) {
  fill();
  auto alone = index_.hold_alone(Purpose::kCatchUp, later()).value();
  bool was_held = false;
  std::jthread waiting([&] { was_held = static_cast<bool>(index_.hold(later()).value()); });
  alone = {};
  waiting.join();
  EXPECT_TRUE(was_held);
}

}  // namespace
}  // namespace waggle::test
