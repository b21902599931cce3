// reviewers.cc: see reviewers.h.

#include "cli/demo/reviewers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace waggle::cli::demo {
namespace {

constexpr std::array<std::pair<Style, std::string_view>, kStyleCount> kStyles = {
    {{Style::kByName, "by_name"}, {Style::kByGrant, "by_grant"}, {Style::kBySource, "by_source"}, {Style::kCautious, "cautious"}}};

// From so many on a phrase is a rule of the text and no mere mention.
constexpr std::int64_t kClear = 3;

Opinion approve(std::string reasoning) { return {VoteChoice::kApprove, std::move(reasoning)}; }
Opinion reject(std::string reasoning) { return {VoteChoice::kReject, std::move(reasoning)}; }
Opinion abstain(std::string reasoning) { return {VoteChoice::kAbstain, std::move(reasoning)}; }

std::string times(std::int64_t count) { return std::to_string(count) + (count == 1 ? " time" : " times"); }

Opinion judge_by_grant(const CopyleftSigns& signs) {
  const std::string found = "it passes on its own terms " + times(signs.same_licence);
  if (signs.same_licence >= kClear) return approve(found);
  return signs.same_licence == 0 ? reject(found) : abstain(found + ", which is too little to tell");
}

Opinion judge_cautiously(const CopyleftSigns& signs) {
  const int clear = (signs.named > 0 ? 1 : 0) + (signs.same_licence >= kClear ? 1 : 0) + (signs.source_duties >= kClear ? 1 : 0);
  const std::string found = std::to_string(clear) + " of 3 signs are clear";
  if (clear >= 2) return approve(found);
  return clear == 0 ? reject(found) : abstain(found);
}

}  // namespace

std::string_view to_string(Style style) {
  for (const auto& [known, name] : kStyles) {
    if (known == style) return name;
  }
  return "unknown";
}

std::optional<Style> parse_style(std::string_view name) {
  for (const auto& [style, known] : kStyles) {
    if (known == name) return style;
  }
  return std::nullopt;
}

Opinion judge(Style style, const CopyleftSigns& signs) {
  switch (style) {
    case Style::kByName:
      return signs.named > 0 ? approve("it calls itself so") : reject("nothing in it bears the name");
    case Style::kByGrant:
      return judge_by_grant(signs);
    case Style::kBySource: {
      const std::string found = "it asks for the source " + times(signs.source_duties);
      return signs.source_duties >= kClear ? approve(found) : reject(found);
    }
    case Style::kCautious:
      return judge_cautiously(signs);
  }
  return {};
}

VotingRule rule_of_proposal(std::size_t n, std::size_t electors) {
  using Kind = VotingRule::Kind;
  constexpr std::array<Kind, 5> kKinds = {Kind::kMajority, Kind::kTwoThirds, Kind::kQuorum, Kind::kWeighted, Kind::kUnanimous};
  VotingRule rule{.kind = kKinds[n % kKinds.size()]};
  if (rule.kind == Kind::kQuorum) rule.quorum = static_cast<std::int64_t>(std::max<std::size_t>(1, electors / 2));
  if (rule.kind == Kind::kWeighted) rule.fraction = 0.6;
  return rule;
}

}  // namespace waggle::cli::demo
