// planner_test.cc: what the planner asks of the swarm.

#include <gtest/gtest.h>

#include <set>

#include "cli/demo/corpus.h"
#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

TEST(DemoPlanner, MakesThePlannedTasksWithWhatTheyNeed) {
  const Session session = test::finished_swarm().session();
  for (const PlannedTask& planned : make_plan({"Bee-1", "Bee-2", "Wasp"})) {
    const Task task = session.tasks().get(planned.assignment.task_id()).value();
    EXPECT_EQ(task.dependencies, planned.dependencies);
    EXPECT_EQ(task.swarm_id, kSwarm);
    ASSERT_EQ(task.required_capabilities.size(), 1U);
    EXPECT_TRUE(task.id.starts_with(task.required_capabilities[0])) << task.id;
  }
  EXPECT_EQ(session.tasks().get("compare/Bee-1/Bee-2").value().description, "compare Bee-1 with Bee-2");
  EXPECT_EQ(session.tasks().get("read/Wasp").value().description, "read Wasp");
}

TEST(DemoPlanner, OpensOneProposalATextByDifferingRules) {
  const Session session = test::finished_swarm().session();
  const Page<Proposal> proposals = session.consensus().list().value();
  std::set<std::string> rules;
  std::set<std::string> texts;
  for (const Proposal& proposal : proposals.items) {
    rules.insert(proposal.rule.to_string());
    texts.insert(proposal.payload.text);
    EXPECT_EQ(proposal.electorate.size(), 2U) << "both workers, and not the planner";
    EXPECT_EQ(proposal.status, ProposalStatus::kDecided);
  }
  EXPECT_EQ(rules.size(), 3U);
  EXPECT_EQ(texts, (std::set<std::string>{"\"Bee-1\"", "\"Bee-2\"", "\"Wasp\""}));
}

TEST(DemoPlanner, DismissesEveryoneAtTheEnd) {
  const Session session = test::finished_swarm().session();
  for (const char* agent : {"planner", "worker-1", "worker-2"}) EXPECT_EQ(session.agents().get(agent).value().status, "done") << agent;
}

TEST(DemoPlanner, AStoppedPlannerEndsAtOnce) {
  test::SmallSwarm swarm;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run_demo_planner({.database = swarm.path(), .agent = "planner", .stop = stop.get_token()}).error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace waggle::cli::demo
