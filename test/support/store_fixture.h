// store_fixture.h: a database on a real engine in a folder of its own, with a clock and ids that the test owns.

#ifndef WAGGLE_TEST_SUPPORT_STORE_FIXTURE_H
#define WAGGLE_TEST_SUPPORT_STORE_FIXTURE_H

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "base/deadline.h"
#include "base/log.h"
#include "engine/engine.h"
#include "schema/runner.h"
#include "stores/memory_cache.h"
#include "stores/scope.h"
#include "support/fake_clock.h"
#include "support/sequential_ids.h"
#include "support/temp_dir.h"
#include "vector/index_set.h"

namespace waggle::test {

// One open database. Model tests make one for each case; fixtures derive from StoreTest below.
class TestDatabase {
 public:
  TestDatabase() {
    const auto deadline = base::Deadline::after(std::chrono::seconds(10));
    // Tests of stores look at what rows say, not at what survives power loss: that has tests of its own.
    engine_ =
        engine::Engine::open({.path = dir_.file("test.db"), .open_mode = OpenMode::kCreateNew, .durability = Durability::kOff}, deadline).value();
    schema::bring_up_to_date(*engine_, {ids.next(), clock.now()}, deadline).value();
    shared_ = std::make_unique<stores::Shared>(stores::Shared{*engine_, clock, ids, cache, indexes});
  }

  // Acts as `actor`; nobody when empty.
  stores::Scope as(std::string actor, Duration timeout = std::chrono::seconds(10)) {
    stores::Caller caller;
    if (!actor.empty()) caller.actor = std::move(actor);
    caller.timeout = timeout;
    return {*shared_, std::move(caller)};
  }

  engine::Engine& engine() { return *engine_; }
  stores::Shared& shared() { return *shared_; }
  std::string path() const { return engine_->path(); }

 private:
  TempDir dir_;

 public:
  FakeClock clock;
  SequentialIds ids;
  stores::MemoryCache cache{1 << 20};
  base::Log log{{}};
  vector::IndexSet indexes{{.bytes_max = std::size_t{64} << 20, .database_path = dir_.file("test.db")}, log};

 private:
  std::shared_ptr<engine::Engine> engine_;
  std::unique_ptr<stores::Shared> shared_;
};

class StoreTest : public ::testing::Test {
 protected:
  TestDatabase db_;
  stores::Scope scope_ = db_.as("tester");
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_STORE_FIXTURE_H
