// voting.h: the arithmetic of votes: what a rule makes of the votes so far. Pure functions, no database.
//
// Comparisons are exact when all weights are whole numbers whose sum is at most 2^53. Sums of other weights carry rounding errors of up to one unit
// in the last place for each elector; a sum that is that close to a rule's limit counts as lying on it. So 0.1 + 0.2 of 0.6 is exactly half.

#ifndef WAGGLE_STORES_VOTING_H
#define WAGGLE_STORES_VOTING_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "waggle/consensus.h"

namespace waggle::stores {

// The votes on one proposal so far: heads, and sums of weight.
struct Count {
  std::int64_t electors = 0;
  std::int64_t votes = 0;
  std::int64_t approvals = 0;  // approving voters
  double total = 0;            // weight of the electorate
  double approve = 0;
  double reject = 0;
  double abstain = 0;
};

// Counts one more vote.
struct Ballot {
  VoteChoice choice = VoteChoice::kAbstain;
  double weight = 0;
};
void add(Count& count, const Ballot& ballot);

// The sums as the public interface shows them. What is pending is never below zero, and zero when everybody has voted.
Tally tally_of(const Count& count);

// The outcome that no further vote can change; nullopt while one can.
std::optional<Outcome> decide(const VotingRule& rule, const Count& count);

// The outcome at a deadline that comes before the votes have decided.
Outcome decide_at_deadline(const VotingRule& rule, OnDeadline on_deadline, const Count& count);

// invalid_argument for a rule that an electorate of this many cannot meet, or whose number is out of its range.
Status check_rule(const VotingRule& rule, std::int64_t electors);

// How a rule is stored: its kind by name, and the number that goes with it (quorum or fraction), if any.
std::string_view rule_name(VotingRule::Kind kind);
std::optional<double> rule_threshold(const VotingRule& rule);
// The inverse; nullopt when no rule is stored so.
std::optional<VotingRule> stored_rule(std::string_view name, std::optional<double> threshold);

std::string_view to_string(OnDeadline on_deadline);
std::optional<Outcome> parse_outcome(std::string_view name);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_VOTING_H
