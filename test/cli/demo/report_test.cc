// report_test.cc: the report as text and as JSON.

#include "cli/demo/report.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

Report small_report() {
  Report report;
  report.input = "/texts";
  report.files = {"a", "b"};
  report.seconds = 1.25;
  report.killing = {"worker-1", "read/a", "worker-2"};
  report.agents = {{"worker-1", "reader", "lost", {.tasks = 1, .memories = 2, .messages = 3, .votes = 4}}};
  Proposal proposal;
  proposal.topic = "is a \"copyleft\"?";
  proposal.outcome = Outcome::kApproved;
  proposal.tally = {.approve = 3, .reject = 1, .abstain = 0, .pending = 2};
  report.proposals = {proposal};
  Histogram histogram;
  histogram.add_bucket(1'500, 10);
  report.latencies = {{"task claim", histogram}};
  report.answers = {{"patent grant", 1, {{"a", 7, "We grant."}}}, {"honey", 0, {}}};
  report.checks = {{"all is well", ""}};
  return report;
}

TEST(DemoReport, TextTellsEverything) {
  const std::string text = to_text(small_report());
  for (const char* part : {"2 texts of /texts in 1.2 s", "worker-1 was killed while it held \"read/a\"; worker-2 finished it", "is a \"copyleft\"?",
                           "approved", "task claim", "1.50", "a, paragraph 7: We grant.",
                           "\"patent grant\"? 1 passage, the closest:", "\"honey\"? 0 passages.", "ok      all is well"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " is missing in\n" << text;
  }
  EXPECT_EQ(text.find("The database is left"), std::string::npos);
}

TEST(DemoReport, JsonIsOneDocumentInOneLine) {
  const std::string json = to_json(small_report());
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_TRUE(base::normalise_json(json).has_value());
  for (const char* part :
       {R"("ok":true)", R"("database":null)", R"("elapsed_s":1.25)",
        R"("killed":{"agent_id":"worker-1","task_id":"read/a","finished_by":"worker-2"})",
        R"({"id":"worker-1","agent_type":"reader","status":"lost","tasks":1,"memories":2,"messages":3,"votes":4})",
        R"("tally":{"approve":3,"reject":1,"abstain":0,"pending":2})", R"("p50_s":0.0015)", R"({"name":"all is well","ok":true,"problem":null})"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " is missing in\n" << json;
  }
}

TEST(DemoReport, AFailedCheckIsNamed) {
  Report report = small_report();
  EXPECT_TRUE(report.holds());
  report.checks.push_back({"nothing was lost", "b is missing"});
  report.database = "/kept.db";
  EXPECT_FALSE(report.holds());
  EXPECT_NE(to_text(report).find("FAILED  nothing was lost: b is missing"), std::string::npos);
  EXPECT_NE(to_text(report).find("left at /kept.db"), std::string::npos);
  EXPECT_NE(to_json(report).find(R"({"name":"nothing was lost","ok":false,"problem":"b is missing"})"), std::string::npos);
  EXPECT_NE(to_json(report).find(R"("ok":false)"), std::string::npos);
}

TEST(DemoReport, WhatIsAbsentIsNull) {
  Report report = small_report();
  report.killing = {};
  report.proposals[0].outcome.reset();
  const std::string json = to_json(report);
  EXPECT_NE(json.find(R"("killed":{"agent_id":null,"task_id":null,"finished_by":null})"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("outcome":null)"), std::string::npos) << json;
}

TEST(DemoReport, WhatStandsInTheTextsDoesNotReachTheTerminal) {
  Report report = small_report();
  report.input = "/\x1b[2J";
  report.answers = {{"patent grant", 1, {{"a", 7, "We \x1b]0;grant\x07."}}}};
  const std::string text = to_text(report);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_NE(text.find("We \\u001b]0;grant\\u0007."), std::string::npos) << text;
}

TEST(DemoReport, GathersWhatStandsInTheDatabase) {
  const Report report = test::finished_swarm().report();
  ASSERT_EQ(report.agents.size(), 3U);
  EXPECT_EQ(report.agents[0].name, "planner");
  EXPECT_EQ(report.agents[1].deeds.tasks + report.agents[2].deeds.tasks, 6);
  ASSERT_EQ(report.proposals.size(), 3U);
  EXPECT_EQ(report.proposals[0].topic, "is Bee-1 copyleft?");
  const auto claims =
      std::find_if(report.latencies.begin(), report.latencies.end(), [](const LatencyReport& one) { return one.operation == "task claim"; });
  ASSERT_NE(claims, report.latencies.end());
  EXPECT_GE(claims->histogram.count(), 6);
}

}  // namespace
}  // namespace waggle::cli::demo
