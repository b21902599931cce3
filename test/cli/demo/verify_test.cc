// verify_test.cc: the verification agrees with what happened, and notices when something did not.

#include "cli/demo/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

std::vector<std::string> failed(const Report& report) {
  std::vector<std::string> names;
  const std::vector<Check> checks = verify(test::finished_swarm().database(), report).value();
  for (const Check& check : checks) {
    if (!check.holds()) names.push_back(check.name);
  }
  return names;
}

constexpr const char* kKilling = "a worker was killed while it held a task, and another one finished it";

TEST(DemoVerify, OnlyTheKillingIsMissingWhenNobodyWasKilled) {
  EXPECT_EQ(failed(test::finished_swarm().report()), std::vector<std::string>{kKilling});
}

TEST(DemoVerify, AFileThatNobodyReadIsMissed) {
  Report report = test::finished_swarm().report();
  report.files.emplace_back("Hornet");
  const std::vector<std::string> names = failed(report);
  for (const char* name : {"every file was processed exactly once", "the library has the facts of every file, stored once",
                           "no task was lost: all that were planned are completed", "the tallies of the report are the sums of the votes"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
}

TEST(DemoVerify, AFileThatWasReadWithoutNeedIsNoticed) {
  Report report = test::finished_swarm().report();
  report.files.pop_back();
  const std::vector<std::string> names = failed(report);
  EXPECT_NE(std::find(names.begin(), names.end(), "every file was processed exactly once"), names.end());
}

TEST(DemoVerify, AReportThatDiffersFromTheTablesIsNoticed) {
  for (std::int64_t Deeds::* field : {&Deeds::tasks, &Deeds::memories, &Deeds::messages, &Deeds::votes}) {
    Report report = test::finished_swarm().report();
    report.agents[1].deeds.*field += 1;
    EXPECT_EQ(failed(report), (std::vector<std::string>{kKilling, "the report equals the tables"}));
  }
}

TEST(DemoVerify, ATallyThatDiffersFromTheVotesIsNoticed) {
  Report report = test::finished_swarm().report();
  report.proposals[0].tally.approve += 1;
  EXPECT_EQ(failed(report), (std::vector<std::string>{kKilling, "the tallies of the report are the sums of the votes"}));
}

TEST(DemoVerify, WhatIsUndecidedOrUnheardIsNoticed) {
  test::SmallSwarm swarm;
  const Session session = swarm.session();
  session.consensus()
      .propose({.swarm_id = std::string(kSwarm), .proposer = "planner", .topic = "is it?", .rule = {}, .electorate = {{"worker-1", 1}}})
      .value();
  session.messages()
      .send({.swarm_id = std::string(kSwarm),
             .from = "worker-1",
             .to = Recipients::agent("planner"),
             .message_type = std::string(kFinding),
             .content = Json::string("read/Wasp")})
      .value();
  std::vector<std::string> problems;
  const std::vector<Check> checks = verify(swarm.database(), {}).value();
  for (const Check& check : checks) problems.push_back(check.name + " " + check.problem);
  EXPECT_NE(std::find(problems.begin(), problems.end(), "every proposal is decided still open: is it?"), problems.end());
  EXPECT_TRUE(std::any_of(problems.begin(), problems.end(),
                          [](const std::string& one) { return one.starts_with("every finding reached the planner not acknowledged: "); }));
}

TEST(DemoVerify, AKilledWorkerThatIsAliveIsNoticed) {
  Report report = test::finished_swarm().report();
  report.killing = {"worker-1", "read/Wasp", "worker-2"};
  EXPECT_EQ(failed(report), std::vector<std::string>{kKilling});
}

}  // namespace
}  // namespace waggle::cli::demo
