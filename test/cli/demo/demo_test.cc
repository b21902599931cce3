// demo_test.cc: the whole demo, with real processes and a real SIGKILL.

#include "cli/demo/demo.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/demo/small_swarm.h"

namespace waggle::cli {
namespace {

class DemoRun : public ::testing::Test {
 protected:
  DemoRun() { test::write_texts(texts_.path().string()); }

  DemoOptions options(int workers) const {
    DemoOptions made;
    made.workers = workers;
    made.input = texts_.path().string();
    made.view = DemoOptions::View::kNothing;
    return made;
  }

  test::TempDir texts_;
  test::TempDir dir_;
};

class DemoRunWith : public DemoRun, public ::testing::WithParamInterface<int> {};

TEST_P(DemoRunWith, EveryCheckHolds) {
  DemoOptions wanted = options(GetParam());
  wanted.keep_at = dir_.file("kept.db");
  const Result<DemoOutcome> outcome = run_demo(wanted);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().describe();
  EXPECT_TRUE(outcome->holds) << outcome->text;
  EXPECT_NE(outcome->text.find("was killed while it held \"read/"), std::string::npos) << outcome->text;

  const auto kept = Database::open({.path = wanted.keep_at}).value();
  EXPECT_TRUE(kept->check().value().problems.empty());
  EXPECT_EQ(kept->as("tester").swarms().status(demo::kSwarm).value().tasks.at("completed"), 6);
}

INSTANTIATE_TEST_SUITE_P(Slow, DemoRunWith, ::testing::Values(2, 5));

TEST_F(DemoRun, RefusesWhatItCannotDo) {
  EXPECT_EQ(run_demo(options(1)).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(run_demo(options(65)).error().code(), Code::kInvalidArgument);
  DemoOptions elsewhere = options(2);
  elsewhere.input = dir_.file("nowhere");
  EXPECT_EQ(run_demo(elsewhere).error().code(), Code::kNotFound);
  DemoOptions taken = options(2);
  taken.keep_at = texts_.file("Wasp");
  EXPECT_EQ(run_demo(taken).error().code(), Code::kAlreadyExists);
  taken.keep_at = dir_.file("nowhere/kept.db");
  EXPECT_EQ(run_demo(taken).error().code(), Code::kNotFound);
  taken.keep_at = "libsql://example.invalid";
  EXPECT_EQ(run_demo(taken).error().code(), Code::kUnsupported);
}

TEST_F(DemoRun, AStoppedDemoLeavesNothing) {
  std::stop_source stop;
  DemoOptions wanted = options(2);
  wanted.keep_at = dir_.file("kept.db");
  wanted.stop = stop.get_token();
  stop.request_stop();
  EXPECT_EQ(run_demo(wanted).error().code(), Code::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(wanted.keep_at));
}

}  // namespace
}  // namespace waggle::cli
