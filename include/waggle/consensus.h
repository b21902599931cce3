// consensus.h: proposals and votes. A swarm's agents decide something together, each once, by a rule fixed at the beginning.
//
// Rules count weight over the whole electorate, not over those who voted. A proposal is decided by the vote after which no further vote can
// change its outcome; that vote and the outcome are one transaction. An abstention counts as neither for nor against.

#ifndef WAGGLE_CONSENSUS_H
#define WAGGLE_CONSENSUS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

namespace stores {
class Scope;
}

// What it takes to be approved; everything else is rejected.
struct VotingRule {
  enum class Kind : std::uint8_t {
    kMajority,   // more than half of the weight
    kTwoThirds,  // at least two thirds of the weight
    kUnanimous,  // all of the weight
    kQuorum,     // at least `quorum` approving voters, whatever their weight
    kWeighted,   // at least the fraction `fraction` of the weight
  };
  Kind kind = Kind::kMajority;
  std::int64_t quorum = 0;  // kQuorum: 1 to the number of electors
  double fraction = 0;      // kWeighted: above 0, at most 1

  // "majority", "two_thirds", "unanimous", "quorum:3", "weighted:0.6".
  std::string to_string() const;
  // The inverse; invalid_argument for anything else.
  static Result<VotingRule> parse(std::string_view text);
};

enum class VoteChoice : std::uint8_t { kApprove, kReject, kAbstain };
enum class ProposalStatus : std::uint8_t { kOpen, kDecided };
enum class Outcome : std::uint8_t { kApproved, kRejected };
// What a deadline decides when the votes have not.
enum class OnDeadline : std::uint8_t {
  kReject,
  kApprove,
  kTally,  // by the rule, counting those who did not vote as not approving
};
std::string_view to_string(VoteChoice choice);
std::string_view to_string(ProposalStatus status);
std::string_view to_string(Outcome outcome);
std::optional<VoteChoice> parse_vote_choice(std::string_view name);
std::optional<ProposalStatus> parse_proposal_status(std::string_view name);
std::optional<OnDeadline> parse_on_deadline(std::string_view name);

struct Elector {
  std::string agent_id;
  double weight = 1;  // finite and above 0; sums are exact for whole numbers up to 2^53
};

// Sums of weight.
struct Tally {
  double approve = 0;
  double reject = 0;
  double abstain = 0;
  double pending = 0;  // of those who have not voted
};

struct Proposal {
  std::string id;
  std::string swarm_id;
  std::string proposer;
  std::string topic;
  Json payload;
  VotingRule rule;
  std::vector<Elector> electorate;  // in the order given
  ProposalStatus status = ProposalStatus::kOpen;
  std::optional<Outcome> outcome;
  std::optional<Timestamp> deadline;
  std::optional<Timestamp> decided_at;  // when the deciding vote came, or the deadline
  Tally tally;
  Timestamp created_at;
};

struct NewProposal {
  std::string swarm_id;
  std::string proposer;
  std::string topic;
  Json payload = {};  // at most 16 MiB
  VotingRule rule;
  std::vector<Elector> electorate = {};   // 1 to 10,000 agents, each once; need not be registered
  std::optional<Duration> deadline = {};  // from now; absent: it stays open until votes decide
  OnDeadline on_deadline = OnDeadline::kReject;
};

struct Vote {
  std::string proposal_id;
  std::string agent_id;
  VoteChoice choice = VoteChoice::kAbstain;
  std::string reasoning;  // may be empty; at most 1 MiB
};

struct ProposalFilter {
  std::optional<std::string> swarm_id = {};
  std::optional<ProposalStatus> status = {};
};

// The proposals of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one durable transaction with its rows in the change log (entities "proposal" and "vote").
class ConsensusStore {
 public:
  explicit ConsensusStore(const stores::Scope& scope) : scope_(&scope) {}

  // not_found for an unknown swarm, conflict for a closed one, invalid_argument for a rule that the electorate cannot meet.
  Result<Proposal> propose(const NewProposal& proposal);

  // Casts a vote and answers the proposal after it. not_found for an unknown proposal, permission for an agent outside the electorate,
  // already_exists for a second vote of the same agent, conflict when the proposal is decided or its deadline has passed.
  Result<Proposal> vote(const Vote& vote);

  Result<Proposal> get(std::string_view id);
  // The votes cast on a proposal, oldest first.
  Result<std::vector<Vote>> votes(std::string_view id);
  // Newest first.
  Result<Page<Proposal>> list(const ProposalFilter& filter = {}, const PageRequest& page = {});

  // Waits until the proposal is decided, by a vote or by its deadline, and answers it; deadline when `timeout` ends before.
  // invalid_argument inside of a transaction, which must not wait.
  Result<Proposal> wait(std::string_view id, Duration timeout);

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_CONSENSUS_H
