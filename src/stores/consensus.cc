// consensus.cc: see waggle/consensus.h. What a rule makes of the votes is in voting.h, how proposals are stored in consensus_rows.h.

#include "waggle/consensus.h"

#include <cmath>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "stores/consensus_rows.h"
#include "stores/limits.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/swarm_rows.h"
#include "stores/voting.h"

namespace waggle {
namespace {

using stores::Count;
using stores::kNameBytesMax;
using stores::Reading;
using stores::StoredProposal;
using stores::Writing;

constexpr std::string_view kProposalList = "proposals";
constexpr std::size_t kElectorsMax = 10'000;
constexpr Duration kDeadlineMax = std::chrono::hours(24) * 365 * 100;

Result<Count> check_electorate(const std::vector<Elector>& electorate) {
  if (electorate.empty() || electorate.size() > kElectorsMax) {
    return Error(Code::kInvalidArgument,
                 "an electorate has 1 to " + std::to_string(kElectorsMax) + " electors, not " + std::to_string(electorate.size()));
  }
  Count count{.electors = static_cast<std::int64_t>(electorate.size())};
  std::unordered_set<std::string_view> seen;
  for (const Elector& elector : electorate) {
    WAGGLE_TRY(base::check_name("id of an elector", elector.agent_id, kNameBytesMax));
    if (!seen.insert(elector.agent_id).second)
      return Error(Code::kInvalidArgument, "elector " + std::to_string(seen.size() + 1) + " is named before");
    if (!(elector.weight > 0) || !std::isfinite(elector.weight)) {
      return Error(Code::kInvalidArgument, "the weight of elector " + std::to_string(seen.size()) + " must be finite and above 0");
    }
    count.total += elector.weight;
  }
  if (!std::isfinite(count.total)) return Error(Code::kInvalidArgument, "the weights of the electorate are too large to be added up");
  return count;
}

Status insert_proposal(Writing& writing, const NewProposal& proposal, const StoredProposal& stored) {
  const Proposal& made = stored.proposal;
  WAGGLE_TRY(stores::require_open_swarm(writing.sql, proposal.swarm_id));
  WAGGLE_TRY(writing.sql.execute(
      "INSERT INTO proposals(id, swarm_id, proposer, topic, payload, rule, threshold, deadline, on_deadline, status, created_at, electors, votes,"
      " approvals, total, approve, reject, abstain) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10, ?11, 0, 0, ?12, 0, 0, 0)",
      {made.id, proposal.swarm_id, proposal.proposer, proposal.topic, made.payload, stores::rule_name(proposal.rule.kind),
       stores::rule_threshold(proposal.rule), made.deadline, stores::to_string(proposal.on_deadline), made.created_at, stored.count.electors,
       stored.count.total}));
  for (const Elector& elector : proposal.electorate) {
    WAGGLE_TRY(writing.sql.execute("INSERT INTO proposal_electors(proposal_id, agent_id, weight) VALUES(?1, ?2, ?3)",
                                   {made.id, elector.agent_id, elector.weight}));
  }
  return writing.log(Entity::kProposal, made.id, "create");
}

// The weight of a voter who may vote now.
Result<double> check_voter(Writing& writing, const Vote& vote, const Proposal& proposal) {
  if (proposal.status == ProposalStatus::kDecided) {
    return Error(Code::kConflict, "the proposal is decided", "look at its outcome with `waggle vote get`");
  }
  WAGGLE_ASSIGN_OR_RETURN(const auto weight,
                          writing.sql.query_one("SELECT weight FROM proposal_electors WHERE proposal_id = ?1 AND agent_id = ?2",
                                                {vote.proposal_id, vote.agent_id}, [](const sql::Row& row) { return row.real(0); }));
  if (!weight) {
    return Error(Code::kPermission, "the agent is not in the electorate of this proposal", "only those named when it was made may vote");
  }
  WAGGLE_ASSIGN_OR_RETURN(const auto voted, writing.sql.query_integer("SELECT 1 FROM consensus WHERE proposal_id = ?1 AND agent_id = ?2",
                                                                      {vote.proposal_id, vote.agent_id}));
  if (voted != 0) {
    return Error(Code::kAlreadyExists, "the agent has voted on this proposal", "a vote stands once cast");
  }
  return *weight;
}

Result<Proposal> cast(Writing& writing, const Vote& vote) {
  WAGGLE_ASSIGN_OR_RETURN(StoredProposal stored, stores::read_proposal(Reading(writing.sql, writing.now), vote.proposal_id));
  Proposal& proposal = stored.proposal;
  WAGGLE_ASSIGN_OR_RETURN(const double weight, check_voter(writing, vote, proposal));

  const std::string vote_id = writing.ids.next();
  WAGGLE_TRY(
      writing.sql.execute("INSERT INTO consensus(id, swarm_id, proposal_id, agent_id, vote, reasoning, created_at, weight)"
                          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                          {vote_id, proposal.swarm_id, proposal.id, vote.agent_id, to_string(vote.choice), vote.reasoning, writing.now, weight}));
  WAGGLE_TRY(writing.log(Entity::kVote, vote_id, "cast"));

  Count& count = stored.count;
  stores::add(count, {vote.choice, weight});
  proposal.tally = stores::tally_of(count);
  proposal.outcome = stores::decide(proposal.rule, count);
  if (proposal.outcome) {
    proposal.status = ProposalStatus::kDecided;
    proposal.decided_at = writing.now;
  }
  const auto outcome = proposal.outcome ? std::optional(to_string(*proposal.outcome)) : std::nullopt;
  WAGGLE_TRY(writing.sql.execute("UPDATE proposals SET votes = ?2, approvals = ?3, approve = ?4, reject = ?5, abstain = ?6, status = ?7,"
                                 " outcome = ?8, decided_at = ?9 WHERE id = ?1",
                                 {proposal.id, count.votes, count.approvals, count.approve, count.reject, count.abstain, to_string(proposal.status),
                                  outcome, proposal.decided_at}));
  if (proposal.outcome) WAGGLE_TRY(writing.log(Entity::kProposal, proposal.id, "decide"));
  return std::move(proposal);
}

}  // namespace

Result<Proposal> ConsensusStore::propose(const NewProposal& proposal) {
  WAGGLE_TRY(base::check_name("proposer", proposal.proposer, kNameBytesMax));
  WAGGLE_TRY(base::check_name("topic of a proposal", proposal.topic, kNameBytesMax));
  WAGGLE_ASSIGN_OR_RETURN(const Count count, check_electorate(proposal.electorate));
  WAGGLE_TRY(stores::check_rule(proposal.rule, count.electors));
  if (proposal.deadline && (*proposal.deadline <= Duration::zero() || *proposal.deadline > kDeadlineMax)) {
    return Error(Code::kInvalidArgument, "the deadline of a proposal must be in the future, by 100 years at most");
  }
  WAGGLE_ASSIGN_OR_RETURN(const std::string payload, stores::checked_document("the payload of a proposal", proposal.payload));

  return scope_->write([&](Writing& writing) -> Result<Proposal> {
    StoredProposal stored{.proposal = {.id = writing.ids.next(),
                                       .swarm_id = proposal.swarm_id,
                                       .proposer = proposal.proposer,
                                       .topic = proposal.topic,
                                       .payload = Json(payload),
                                       .rule = proposal.rule,
                                       .electorate = proposal.electorate,
                                       .tally = stores::tally_of(count),
                                       .created_at = writing.now},
                          .count = count,
                          .on_deadline = proposal.on_deadline};
    if (proposal.deadline) stored.proposal.deadline = writing.now + *proposal.deadline;
    WAGGLE_TRY(insert_proposal(writing, proposal, stored));
    return std::move(stored.proposal);
  });
}

Result<Proposal> ConsensusStore::vote(const Vote& vote) {
  WAGGLE_TRY(base::check_name("voter", vote.agent_id, kNameBytesMax));
  WAGGLE_TRY(base::check_text("reasoning of a vote", vote.reasoning, stores::kTextBytesMax));
  return scope_->write([&](Writing& writing) { return cast(writing, vote); });
}

Result<Proposal> ConsensusStore::get(std::string_view id) {
  return scope_->read([&](Reading& reading) -> Result<Proposal> {
    WAGGLE_ASSIGN_OR_RETURN(StoredProposal stored, stores::read_proposal(reading, id));
    return std::move(stored.proposal);
  });
}

Result<std::vector<Vote>> ConsensusStore::votes(std::string_view id) {
  return scope_->read([&](Reading& reading) -> Result<std::vector<Vote>> {
    WAGGLE_TRY(stores::read_proposal(reading, id));
    const auto decode = [](const sql::Row& row) -> Result<Vote> {
      const auto choice = parse_vote_choice(row.text(2));
      if (!choice) return Error(Code::kCorruption, "a stored vote holds a choice that Waggle does not know", "run `waggle check`");
      return Vote{.proposal_id = row.string(0), .agent_id = row.string(1), .choice = *choice, .reasoning = row.string(3)};
    };
    return reading.sql.query_all("SELECT proposal_id, agent_id, vote, reasoning FROM consensus WHERE proposal_id = ?1 ORDER BY rowid", {id}, decode);
  });
}

Result<Page<Proposal>> ConsensusStore::list(const ProposalFilter& filter, const PageRequest& page) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Position start, stores::page_start(kProposalList, page));
  return scope_->read([&](Reading& reading) -> Result<Page<Proposal>> {
    WAGGLE_ASSIGN_OR_RETURN(auto found, stores::read_proposals(reading, filter, {.start = start, .limit = page.limit + 1}));
    return stores::make_page(kProposalList, page, std::move(found));
  });
}

Result<Proposal> ConsensusStore::wait(std::string_view id, Duration timeout) {
  if (scope_->is_bound()) return Error(Code::kInvalidArgument, "a transaction cannot wait for a decision", "wait outside of it");
  const auto deadline = base::Deadline::after(timeout, scope_->stop());
  for (;;) {
    const sql::Version seen = scope_->executor().version();  // before the read: a vote that comes in between wakes the wait below
    WAGGLE_ASSIGN_OR_RETURN(Proposal proposal, get(id));
    if (proposal.status == ProposalStatus::kDecided) return proposal;
    if (deadline.passed()) return deadline.error("the proposal to be decided", "wait longer, or look again with `waggle vote get`");
    WAGGLE_TRY(scope_->executor().wait_for_change(seen, scope_->next_look(deadline, proposal.deadline)));
  }
}

}  // namespace waggle
