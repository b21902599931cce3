// vote_storm_test.cc: sixteen processes vote on the same proposals at once, two for each elector, and some are killed. Each elector is heard once,
// and everybody sees the same outcome.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "fault/fault_fixture.h"
#include "fault/run_size.h"
#include "fault/storm_swarm.h"
#include "support/process_group.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

class SlowVoteStorm : public FaultTest {
 protected:
  using Ballot = std::pair<std::string, std::string>;  // proposal and elector

  void hear(const std::string& line) {
    std::istringstream words(line);
    std::string what, proposal, agent, choice;
    words >> what >> proposal >> agent >> choice;
    if (what == "vote") {
      EXPECT_TRUE(accepted_.try_emplace({proposal, agent}, choice).second) << agent << " was heard twice on " << proposal;
    } else if (what == "refused") {
      EXPECT_TRUE(choice == "already_exists" || choice == "conflict") << line;
      ++refused_;
    } else if (what == "outcome") {
      EXPECT_EQ(outcomes_.try_emplace(proposal, agent).first->second, agent) << "two outcomes of " << proposal;
    } else {
      EXPECT_EQ(line, "ready");
    }
  }

  void propose(const Database& database, int count) {
    const Session session = database.as("proposer");
    ASSERT_TRUE(session.swarms().create({.name = "storm", .id = "storm"}));
    std::vector<Elector> electorate;
    for (int e = 0; e < kStormVoters; ++e) electorate.push_back({elector_name(e)});
    for (int i = 0; i < count; ++i) {
      const auto made = session.consensus().propose({.swarm_id = "storm",
                                                     .proposer = "proposer",
                                                     .topic = "topic " + std::to_string(i),
                                                     .rule = {.kind = i % 2 == 0 ? VotingRule::Kind::kMajority : VotingRule::Kind::kUnanimous},
                                                     .electorate = electorate});
      ASSERT_TRUE(made) << made.error().describe();
    }
  }

  // What is stored is what was accepted, each elector once, and the outcome follows from it.
  void expect_one_outcome(const Session& session, const Proposal& proposal) {
    ASSERT_TRUE(proposal.outcome) << proposal.topic;
    EXPECT_EQ(outcomes_[proposal.id], to_string(*proposal.outcome));
    const auto votes = session.consensus().votes(proposal.id);
    ASSERT_TRUE(votes) << votes.error().describe();
    std::set<std::string> heard;
    int approvals = 0;
    for (const Vote& vote : *votes) {
      EXPECT_TRUE(heard.insert(vote.agent_id).second) << vote.agent_id << " is stored twice";
      const auto told = accepted_.find({proposal.id, vote.agent_id});
      if (told != accepted_.end()) {
        EXPECT_EQ(told->second, to_string(vote.choice));
      }
      if (vote.choice == VoteChoice::kApprove) ++approvals;
    }
    for (const auto& [ballot, choice] : accepted_) {
      if (ballot.first == proposal.id) {
        EXPECT_TRUE(heard.contains(ballot.second)) << "acknowledged and lost: the vote of " << ballot.second;
      }
    }
    const int wanted = proposal.rule.kind == VotingRule::Kind::kMajority ? kStormVoters / 2 + 1 : kStormVoters;
    EXPECT_EQ(*proposal.outcome, approvals >= wanted ? Outcome::kApproved : Outcome::kRejected);
    votes_ += votes->size();
  }

  std::map<Ballot, std::string> accepted_;
  std::map<std::string, std::string> outcomes_;
  int refused_ = 0;
  std::size_t votes_ = 0;
  std::mt19937 random_{number_from("WAGGLE_STORM_SEED", std::random_device()())};
  ProcessGroup group_{[this](std::size_t, const std::string& line) { hear(line); }};
};

TEST_F(SlowVoteStorm, HasOneOutcome) {
  const int count = soak::scaled(100, 1'000);
  const auto database = open();
  ASSERT_NO_FATAL_FAILURE(propose(*database, count));
  const auto command = [&](std::size_t voter) { return std::vector<std::string>{WAGGLE_FAULT_WORKER, "vote", path(), std::to_string(voter)}; };
  const auto begin = Steady::now();
  for (std::size_t v = 0; v < kStormVoters; ++v) group_.start(command(v));
  // A successor begins from the beginning: what its predecessor was granted is refused to it.
  const int kills = soak::scaled(10, 100);
  for (int i = 0; i < kills; ++i) {
    group_.listen_for(milliseconds(std::uniform_int_distribution<int>(10, 200)(random_)));
    const std::size_t voter = random_() % kStormVoters;
    group_.replace(voter, command(voter));
  }
  for (std::size_t v = 0; v < kStormVoters; ++v) EXPECT_EQ(group_.wait(v, Steady::now() + std::chrono::seconds(120) * kSlowness), 0);
  const Session session = database->as("oracle");
  const auto proposals = session.consensus().list({}, {.limit = 1000});
  ASSERT_TRUE(proposals) << proposals.error().describe();
  ASSERT_EQ(proposals->items.size(), static_cast<std::size_t>(count));
  for (const Proposal& proposal : proposals->items) ASSERT_NO_FATAL_FAILURE(expect_one_outcome(session, proposal));
  expect_sound(*database);
  if (HasFailure()) return;
  std::cout << "vote storm: " << kStormVoters << " processes, " << count << " proposals with one outcome each, " << votes_ << " votes, " << refused_
            << " refused, " << kills << " killed, " << std::chrono::duration<double>(Steady::now() - begin).count() << " s" << std::endl;
}

}  // namespace
}  // namespace waggle::test
