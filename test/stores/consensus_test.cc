// Proposals and votes through the store: who may vote, what decides, and that it is decided once.

#include "waggle/consensus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/store_fixture.h"
#include "waggle/changes.h"
#include "waggle/swarms.h"

namespace waggle::stores {
namespace {

using namespace std::chrono_literals;
using enum VoteChoice;

class Consensus : public test::StoreTest {
 protected:
  void SetUp() override {
    for (const char* id : {"hive", "other"}) SwarmStore(scope_).create({.name = id, .id = id}).value();
  }

  ConsensusStore votes() { return ConsensusStore(scope_); }

  static NewProposal proposal(const std::string& rule, std::vector<Elector> electorate) {
    return {.swarm_id = "hive",
            .proposer = "ann",
            .topic = "is it copyleft?",
            .payload = Json(R"({"file": "GPL-3"})"),
            .rule = VotingRule::parse(rule).value(),
            .electorate = std::move(electorate)};
  }
  static NewProposal by_three(const std::string& rule) { return proposal(rule, {{"ann"}, {"bob"}, {"cid"}}); }
  std::string propose(const NewProposal& made) { return votes().propose(made).value().id; }
  Result<Proposal> cast(const std::string& id, const std::string& agent, VoteChoice choice) {
    return votes().vote({.proposal_id = id, .agent_id = agent, .choice = choice, .reasoning = "so it says"});
  }
  Code refusal(const std::string& id, const std::string& agent) {
    const auto voted = cast(id, agent, kApprove);
    return voted ? Code::kInternal : voted.error().code();
  }
  std::vector<std::string> ids(const ProposalFilter& filter) {
    const Page<Proposal> page = votes().list(filter).value();
    std::vector<std::string> found;
    for (const Proposal& each : page.items) found.push_back(each.id);
    return found;
  }
  // "ENTITY OP" of each change on proposals and votes.
  std::vector<std::string> logged() {
    Watcher watcher = ChangeLog(scope_).watch(std::nullopt, {.entities = {Entity::kProposal, Entity::kVote}}).value();
    const std::vector<Change> changes = watcher.next(Duration::zero()).value();
    std::vector<std::string> lines;
    for (const Change& change : changes) lines.push_back(std::string(to_string(change.entity)) + " " + change.op);
    return lines;
  }
};

TEST_F(Consensus, AProposalReadsBackAsItWasMade) {
  NewProposal made = proposal("weighted:0.6", {{"cid", 5}, {"ann", 3}, {"bob", 2.5}});
  made.deadline = 1h;
  const Proposal proposed = votes().propose(made).value();
  for (const Proposal& each : {proposed, votes().get(proposed.id).value(), votes().list().value().items.at(0)}) {
    EXPECT_EQ(each.id, proposed.id);
    EXPECT_EQ(each.swarm_id, "hive");
    EXPECT_EQ(each.proposer, "ann");
    EXPECT_EQ(each.topic, "is it copyleft?");
    EXPECT_EQ(each.payload.text, R"({"file":"GPL-3"})");
    EXPECT_EQ(each.rule.to_string(), "weighted:0.6");
    ASSERT_EQ(each.electorate.size(), 3U);
    EXPECT_EQ(each.electorate[0].agent_id, "cid");  // in the order given
    EXPECT_EQ(each.electorate[2].weight, 2.5);
    EXPECT_EQ(each.status, ProposalStatus::kOpen);
    EXPECT_EQ(each.outcome, std::nullopt);
    EXPECT_EQ(each.deadline, db_.clock.now() + 1h);
    EXPECT_EQ(each.decided_at, std::nullopt);
    EXPECT_EQ(each.tally.pending, 10.5);
    EXPECT_EQ(each.created_at, db_.clock.now());
  }
}

TEST_F(Consensus, TheDecidingVoteAnswersTheOutcome) {
  const std::string id = propose(by_three("majority"));
  EXPECT_EQ(cast(id, "ann", kReject)->status, ProposalStatus::kOpen);
  EXPECT_EQ(cast(id, "bob", kApprove)->status, ProposalStatus::kOpen);
  db_.clock.advance(1min);
  const Proposal last = cast(id, "cid", kReject).value();
  const Proposal again = votes().get(id).value();
  for (const Proposal& each : {last, again}) {
    EXPECT_EQ(each.status, ProposalStatus::kDecided);
    EXPECT_EQ(each.outcome, Outcome::kRejected);
    EXPECT_EQ(each.decided_at, db_.clock.now());
    EXPECT_EQ(each.tally.approve, 1);
    EXPECT_EQ(each.tally.reject, 2);
    EXPECT_EQ(each.tally.pending, 0);
  }
  EXPECT_EQ(logged(), std::vector<std::string>({"proposal create", "vote cast", "vote cast", "vote cast", "proposal decide"}));
}

TEST_F(Consensus, VotesAreListedOldestFirst) {
  const std::string id = propose(by_three("unanimous"));
  ASSERT_TRUE(cast(id, "cid", kApprove));
  ASSERT_TRUE(cast(id, "ann", kAbstain));
  const std::vector<Vote> cast_votes = votes().votes(id).value();
  ASSERT_EQ(cast_votes.size(), 2U);
  EXPECT_EQ(cast_votes[0].proposal_id, id);
  EXPECT_EQ(cast_votes[0].agent_id, "cid");
  EXPECT_EQ(cast_votes[0].choice, kApprove);
  EXPECT_EQ(cast_votes[0].reasoning, "so it says");
  EXPECT_EQ(cast_votes[1].choice, kAbstain);
  EXPECT_EQ(votes().votes("nothing").error().code(), Code::kNotFound);
}

TEST_F(Consensus, RefusedVotesDoNotCount) {
  const std::string id = propose(by_three("unanimous"));
  ASSERT_TRUE(cast(id, "ann", kApprove));
  EXPECT_EQ(refusal(id, "ann"), Code::kAlreadyExists);
  EXPECT_EQ(refusal(id, "eve"), Code::kPermission);
  EXPECT_EQ(refusal("nothing", "ann"), Code::kNotFound);
  EXPECT_EQ(votes().get(id)->tally.approve, 1);
  EXPECT_EQ(votes().get(id)->tally.pending, 2);
  ASSERT_TRUE(cast(id, "bob", kReject));
  EXPECT_EQ(refusal(id, "cid"), Code::kConflict);
  EXPECT_EQ(votes().votes(id)->size(), 2U);
  EXPECT_EQ(logged(), std::vector<std::string>({"proposal create", "vote cast", "vote cast", "proposal decide"}));
}

TEST_F(Consensus, RefuseWhatCannotBeProposed) {
  const auto code_of = [&](const auto& change) {
    NewProposal bad = by_three("majority");
    change(bad);
    const auto made = votes().propose(bad);
    return made ? std::string("made") : std::string(to_string(made.error().code()));
  };
  EXPECT_EQ(code_of([](NewProposal& p) { p.electorate.clear(); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.electorate.push_back({"ann"}); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.electorate[0].weight = 0; }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.electorate[0].weight = 1e308 * 10; }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.electorate[0].weight = p.electorate[1].weight = 1.7e308; }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.rule = VotingRule::parse("quorum:4").value(); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.topic = ""; }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.payload = Json("{bad"); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.deadline = Duration::zero(); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewProposal& p) { p.swarm_id = "nowhere"; }), "not_found");
  ASSERT_TRUE(SwarmStore(scope_).close("hive"));
  EXPECT_EQ(code_of([](NewProposal&) {}), "conflict");
  EXPECT_EQ(logged(), std::vector<std::string>());
}

