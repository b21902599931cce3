// render_proposal_test.cc: proposals as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

TEST(RenderProposal, HasAllKeysInOrder) {
  Proposal proposal = {.id = "p",
                       .swarm_id = "s",
                       .proposer = "ann",
                       .topic = "q",
                       .rule = {.kind = VotingRule::Kind::kQuorum, .quorum = 2},
                       .electorate = {{"ann", 1}, {"bob", 2.5}},
                       .tally = {.approve = 1, .pending = 2.5},
                       .created_at = kTime};
  EXPECT_EQ(render(proposal).to_json(),
            R"({"id":"p","swarm_id":"s","proposer":"ann","topic":"q","payload":null,"rule":"quorum:2",)"
            R"("electorate":[{"agent_id":"ann","weight":1},{"agent_id":"bob","weight":2.5}],"status":"open","outcome":null,"deadline":null,)"
            R"("decided_at":null,"tally":{"approve":1,"reject":0,"abstain":0,"pending":2.5},"created_at":"2026-11-23T00:00:00.000000Z"})");
  proposal.outcome = Outcome::kApproved;
  EXPECT_NE(render(proposal).to_json().find(R"("outcome":"approved")"), std::string::npos);
}

}  // namespace
}  // namespace waggle::cli
