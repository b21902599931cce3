// registry_test.cc: handles of a process on one file share one engine, whatever the names, and a forked child is told apart.

#include "engine/registry.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "engine/engine_fixture.h"
#include "support/child_process.h"

namespace waggle::engine {
namespace {

using RegistryTest = EngineTest;

TEST_F(RegistryTest, HandlesOnOneFileShareOneEngine) {
  const auto first = make();
  std::filesystem::create_symlink(path(), path("symlink.db"));
  std::filesystem::create_hard_link(path(), path("hardlink.db"));
  for (const char* name : {"test.db", "symlink.db", "hardlink.db"}) EXPECT_EQ(open({.path = path(name)}).value(), first) << name;
  EXPECT_NE(make({.path = path("other.db")}), first);
}

TEST_F(RegistryTest, LaterHandlesMayNotAskForAnotherDurabilityNorANewFile) {
  const auto first = make();
  const auto other = open({.durability = Durability::kNormal});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), Code::kInvalidArgument);
  const auto fresh = open({.open_mode = OpenMode::kCreateNew});
  ASSERT_FALSE(fresh);
  EXPECT_EQ(fresh.error().code(), Code::kAlreadyExists);
}

TEST_F(RegistryTest, EntriesEndWithTheirEngines) {
  make().reset();
  Registry& registry = Registry::instance();
  const base::MutexLock lock(registry.mutex);
  EXPECT_TRUE(registry.entries.empty());
}

// Each opening must find the closing of the one before complete: a look into the file while a connection is open would drop that one's locks.
TEST_F(RegistryTest, OpeningWaitsForAClosingEngine) {
  make().reset();
  std::atomic<int> inside = 0;
  std::atomic<int> overlaps = 0;
  struct Companion {
    std::atomic<int>& inside;
    ~Companion() {
      for (int i = 0; i < 100; ++i) std::this_thread::yield();
      inside.fetch_sub(1);
    }
  };
  const auto open_and_close = [&] {
    for (int i = 0; i < 20; ++i) {
      EngineOptions options;
      options.make_companion = [&](Engine&) {
        if (inside.fetch_add(1) != 0) overlaps.fetch_add(1);
        return std::make_shared<Companion>(inside);
      };
      const auto engine = open(options);
      ASSERT_TRUE(engine) << engine.error().describe();
      EXPECT_EQ(count(**engine), 0);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(open_and_close);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(overlaps, 0);
}

// One thread waits for another process to let it make a file. Meanwhile others keep their own deadlines, and may close what they have open.
TEST_F(RegistryTest, ASlowOpeningHoldsUpNobodyBeyondADeadline) {
  auto closed_meanwhile = make();
  const auto other_process = WriteLock::open(path("slow.db")).value();
  other_process->acquire(soon()).value();
  std::atomic<bool> is_open = false;
  std::thread slow([&] {
    EXPECT_TRUE(open({.path = path("slow.db"), .open_mode = OpenMode::kCreateNew}));
    is_open = true;
  });
  Registry& registry = Registry::instance();
  EXPECT_TRUE(eventually([&] {
    const base::MutexLock lock(registry.mutex);
    return registry.is_opening;
  }));
  EXPECT_TRUE(open({}));  // open already: shared at once
  const auto late = open({.path = path("other.db"), .open_mode = OpenMode::kCreateNew}, within(std::chrono::milliseconds(20)));
  EXPECT_FALSE(late);
  if (!late) {
    EXPECT_EQ(late.error().code(), Code::kDeadline);
    EXPECT_NE(late.error().message().find("other.db"), std::string::npos);
  }
  closed_meanwhile.reset();
  EXPECT_FALSE(is_open);
  other_process->release();
  slow.join();
  EXPECT_TRUE(open({.path = path("other.db"), .open_mode = OpenMode::kCreateNew}));
}

TEST_F(RegistryTest, AForkedChildIsRefusedAndTheParentGoesOn) {
  auto engine = make();
  ASSERT_TRUE(put(*engine, "before"));
  const std::string told = test::in_forked_child([&]() -> std::string {
    std::string codes;
    const auto note = [&](const Status& status) { codes += status ? "ok " : std::string(to_string(status.error().code())) + " "; };
    note(put(*engine, "child"));
    note(engine->read(soon(), [](sql::Reader&) -> Status { return {}; }));
    note(engine->wait_for_change(engine->version(), within(std::chrono::milliseconds(1))));
    const auto again = open({});
    codes += again ? "ok " : std::string(to_string(again.error().code())) + " ";
    engine.reset();  // destroying the copy touches nothing
    return codes;
  });
  EXPECT_EQ(told, "unsupported unsupported unsupported unsupported ");
  ASSERT_TRUE(put(*engine, "after"));
  EXPECT_EQ(count(*engine), 2);
  EXPECT_TRUE(engine->check(soon()).value().empty());
}

TEST_F(RegistryTest, AChildMayOpenWhatTheParentHasClosed) {
  auto engine = make();
  ASSERT_TRUE(put(*engine, "parent"));
  engine.reset();
  const std::string told = test::in_forked_child([&]() -> std::string {
    const auto opened = open({});
    if (!opened) return opened.error().describe();
    const Status stored = put(**opened, "child");
    return stored ? "stored" : stored.error().describe();
  });
  EXPECT_EQ(told, "stored");
  EXPECT_EQ(count(*make()), 2);
}

}  // namespace
}  // namespace waggle::engine
