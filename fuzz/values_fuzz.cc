// values_fuzz.cc: the text of an argument becomes a value or an error, never anything else; and what is shown of any text is safe to print.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "cli/text.h"
#include "cli/values.h"

namespace {

// What is refused must not be repeated: it may be a secret.
template <typename T>
void check(std::string_view text) {
  T value{};
  waggle::cli::read_value(text, value).has_value();
  const waggle::Status read = waggle::cli::read_value("hush" + std::string(text), value);
  if (!read) WAGGLE_ASSERT(read.error().describe().find("hush") == std::string::npos);
}

void check_rule(std::string_view text) {
  waggle::VotingRule rule;
  if (!waggle::cli::read_value(text, rule)) return;
  const auto again = waggle::VotingRule::parse(rule.to_string());
  WAGGLE_ASSERT(again && again->kind == rule.kind && again->quorum == rule.quorum);
  WAGGLE_ASSERT(again->fraction == rule.fraction || (std::isnan(again->fraction) && std::isnan(rule.fraction)));
}

void check_shown(std::string_view text) {
  const std::string shown = waggle::cli::printable(text);
  WAGGLE_ASSERT(waggle::base::is_utf8(shown));
  for (const char c : shown) WAGGLE_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  WAGGLE_ASSERT(waggle::cli::printable(shown).size() >= shown.size());
  const std::string cut = waggle::cli::ellipsize(shown, 10);
  WAGGLE_ASSERT(waggle::base::is_utf8(cut) && waggle::cli::display_width(cut) <= 10);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace waggle;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<std::int64_t>(text);
  check<int>(text);
  check<cli::When>(text);
  check<Topology>(text);
  check<TaskStatus>(text);
  check<VoteChoice>(text);
  check<ProposalStatus>(text);
  check<OnDeadline>(text);
  check<Elector>(text);
  check<Entity>(text);
  check<VotingRule>(text);
  check<cli::SqlParameter>(text);
  check<cli::Format>(text);
  check_rule(text);
  check_shown(text);
  return 0;
}
