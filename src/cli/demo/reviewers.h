// reviewers.h: how the workers vote. Each judges "is this licence copyleft?" by a rule of its own, so that votes differ and rules of voting matter.

#ifndef WAGGLE_CLI_DEMO_REVIEWERS_H
#define WAGGLE_CLI_DEMO_REVIEWERS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/demo/extract.h"
#include "waggle/consensus.h"

namespace waggle::cli::demo {

enum class Style : std::uint8_t {
  kByName,    // believes the title
  kByGrant,   // looks for copies that must go under the same licence
  kBySource,  // looks for a duty to give out the source
  kCautious,  // wants two signs of three, and abstains on one
};
inline constexpr std::size_t kStyleCount = 4;
std::string_view to_string(Style style);
std::optional<Style> parse_style(std::string_view name);

struct Opinion {
  VoteChoice choice = VoteChoice::kAbstain;
  std::string reasoning;
};
Opinion judge(Style style, const CopyleftSigns& signs);

// The rule of the n-th proposal, from 0: each kind in turn. `electors` is at least 1.
VotingRule rule_of_proposal(std::size_t n, std::size_t electors);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_REVIEWERS_H
