// The arithmetic of votes, also against every way in which a vote could go on.

#include "stores/voting.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace waggle::stores {
namespace {

using Kind = VotingRule::Kind;
using enum VoteChoice;

struct Case {
  std::string rule;
  std::vector<double> weights;
  std::vector<VoteChoice> votes;  // of the first voters, in order
  std::optional<Outcome> outcome;
};

Count count_of(const std::vector<double>& weights, const std::vector<VoteChoice>& votes) {
  Count count{.electors = static_cast<std::int64_t>(weights.size())};
  for (const double weight : weights) count.total += weight;
  for (std::size_t i = 0; i < votes.size(); ++i) add(count, {votes[i], weights[i]});
  return count;
}

TEST(Voting, DecidesWithTheVoteThatSettlesIt) {
  const std::vector<Case> cases = {
      {"majority", {1, 1, 1}, {kApprove}, std::nullopt},
      {"majority", {1, 1, 1}, {kApprove, kApprove}, Outcome::kApproved},
      {"majority", {1, 1, 1}, {kReject, kApprove}, std::nullopt},
      {"majority", {1, 1, 1}, {kReject, kReject}, Outcome::kRejected},
      {"majority", {1, 1}, {kApprove, kReject}, Outcome::kRejected},  // half is not more than half
      {"majority", {5, 1, 1}, {kApprove}, Outcome::kApproved},
      {"majority", {5, 1, 1}, {kAbstain}, Outcome::kRejected},  // an abstention does not shrink the electorate
      {"two_thirds", {1, 1, 1}, {kApprove, kReject}, std::nullopt},
      {"two_thirds", {1, 1, 1}, {kApprove, kReject, kApprove}, Outcome::kApproved},  // exactly two thirds are enough
      {"two_thirds", {1, 1, 1, 1}, {kReject, kReject}, Outcome::kRejected},
      {"two_thirds", {1, 1, 1, 1}, {kApprove, kApprove}, std::nullopt},
      {"unanimous", {1, 1, 1}, {kApprove, kApprove}, std::nullopt},
      {"unanimous", {1, 1, 1}, {kApprove, kApprove, kApprove}, Outcome::kApproved},
      {"unanimous", {1, 1, 1}, {kAbstain}, Outcome::kRejected},
      {"unanimous", {0.1, 0.2, 0.3}, {kApprove, kApprove, kApprove}, Outcome::kApproved},
      {"quorum:2", {1, 1, 1, 1}, {kApprove, kApprove}, Outcome::kApproved},
      {"quorum:2", {9, 1, 1}, {kReject, kApprove, kApprove}, Outcome::kApproved},  // heads, not weight
      {"quorum:2", {1, 1, 1}, {kReject, kReject}, Outcome::kRejected},
      {"quorum:3", {1, 1, 1, 1}, {kReject, kApprove, kApprove}, std::nullopt},
      {"weighted:0.6", {5, 3, 2}, {kApprove}, std::nullopt},
      {"weighted:0.6", {5, 3, 2}, {kApprove, kApprove}, Outcome::kApproved},
      {"weighted:0.6", {5, 3, 2}, {kReject}, Outcome::kRejected},
      {"weighted:0.6", {6, 4}, {kApprove}, Outcome::kApproved},    // exactly the fraction is enough
      {"weighted:0.07", {7, 93}, {kApprove}, Outcome::kApproved},  // although 0.07 * 100 is above 7 in binary
      {"weighted:1", {7, 93}, {kApprove}, std::nullopt},
      {"weighted:1e-300", {1, 1}, {kReject}, std::nullopt},
      {"weighted:1e-320", {1e-5, 1e-5}, {kReject, kReject}, Outcome::kRejected},  // nobody's approval is no approval
  };
  for (const Case& each : cases) {
    const auto rule = VotingRule::parse(each.rule);
    ASSERT_TRUE(rule) << each.rule;
    EXPECT_EQ(decide(*rule, count_of(each.weights, each.votes)), each.outcome) << each.rule << " after " << each.votes.size() << " votes";
  }
}

TEST(Voting, IsExactForTheLargestWholeWeights) {
  const double half = 4503599627370496;  // 2^52
  const VotingRule majority{.kind = Kind::kMajority};
  EXPECT_EQ(decide(majority, count_of({half, half - 1}, {kApprove})), Outcome::kApproved);
  EXPECT_EQ(decide(majority, count_of({half, half - 1}, {kReject})), Outcome::kRejected);
  EXPECT_EQ(decide(majority, count_of({half, half}, {kApprove})), std::nullopt);
  const double third = 3002399751580330;  // 3 * third is 2^53 - 2
  const VotingRule two_thirds{.kind = Kind::kTwoThirds};
  EXPECT_EQ(decide(two_thirds, count_of({2 * third, third}, {kApprove})), Outcome::kApproved);
  EXPECT_EQ(decide(two_thirds, count_of({2 * third, third + 1}, {kApprove})), std::nullopt);
  EXPECT_EQ(decide(two_thirds, count_of({2 * third - 1, third}, {kApprove})), std::nullopt);
}

// The total is rounded to a whole number, what is approved is not: a thousand tenths make a little less than a hundred.
TEST(Voting, ManyRoundedWeightsReachTheirFractionOfAWholeTotal) {
  const double rest = 1099511627776;  // 2^40
  std::vector<double> weights(1000, 0.1);
  std::vector<VoteChoice> votes(1000, kApprove);
  weights.push_back(rest);
  votes.push_back(kReject);
  EXPECT_EQ(decide({.kind = Kind::kWeighted, .fraction = 100 / (rest + 100)}, count_of(weights, votes)), Outcome::kApproved);
  EXPECT_EQ(decide({.kind = Kind::kWeighted, .fraction = 100.001 / (rest + 100)}, count_of(weights, votes)), Outcome::kRejected);
}

TEST(Voting, TakesWeightsNearTheLargestDouble) {
  EXPECT_EQ(decide({.kind = Kind::kTwoThirds}, count_of({1e308, 4e307}, {kApprove})), Outcome::kApproved);
  EXPECT_EQ(decide({.kind = Kind::kMajority}, count_of({1e308, 4e307}, {kReject})), Outcome::kRejected);
}

TEST(Voting, TallyHasNothingPendingWhenAllHaveVoted) {
  const Tally all = tally_of(count_of({0.1, 0.2, 0.7}, {kApprove, kReject, kAbstain}));
  EXPECT_EQ(all.pending, 0);
  EXPECT_EQ(all.approve, 0.1);
  EXPECT_EQ(all.reject, 0.2);
  EXPECT_EQ(all.abstain, 0.7);
  EXPECT_EQ(tally_of(count_of({5, 3, 2}, {kApprove})).pending, 5);
}

TEST(Voting, DeadlineDecidesAsItWasTold) {
  const VotingRule majority{.kind = Kind::kMajority};
  const Count one_of_three = count_of({1, 1, 1}, {kApprove});
  EXPECT_EQ(decide_at_deadline(majority, OnDeadline::kReject, one_of_three), Outcome::kRejected);
  EXPECT_EQ(decide_at_deadline(majority, OnDeadline::kApprove, one_of_three), Outcome::kApproved);
  EXPECT_EQ(decide_at_deadline(majority, OnDeadline::kTally, one_of_three), Outcome::kRejected);  // who did not vote did not approve
  EXPECT_EQ(decide_at_deadline(majority, OnDeadline::kTally, count_of({2, 1}, {kApprove})), Outcome::kApproved);
}

TEST(Voting, RulesReadBackAsTheyAreWritten) {
  for (const char* text : {"majority", "two_thirds", "unanimous", "quorum:1", "quorum:12", "weighted:0.6", "weighted:1", "weighted:0.07"}) {
    const auto rule = VotingRule::parse(text);
    ASSERT_TRUE(rule) << text;
    EXPECT_EQ(rule->to_string(), text);
    const auto stored = stored_rule(rule_name(rule->kind), rule_threshold(*rule));
    ASSERT_TRUE(stored) << text;
    EXPECT_EQ(stored->to_string(), text);
  }
}

TEST(Voting, RefusesWhatIsNoRule) {
  for (const char* text :
       {"", "loudest", "majority:1", "majority:", "quorum", "quorum:", "quorum:0", "quorum:-1", "quorum:1.5", "quorum:9999999999999999999",
        "weighted", "weighted:0", "weighted:1.01", "weighted:nan", "weighted:inf", "weighted:0.5x", "Majority", " majority"}) {
    const auto rule = VotingRule::parse(text);
    ASSERT_FALSE(rule) << text;
    EXPECT_EQ(rule.error().code(), Code::kInvalidArgument);
  }
  EXPECT_FALSE(stored_rule("quorum", std::nullopt));
  EXPECT_FALSE(stored_rule("majority", 1.0));
  EXPECT_FALSE(stored_rule("loudest", std::nullopt));
}

TEST(Voting, RefusesARuleThatTheElectorateCannotMeet) {
  EXPECT_TRUE(check_rule({.kind = Kind::kQuorum, .quorum = 3}, 3));
  EXPECT_FALSE(check_rule({.kind = Kind::kQuorum, .quorum = 4}, 3));
  EXPECT_FALSE(check_rule({.kind = Kind::kQuorum, .quorum = 0}, 3));
  EXPECT_FALSE(check_rule({.kind = Kind::kWeighted, .fraction = 0}, 3));
  EXPECT_TRUE(check_rule({.kind = Kind::kMajority}, 1));
}

TEST(Voting, NamesReadBackAsTheyAreWritten) {
  for (const auto choice : {kApprove, kReject, kAbstain}) EXPECT_EQ(parse_vote_choice(to_string(choice)), choice);
  for (const auto status : {ProposalStatus::kOpen, ProposalStatus::kDecided}) EXPECT_EQ(parse_proposal_status(to_string(status)), status);
  for (const auto outcome : {Outcome::kApproved, Outcome::kRejected}) EXPECT_EQ(parse_outcome(to_string(outcome)), outcome);
  for (const auto on : {OnDeadline::kReject, OnDeadline::kApprove, OnDeadline::kTally}) EXPECT_EQ(parse_on_deadline(to_string(on)), on);
  EXPECT_FALSE(parse_vote_choice("perhaps"));
  EXPECT_FALSE(parse_proposal_status(""));
  EXPECT_FALSE(parse_on_deadline("rejected"));
}

// A small vote in tenths of weight and hundredths of a fraction, so that whole numbers tell what is right.
struct SmallVote {
  VotingRule rule;
  std::int64_t hundredths = 0;  // of a weighted rule
  std::vector<std::int64_t> tenths;
  std::vector<VoteChoice> votes;  // of the first voters
};

// The rule in whole numbers, read off the documentation.
bool is_approved(const SmallVote& vote, const std::vector<VoteChoice>& votes) {
  std::int64_t total = 0;
  std::int64_t approve = 0;
  std::int64_t approvals = 0;
  for (std::size_t i = 0; i < vote.tenths.size(); ++i) {
    total += vote.tenths[i];
    if (votes[i] != kApprove) continue;
    approve += vote.tenths[i];
    ++approvals;
  }
  switch (vote.rule.kind) {
    case Kind::kMajority:
      return approve * 2 > total;
    case Kind::kTwoThirds:
      return approve * 3 >= total * 2;
    case Kind::kUnanimous:
      return approve == total;
    case Kind::kQuorum:
      return approvals >= vote.rule.quorum;
    case Kind::kWeighted:
      return approve * 100 >= total * vote.hundredths;
  }
  return false;
}

// Which outcomes can still come about, trying every vote of everybody who has not voted.
struct Reachable {
  bool approved = false;
  bool rejected = false;
};
void explore(const SmallVote& vote, std::vector<VoteChoice>& votes, Reachable& reachable) {
  if (votes.size() == vote.tenths.size()) {
    (is_approved(vote, votes) ? reachable.approved : reachable.rejected) = true;
    return;
  }
  for (const auto choice : {kApprove, kReject, kAbstain}) {
    votes.push_back(choice);
    explore(vote, votes, reachable);
    votes.pop_back();
  }
}

SmallVote any_vote(std::int64_t tenths_unit) {
  SmallVote vote;
  vote.tenths = *rc::gen::resize(6, rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 12))));
  for (auto& weight : vote.tenths) weight *= tenths_unit;
  vote.rule.kind = *rc::gen::element(Kind::kMajority, Kind::kTwoThirds, Kind::kUnanimous, Kind::kQuorum, Kind::kWeighted);
  vote.rule.quorum = *rc::gen::inRange<std::int64_t>(1, static_cast<std::int64_t>(vote.tenths.size()) + 1);
  vote.hundredths = *rc::gen::inRange<std::int64_t>(1, 101);
  vote.rule.fraction = static_cast<double>(vote.hundredths) / 100;
  const auto cast = *rc::gen::inRange<std::size_t>(0, vote.tenths.size() + 1);
  vote.votes = *rc::gen::container<std::vector<VoteChoice>>(cast, rc::gen::element(kApprove, kReject, kAbstain));
  return vote;
}

void check_against_every_continuation(const SmallVote& vote) {
  std::vector<double> weights;
  for (const std::int64_t tenths : vote.tenths) weights.push_back(static_cast<double>(tenths) / 10);
  std::vector<VoteChoice> votes = vote.votes;
  Reachable reachable;
  explore(vote, votes, reachable);
  const auto outcome = decide(vote.rule, count_of(weights, vote.votes));
  if (reachable.approved && reachable.rejected) {
    RC_ASSERT(!outcome.has_value());
  } else {
    RC_ASSERT(outcome == (reachable.approved ? Outcome::kApproved : Outcome::kRejected));
  }
}

RC_GTEST_PROP(Voting, IsDecidedExactlyWhenNoContinuationDiffers, ()) { check_against_every_continuation(any_vote(10)); }
RC_GTEST_PROP(Voting, IsDecidedExactlyWhenNoContinuationDiffersAlsoForDecimalWeights, ()) { check_against_every_continuation(any_vote(1)); }

}  // namespace
}  // namespace waggle::stores
