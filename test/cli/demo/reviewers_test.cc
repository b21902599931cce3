// reviewers_test.cc: each reviewer judges by its own rule.

#include "cli/demo/reviewers.h"

#include <gtest/gtest.h>

#include <set>

namespace waggle::cli::demo {
namespace {

TEST(DemoReviewers, StylesDiffer) {
  const CopyleftSigns named_only{.named = 1};
  EXPECT_EQ(judge(Style::kByName, named_only).choice, VoteChoice::kApprove);
  EXPECT_EQ(judge(Style::kByGrant, named_only).choice, VoteChoice::kReject);
  EXPECT_EQ(judge(Style::kBySource, named_only).choice, VoteChoice::kReject);
  EXPECT_EQ(judge(Style::kCautious, named_only).choice, VoteChoice::kAbstain);
}

TEST(DemoReviewers, ClearCasesAreAgreedOn) {
  for (const Style style : {Style::kByName, Style::kByGrant, Style::kBySource, Style::kCautious}) {
    EXPECT_EQ(judge(style, {.same_licence = 9, .source_duties = 9, .named = 1}).choice, VoteChoice::kApprove) << to_string(style);
    EXPECT_EQ(judge(style, {}).choice, VoteChoice::kReject) << to_string(style);
    EXPECT_FALSE(judge(style, {}).reasoning.empty());
  }
}

TEST(DemoReviewers, FewMentionsAreTooLittleToTell) {
  EXPECT_EQ(judge(Style::kByGrant, {.same_licence = 2}).choice, VoteChoice::kAbstain);
  EXPECT_EQ(judge(Style::kByGrant, {.same_licence = 3}).choice, VoteChoice::kApprove);
}

TEST(DemoReviewers, StyleNamesAreReadBack) {
  for (std::size_t i = 0; i < kStyleCount; ++i) {
    const auto style = static_cast<Style>(i);
    EXPECT_EQ(parse_style(to_string(style)), style);
  }
  EXPECT_EQ(parse_style("by_coin"), std::nullopt);
}

TEST(DemoReviewers, EveryKindOfRuleHasItsTurnAndFitsTheElectorate) {
  for (const std::size_t electors : {1U, 2U, 7U}) {
    std::set<VotingRule::Kind> kinds;
    for (std::size_t n = 0; n < 5; ++n) {
      const VotingRule rule = rule_of_proposal(n, electors);
      kinds.insert(rule.kind);
      if (rule.kind == VotingRule::Kind::kQuorum) {
        EXPECT_GE(rule.quorum, 1);
        EXPECT_LE(rule.quorum, static_cast<std::int64_t>(electors));
      }
    }
    EXPECT_EQ(kinds.size(), 5U);
  }
}

}  // namespace
}  // namespace waggle::cli::demo
