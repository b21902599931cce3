// sync_failure_test.cc: a disk that does not confirm a sync: nothing more is acknowledged until the database is opened anew.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/engine_fixture.h"
#include "support/fault_vfs.h"

namespace waggle::engine {
namespace {

class SyncFailureTest : public EngineTest {
 protected:
  // Before any file is opened, and until after the last is closed.
  const test::FaultVfs disk_;
};

TEST_F(SyncFailureTest, DurabilityDecidesWhatACommitSyncs) {
  const std::pair<Durability, bool> cases[] = {{Durability::kFull, true}, {Durability::kNormal, false}, {Durability::kOff, false}};
  for (const auto& [durability, syncs] : cases) {
    const auto engine = make({.path = path(std::to_string(static_cast<int>(durability))), .durability = durability});
    const int before = test::FaultVfs::wal_syncs;
    ASSERT_TRUE(put(*engine, "a"));
    EXPECT_EQ(test::FaultVfs::wal_syncs > before, syncs) << static_cast<int>(durability);
  }
}

TEST_F(SyncFailureTest, TheCommitIsInDoubtAndLaterWritesAreRefused) {
  auto engine = make();
  ASSERT_TRUE(put(*engine, "sure"));
  test::FaultVfs::wal_syncs_to_fail = 1;
  const Status doubtful = put(*engine, "doubtful");
  ASSERT_FALSE(doubtful);
  EXPECT_EQ(doubtful.error().code(), Code::kInDoubt);
  EXPECT_TRUE(doubtful.error().in_doubt());
  EXPECT_NE(doubtful.error().message().find(path()), std::string::npos);
  EXPECT_NE(doubtful.error().hint().find("open the database again"), std::string::npos);

  const Status refused = put(*engine, "refused");  // although the disk would sync again
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kIo);
  EXPECT_NE(refused.error().hint().find("open it again"), std::string::npos);
  EXPECT_EQ(count(*engine), 1);  // reads go on

  engine.reset();
  engine = make();
  ASSERT_TRUE(put(*engine, "later"));
  const std::int64_t rows = count(*engine);
  EXPECT_GE(rows, 2);  // the doubtful row may be there or not
  EXPECT_LE(rows, 3);
  EXPECT_TRUE(engine->check(soon()).value().empty());
}

TEST_F(SyncFailureTest, TheWholeGroupIsInDoubt) {
  const auto engine = make();
  std::atomic<bool> fail = false;
  std::atomic<int> in_doubt = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> stored = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        if (t == 0 && i == 25 && !fail.exchange(true)) test::FaultVfs::wal_syncs_to_fail = 1;
        const Status status = put(*engine, std::to_string(t) + "-" + std::to_string(i));
        if (status)
          stored.fetch_add(1);
        else if (status.error().code() == Code::kInDoubt)
          in_doubt.fetch_add(1);
        else if (status.error().code() == Code::kIo)
          refused.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(in_doubt, 1);
  EXPECT_EQ(stored + in_doubt + refused, 8 * 50);
  EXPECT_EQ(count(*engine), stored);
}

}  // namespace
}  // namespace waggle::engine
