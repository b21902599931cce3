// voting.cc: see voting.h.

#include "stores/voting.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include "stores/names.h"

namespace waggle {
namespace {

using stores::name_of;
using stores::Names;
using stores::value_of;

constexpr Names<VotingRule::Kind, 5> kRuleNames = {{{VotingRule::Kind::kMajority, "majority"},
                                                    {VotingRule::Kind::kTwoThirds, "two_thirds"},
                                                    {VotingRule::Kind::kUnanimous, "unanimous"},
                                                    {VotingRule::Kind::kQuorum, "quorum"},
                                                    {VotingRule::Kind::kWeighted, "weighted"}}};
constexpr Names<VoteChoice, 3> kChoiceNames = {
    {{VoteChoice::kApprove, "approve"}, {VoteChoice::kReject, "reject"}, {VoteChoice::kAbstain, "abstain"}}};
constexpr Names<ProposalStatus, 2> kStatusNames = {{{ProposalStatus::kOpen, "open"}, {ProposalStatus::kDecided, "decided"}}};
constexpr Names<Outcome, 2> kOutcomeNames = {{{Outcome::kApproved, "approved"}, {Outcome::kRejected, "rejected"}}};
constexpr Names<OnDeadline, 3> kOnDeadlineNames = {
    {{OnDeadline::kReject, "reject"}, {OnDeadline::kApprove, "approve"}, {OnDeadline::kTally, "tally"}}};

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Error unknown_rule() {
  return Error(Code::kInvalidArgument, "this is no voting rule",
               "use majority, two_thirds, unanimous, quorum:N with N of 1 or more, or weighted:F with F above 0 and at most 1");
}

}  // namespace

std::string_view to_string(VoteChoice choice) { return name_of(kChoiceNames, choice); }
std::string_view to_string(ProposalStatus status) { return name_of(kStatusNames, status); }
std::string_view to_string(Outcome outcome) { return name_of(kOutcomeNames, outcome); }
std::optional<VoteChoice> parse_vote_choice(std::string_view name) { return value_of(kChoiceNames, name); }
std::optional<ProposalStatus> parse_proposal_status(std::string_view name) { return value_of(kStatusNames, name); }
std::optional<OnDeadline> parse_on_deadline(std::string_view name) { return value_of(kOnDeadlineNames, name); }

std::string VotingRule::to_string() const {
  std::string text(name_of(kRuleNames, kind));
  if (kind == Kind::kQuorum) return text + ":" + std::to_string(quorum);
  if (kind != Kind::kWeighted) return text;
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), fraction);  // the shortest that reads back the same
  return text + ":" + std::string(digits.data(), written.ptr);
}

Result<VotingRule> VotingRule::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto kind = value_of(kRuleNames, text.substr(0, colon));
  if (!kind) return unknown_rule();
  VotingRule rule{.kind = *kind};
  const bool has_number = colon != std::string_view::npos;
  if (has_number != (*kind == Kind::kQuorum || *kind == Kind::kWeighted)) return unknown_rule();
  if (*kind == Kind::kQuorum) {
    const auto quorum = parse_number<std::int64_t>(text.substr(colon + 1));
    if (!quorum || *quorum < 1) return unknown_rule();
    rule.quorum = *quorum;
  } else if (*kind == Kind::kWeighted) {
    const auto fraction = parse_number<double>(text.substr(colon + 1));
    if (!fraction || !(*fraction > 0 && *fraction <= 1)) return unknown_rule();
    rule.fraction = *fraction;
  }
  return rule;
}