TEST_F(Consensus, ADeadlineDecidesForEveryReaderAtOnce) {
  struct Case {
    OnDeadline on_deadline;
    Outcome outcome;
  };
  for (const Case& each :
       {Case{OnDeadline::kReject, Outcome::kRejected}, {OnDeadline::kApprove, Outcome::kApproved}, {OnDeadline::kTally, Outcome::kRejected}}) {
    NewProposal made = by_three("majority");
    made.deadline = 4s;
    made.on_deadline = each.on_deadline;
    const std::string id = propose(made);
    const Timestamp deadline = db_.clock.now() + 4s;
    ASSERT_TRUE(cast(id, "ann", kApprove));
    db_.clock.advance(4s - 1us);
    EXPECT_EQ(votes().get(id)->status, ProposalStatus::kOpen);
    EXPECT_EQ(ids({.swarm_id = "hive", .status = ProposalStatus::kOpen}), std::vector{id});
    db_.clock.advance(1us);
    EXPECT_EQ(refusal(id, "bob"), Code::kConflict);
    const Proposal decided = votes().get(id).value();
    EXPECT_EQ(decided.status, ProposalStatus::kDecided);
    EXPECT_EQ(decided.outcome, each.outcome);
    EXPECT_EQ(decided.decided_at, deadline);
    EXPECT_EQ(decided.tally.pending, 2);
    EXPECT_EQ(ids({.status = ProposalStatus::kOpen}), std::vector<std::string>());
    EXPECT_EQ(ids({.swarm_id = "hive", .status = ProposalStatus::kOpen}), std::vector<std::string>());
    EXPECT_EQ(ids({.swarm_id = "hive", .status = ProposalStatus::kDecided}).at(0), id);
    EXPECT_EQ(votes().wait(id, Duration::zero())->outcome, each.outcome);
  }
}

