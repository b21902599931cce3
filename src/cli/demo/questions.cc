// questions.cc: see questions.h.

#include "cli/demo/questions.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "cli/demo/extract.h"
#include "cli/demo/protocol.h"

namespace waggle::cli::demo {
namespace {

constexpr std::size_t kQuotesMax = 3;
constexpr std::size_t kQuoteBytesMax = 240;

struct Candidate {
  Quote quote;
  int clarity = 0;
  std::size_t rank = 0;  // among what was recalled; tells between equally clear ones
};

// The clearer one; of equally clear ones that which fits the question best.
bool is_better(const Candidate& a, const Candidate& b) { return std::tie(b.clarity, a.rank) < std::tie(a.clarity, b.rank); }

// "passage/GPL-3/0042 [patent grant]": the file and the number.
Quote quote_of(std::string_view key) {
  Quote quote;
  key.remove_prefix(kPassagePrefix.size());
  const std::size_t slash = std::min(key.rfind('/', key.find(" [")), key.size() - 1);
  quote.file = key.substr(0, slash);
  const std::string_view number = key.substr(slash + 1);
  std::from_chars(number.data(), number.data() + number.size(), quote.paragraph);
  return quote;
}

}  // namespace

Result<Answer> ask(const Session& session, std::string_view question) {
  Answer answer{.question = std::string(question)};
  const std::string topic = "[" + lower(question) + "]";
  WAGGLE_ASSIGN_OR_RETURN(const RecallAnswer recalled,
                          session.memory().recall({.text = std::string(question), .agent_id = std::string(kLibrary), .k = Recall::kItemsMax}));
  std::map<std::string, Candidate> best;
  for (std::size_t rank = 0; rank < recalled.items.size(); ++rank) {
    const MemoryEntry& entry = recalled.items[rank].memory;
    if (!std::string_view(entry.key).starts_with(kPassagePrefix) || entry.key.find(topic) == std::string::npos) continue;
    WAGGLE_ASSIGN_OR_RETURN(const Value value, base::parse_scalar(entry.value.text));
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) continue;
    ++answer.passages;
    Candidate candidate{quote_of(entry.key), clarity(question, *text), rank};
    candidate.quote.text = shorten(*text, kQuoteBytesMax);
    const auto [present, is_first] = best.try_emplace(candidate.quote.file, candidate);
    if (!is_first && is_better(candidate, present->second)) present->second = std::move(candidate);
  }

  std::vector<Candidate> ranked;
  for (auto& [file, candidate] : best) ranked.push_back(std::move(candidate));
  std::sort(ranked.begin(), ranked.end(), is_better);
  if (ranked.size() > kQuotesMax) ranked.resize(kQuotesMax);
  for (Candidate& candidate : ranked) answer.quotes.push_back(std::move(candidate.quote));
  return answer;
}

}  // namespace waggle::cli::demo
