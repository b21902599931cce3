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
constexpr std::int64_t kPageSize = 500;

struct Candidate {
  Quote quote;
  int clarity = 0;
  double density = 0;  // tells between equally clear ones
};

// The clearer one; among equals in every respect the one whose text comes first by name.
bool is_better(const Candidate& a, const Candidate& b) {
  return std::tie(b.clarity, b.density, a.quote.file) < std::tie(a.clarity, a.density, b.quote.file);
}

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

double density(std::string_view text, std::string_view question) {
  const std::string small = lower(text);
  const std::string asked = lower(question);
  std::int64_t hits = 0;
  for (std::string_view rest = asked; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    // Six letters are enough of a word to find "disclaims" by "disclaimer".
    if (end > 3) hits += count_phrase(small, rest.substr(0, std::min<std::size_t>(end, 6)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto words = std::count(text.begin(), text.end(), ' ') + 1;
  // A very short passage is a heading: it counts as if it had twenty words.
  return 100.0 * static_cast<double>(hits) / static_cast<double>(std::max<std::int64_t>(words, 20));
}

Result<Answer> ask(const Session& session, std::string_view question) {
  Answer answer{.question = std::string(question)};
  std::map<std::string, Candidate> best;
  PageRequest request{.limit = kPageSize};
  do {
    WAGGLE_ASSIGN_OR_RETURN(const Page<MemoryEntry> page,
                            session.memory().query({.agent_id = std::string(kLibrary), .pattern = "[" + lower(question) + "]"}, request));
    for (const MemoryEntry& entry : page.items) {
      if (!std::string_view(entry.key).starts_with(kPassagePrefix)) continue;
      WAGGLE_ASSIGN_OR_RETURN(const Value value, base::parse_scalar(entry.value.text));
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) continue;
      ++answer.passages;
      Candidate candidate{quote_of(entry.key), clarity(question, *text), density(*text, question)};
      candidate.quote.text = shorten(*text, kQuoteBytesMax);
      const auto [present, is_first] = best.try_emplace(candidate.quote.file, candidate);
      if (!is_first && is_better(candidate, present->second)) present->second = std::move(candidate);
    }
    request.cursor = page.next.value_or("");
  } while (!request.cursor.empty());

  std::vector<Candidate> ranked;
  for (auto& [file, candidate] : best) ranked.push_back(std::move(candidate));
  std::sort(ranked.begin(), ranked.end(), is_better);
  if (ranked.size() > kQuotesMax) ranked.resize(kQuotesMax);
  for (Candidate& candidate : ranked) answer.quotes.push_back(std::move(candidate.quote));
  return answer;
}

}  // namespace waggle::cli::demo