TEST_F(Consensus, ListsFilterAndPage) {
  const std::string first = propose(by_three("majority"));
  NewProposal elsewhere = by_three("majority");
  elsewhere.swarm_id = "other";
  const std::string second = propose(elsewhere);
  const std::string third = propose(proposal("majority", {{"ann"}}));
  ASSERT_TRUE(cast(third, "ann", kApprove));

  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids({}), Ids({third, second, first}));
  EXPECT_EQ(ids({.swarm_id = "hive"}), Ids({third, first}));
  EXPECT_EQ(ids({.status = ProposalStatus::kOpen}), Ids({second, first}));
  EXPECT_EQ(ids({.status = ProposalStatus::kDecided}), Ids({third}));
  EXPECT_EQ(ids({.swarm_id = "hive", .status = ProposalStatus::kOpen}), Ids({first}));
  EXPECT_EQ(ids({.swarm_id = "hive", .status = ProposalStatus::kDecided}), Ids({third}));
  EXPECT_EQ(ids({.swarm_id = "nowhere"}), Ids());

  Ids paged;
  PageRequest request{.limit = 1};
  for (int i = 0; i < 3; ++i) {
    const auto page = votes().list({}, request).value();
    ASSERT_EQ(page.items.size(), 1U);
    paged.push_back(page.items[0].id);
    EXPECT_EQ(page.next.has_value(), i < 2);
    request.cursor = page.next.value_or("");
  }
  EXPECT_EQ(paged, Ids({third, second, first}));
  EXPECT_EQ(votes().list({}, {.cursor = "made up"}).error().code(), Code::kInvalidArgument);
}

TEST_F(Consensus, WaitingIsEndedByTheDecidingVote) {
  const std::string id = propose(by_three("quorum:1"));
  std::jthread voter([&] { cast(id, "bob", kApprove).value(); });
  EXPECT_EQ(votes().wait(id, 60s)->outcome, Outcome::kApproved);
}

TEST_F(Consensus, WaitingIsEndedByTheDeadlineOfTheProposal) {
  NewProposal made = by_three("majority");
  made.deadline = 20ms;
  const std::string id = propose(made);
  std::jthread time([&] { db_.clock.advance(20ms); });
  EXPECT_EQ(votes().wait(id, 60s)->outcome, Outcome::kRejected);
}

TEST_F(Consensus, AClockThatIsSetBeyondTheDeadlineEndsTheWait) {
  NewProposal made = by_three("majority");
  made.deadline = 1h;
  const std::string id = propose(made);
  std::jthread time([&] { db_.clock.advance(1h); });
  EXPECT_EQ(votes().wait(id, 60s)->outcome, Outcome::kRejected);
}

TEST_F(Consensus, WaitingEndsAtItsTimeoutOrWhenStopped) {
  const std::string id = propose(by_three("majority"));
  EXPECT_EQ(votes().wait(id, 20ms).error().code(), Code::kDeadline);
  EXPECT_EQ(votes().wait("nothing", 60s).error().code(), Code::kNotFound);
  std::stop_source stop;
  const Scope stoppable(db_.shared(), {.actor = "ann", .timeout = 10s, .stop = stop.get_token()});
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(ConsensusStore(stoppable).wait(id, 60s).error().code(), Code::kCancelled);
}

TEST_F(Consensus, TakesPartInATransaction) {
  std::string id;
  const Status done = db_.engine().write(base::Deadline::after(10s), [&](sql::Writer& writer) -> Status {
    const Scope bound(scope_, writer, db_.clock.now());
    ConsensusStore store(bound);
    WAGGLE_ASSIGN_OR_RETURN(const Proposal made, store.propose(proposal("unanimous", {{"ann"}, {"bob"}})));
    WAGGLE_TRY(store.vote({.proposal_id = made.id, .agent_id = "ann", .choice = kApprove}));
    EXPECT_EQ(store.wait(made.id, 1h).error().code(), Code::kInvalidArgument);
    id = made.id;
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(votes().get(id)->tally.approve, 1);
}

TEST_F(Consensus, AStormOfVotesHasOneOutcome) {
  constexpr int kVoters = 15;
  std::vector<Elector> electorate;
  for (int i = 0; i < kVoters; ++i) electorate.push_back({"bee-" + std::to_string(i)});
  const std::string id = propose(proposal("majority", electorate));

  std::atomic<int> accepted = 0;
  std::atomic<int> deciding = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kVoters; ++i) {
      threads.emplace_back([&, i] {
        for (int twice = 0; twice < 2; ++twice) {  // the second time it is refused, whatever has happened
          const auto voted = cast(id, "bee-" + std::to_string(i), i % 3 == 0 ? kReject : kApprove);
          if (voted) {
            EXPECT_EQ(twice, 0);
            ++accepted;
            if (voted->status == ProposalStatus::kDecided) ++deciding;
          } else {
            EXPECT_TRUE(voted.error().code() == Code::kConflict || voted.error().code() == Code::kAlreadyExists) << voted.error().describe();
          }
        }
      });
    }
  }
  const Proposal decided = votes().get(id).value();
  EXPECT_EQ(deciding.load(), 1);
  EXPECT_EQ(decided.outcome, Outcome::kApproved);
  EXPECT_EQ(decided.tally.approve, 8);  // the eighth of fifteen decided, and nobody voted after it
  EXPECT_EQ(decided.tally.approve + decided.tally.reject, accepted.load());
  EXPECT_EQ(static_cast<int>(votes().votes(id)->size()), accepted.load());
  const std::vector<std::string> log = logged();
  EXPECT_EQ(std::count(log.begin(), log.end(), "proposal decide"), 1);
  EXPECT_EQ(std::count(log.begin(), log.end(), "vote cast"), accepted.load());
}

}  // namespace
}  // namespace waggle::stores
