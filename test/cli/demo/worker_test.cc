// worker_test.cc: what workers leave behind when they have done their tasks.

#include <gtest/gtest.h>

#include "cli/demo/corpus.h"
#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

TEST(DemoWorker, EveryTaskIsCompletedInItsFirstAttempt) {
  const Session session = test::finished_swarm().session();
  const Page<Task> tasks = session.tasks().list().value();
  EXPECT_EQ(tasks.items.size(), make_plan({"Bee-1", "Bee-2", "Wasp"}).size());
  for (const Task& task : tasks.items) {
    EXPECT_EQ(task.status, TaskStatus::kCompleted) << task.id;
    EXPECT_EQ(task.attempt, 1) << task.id;
  }
}

TEST(DemoWorker, TheLibraryKnowsWhatWasRead) {
  const Session session = test::finished_swarm().session();
  const auto value = [&](std::string_view key) { return session.memory().get({kLibrary, key}).value().value.text; };
  EXPECT_EQ(value("facts/Bee-2/title"), "\"BEE GENERAL PUBLIC LICENSE\"");
  EXPECT_EQ(value("facts/Bee-2/version"), "\"2\"");
  EXPECT_EQ(value("facts/Wasp/version"), "null");
  EXPECT_EQ(value("facts/Bee-1/terms"), R"(["Program"])");
  EXPECT_EQ(value("comparison/Bee-1/Bee-2"),
            R"({"from":"Bee-1","to":"Bee-2","words_added":0,"clauses_shared":["1. Copying"],"terms_shared":["Program"]})");
  EXPECT_TRUE(value("summary/Bee family").starts_with(R"({"subject":"Bee family","texts":2,)"));
  EXPECT_TRUE(value("summary/all").starts_with(R"({"subject":"all","texts":3,)"));
}

TEST(DemoWorker, EachVotesByItsStyle) {
  const Session session = test::finished_swarm().session();
  const Page<Proposal> proposals = session.consensus().list().value();
  ASSERT_EQ(proposals.items.size(), 3U);
  for (const Proposal& proposal : proposals.items) {
    // Both look at the title alone: bees are General Public Licenses, wasps are not.
    const VoteChoice wanted = proposal.payload.text == "\"Wasp\"" ? VoteChoice::kReject : VoteChoice::kApprove;
    const std::vector<Vote> votes = session.consensus().votes(proposal.id).value();
    EXPECT_GE(votes.size(), 1U);
    for (const Vote& vote : votes) EXPECT_EQ(vote.choice, wanted) << proposal.topic;
  }
}

TEST(DemoWorker, AWorkerOfWhomNothingIsKnownGivesUp) {
  test::SmallSwarm swarm;
  EXPECT_EQ(run_demo_worker({.database = swarm.path(), .agent = "stranger"}).error().code(), Code::kNotFound);
}

TEST(DemoWorker, AStoppedWorkerEndsAtOnce) {
  test::SmallSwarm swarm({"worker-1"});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run_demo_worker({.database = swarm.path(), .agent = "worker-1", .stop = stop.get_token()}).error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace waggle::cli::demo