namespace stores {
namespace {

constexpr double kWholeMax = 9007199254740992.0;  // 2^53: up to it every sum of whole numbers is exact, and three times it fits 64 bits

// What has been approved, or could be at best.
struct Approval {
  std::int64_t voters = 0;
  double weight = 0;
};

// Is weight above (or, with kAt, at least at) the fraction numerator / denominator of total?
enum class Limit : std::uint8_t { kAbove, kAt };
struct Share {
  std::int64_t numerator;
  std::int64_t denominator;
};

bool is_whole(double weight) { return weight <= kWholeMax && std::floor(weight) == weight; }

double tolerance(const Count& count) { return std::numeric_limits<double>::epsilon() * static_cast<double>(count.electors + 4); }

bool reaches(const Approval& approval, const Count& count, Share share, Limit limit) {
  if (is_whole(approval.weight) && is_whole(count.total)) {
    const std::int64_t part = share.denominator * static_cast<std::int64_t>(approval.weight);
    const std::int64_t needed = share.numerator * static_cast<std::int64_t>(count.total);
    return limit == Limit::kAt ? part >= needed : part > needed;
  }
  // Divided, not multiplied: weights may be near the largest double.
  const double needed = count.total / static_cast<double>(share.denominator) * static_cast<double>(share.numerator);
  const double slack = needed * tolerance(count);
  return limit == Limit::kAt ? approval.weight >= needed - slack : approval.weight > needed + slack;
}

bool meets(const VotingRule& rule, const Count& count, const Approval& approval) {
  if (approval.voters == 0) return false;  // an approval needs an approver, however small the fraction
  switch (rule.kind) {
    case VotingRule::Kind::kMajority:
      return reaches(approval, count, {1, 2}, Limit::kAbove);
    case VotingRule::Kind::kTwoThirds:
      return reaches(approval, count, {2, 3}, Limit::kAt);
    case VotingRule::Kind::kUnanimous:
      return approval.voters == count.electors;  // weights are above 0: all voters hold all of it
    case VotingRule::Kind::kQuorum:
      return approval.voters >= rule.quorum;
    case VotingRule::Kind::kWeighted: {
      const double needed = rule.fraction * count.total;
      // A fraction such as 0.07 is no binary number: whole weights too need the few units in the last place that its product is off.
      const double slack =
          needed * (is_whole(approval.weight) && is_whole(count.total) ? 4 * std::numeric_limits<double>::epsilon() : tolerance(count));
      return approval.weight >= needed - slack;
    }
  }
  return false;
}

}  // namespace

void add(Count& count, const Ballot& ballot) {
  ++count.votes;
  switch (ballot.choice) {
    case VoteChoice::kApprove:
      ++count.approvals;
      count.approve += ballot.weight;
      break;
    case VoteChoice::kReject:
      count.reject += ballot.weight;
      break;
    case VoteChoice::kAbstain:
      count.abstain += ballot.weight;
      break;
  }
}

Tally tally_of(const Count& count) {
  Tally tally{.approve = count.approve, .reject = count.reject, .abstain = count.abstain};
  if (count.votes < count.electors) tally.pending = std::max(0.0, count.total - count.approve - count.reject - count.abstain);
  return tally;
}

std::optional<Outcome> decide(const VotingRule& rule, const Count& count) {
  const Approval now{count.approvals, count.approve};
  if (meets(rule, count, now)) return Outcome::kApproved;
  // Further votes can only add to what is approved, so the best case tells whether they still can change anything.
  const Approval best{count.approvals + count.electors - count.votes, count.total - count.reject - count.abstain};
  if (count.votes == count.electors || !meets(rule, count, best)) return Outcome::kRejected;
  return std::nullopt;
}

Outcome decide_at_deadline(const VotingRule& rule, OnDeadline on_deadline, const Count& count) {
  switch (on_deadline) {
    case OnDeadline::kReject:
      return Outcome::kRejected;
    case OnDeadline::kApprove:
      return Outcome::kApproved;
    case OnDeadline::kTally:
      break;
  }
  return meets(rule, count, {count.approvals, count.approve}) ? Outcome::kApproved : Outcome::kRejected;
}

Status check_rule(const VotingRule& rule, std::int64_t electors) {
  if (rule.kind == VotingRule::Kind::kQuorum && (rule.quorum < 1 || rule.quorum > electors)) {
    return Error(Code::kInvalidArgument, "a quorum of " + std::to_string(rule.quorum) + " cannot be met by " + std::to_string(electors) + " electors",
                 "ask for 1 to " + std::to_string(electors) + " approvals");
  }
  if (rule.kind == VotingRule::Kind::kWeighted && !(rule.fraction > 0 && rule.fraction <= 1)) {
    return Error(Code::kInvalidArgument, "the fraction of a weighted rule must be above 0 and at most 1");
  }
  return {};
}

std::string_view rule_name(VotingRule::Kind kind) { return name_of(kRuleNames, kind); }

std::optional<double> rule_threshold(const VotingRule& rule) {
  if (rule.kind == VotingRule::Kind::kQuorum) return static_cast<double>(rule.quorum);
  if (rule.kind == VotingRule::Kind::kWeighted) return rule.fraction;
  return std::nullopt;
}

std::optional<VotingRule> stored_rule(std::string_view name, std::optional<double> threshold) {
  const auto kind = value_of(kRuleNames, name);
  if (!kind) return std::nullopt;
  VotingRule rule{.kind = *kind};
  if (rule_threshold(rule).has_value() != threshold.has_value()) return std::nullopt;
  if (*kind == VotingRule::Kind::kQuorum) {
    if (!(*threshold >= 1 && *threshold <= kWholeMax)) return std::nullopt;
    rule.quorum = static_cast<std::int64_t>(*threshold);
  } else if (*kind == VotingRule::Kind::kWeighted) {
    rule.fraction = *threshold;
  }
  return rule;
}

std::string_view to_string(OnDeadline on_deadline) { return name_of(kOnDeadlineNames, on_deadline); }
std::optional<Outcome> parse_outcome(std::string_view name) { return value_of(kOutcomeNames, name); }

}  // namespace stores
}  // namespace waggle
