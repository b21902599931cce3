// conductor_test.cc: who does what. That the conductor brings a swarm through is tested with the whole demo: demo_test.cc.

#include "cli/demo/conductor.h"

#include <gtest/gtest.h>

#include <map>

#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

TEST(DemoConductor, SomebodyCanDoEachTaskAndOneReaderCanBeSpared) {
  for (std::size_t count = 2; count <= 64; ++count) {
    std::map<std::string, int> able;
    for (std::size_t n = 0; n < count; ++n) {
      for (const std::string& capability : role_of(n, count).capabilities) ++able[capability];
    }
    EXPECT_GE(able["read"], 2) << count;
    EXPECT_GE(able["compare"], 1) << count;
    EXPECT_GE(able["summarise"], 1) << count;
  }
}

TEST(DemoConductor, AProcessThatGivesUpEndsTheDemoAndIsNamed) {
  const test::TempDir dir;
  const auto database = Database::open({.path = dir.file("demo.db"), .open_mode = OpenMode::kCreateNew, .durability = Durability::kOff}).value();
  DemoOptions options{.workers = 2};
  options.view = DemoOptions::View::kNothing;
  // The planner finds no texts there and says so.
  Conductor conductor(*database, {.input = dir.file("nowhere"), .text_count = 1, .workers = 2, .log_folder = dir.path().string()}, options);
  const Status failed = conductor.conduct();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code(), Code::kInternal);
  EXPECT_NE(failed.error().message().find("planner ended with exit code"), std::string::npos) << failed.error().message();
  EXPECT_NE(failed.error().message().find("cannot look into the folder"), std::string::npos) << failed.error().message();
}

TEST(DemoConductor, AStopEndsItAtOnce) {
  const test::TempDir dir;
  const auto database = Database::open({.path = dir.file("demo.db"), .open_mode = OpenMode::kCreateNew, .durability = Durability::kOff}).value();
  std::stop_source stop;
  stop.request_stop();
  DemoOptions options{.workers = 2, .view = DemoOptions::View::kNothing, .stop = stop.get_token()};
  Conductor conductor(*database, {.input = dir.path().string(), .text_count = 1, .workers = 2, .log_folder = dir.path().string()}, options);
  EXPECT_EQ(conductor.conduct().error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace waggle::cli::demo
