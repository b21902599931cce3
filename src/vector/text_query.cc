// text_query.cc: see text_query.h.

#include "vector/text_query.h"

#include <algorithm>
#include <utility>

#include "vector/text_expression.h"

namespace waggle::vector {
namespace {

Error too_many_words() {
  return {Code::kInvalidArgument, "a query has more than " + std::to_string(TextQuery::kWordsMax) + " different words", "ask with a part of it"};
}

Status check_syntax(std::string_view expression, const sql::Words& words) {
  const Status checked = words.check_expression(expression);
  if (checked || checked.error().code() != Code::kInvalidArgument) return checked;
  return Error(Code::kInvalidArgument, checked.error().message() + ", in the query: " + std::string(expression),
               "see the full-text query syntax of SQLite's FTS5; a phrase stands in double quotes");
}

}  // namespace

Result<TextQuery> TextQuery::of(std::string_view text, LastWord last, const sql::Words& words) {
  TextQuery query;
  std::string last_word;
  bool is_too_long = false;
  WAGGLE_TRY(words.split(text, [&](const sql::Word& word) {
    last_word = word.folded;
    const bool is_there = std::any_of(query.words.begin(), query.words.end(), [&](const QueryWord& each) { return each.folded == word.folded; });
    if (is_there || is_too_long) return;
    is_too_long = query.words.size() == kWordsMax;
    if (!is_too_long) query.words.push_back({.folded = last_word});
  }));
  if (is_too_long) return too_many_words();
  if (last == LastWord::kPrefix) {
    for (QueryWord& word : query.words) word.is_prefix = word.folded == last_word;
  }
  return query;
}

Result<TextQuery> TextQuery::of_expression(std::string_view expression, const sql::Words& words) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<ExpressionPhrase> phrases, phrases_of(expression));
  WAGGLE_TRY(check_syntax(expression, words));
  TextQuery query{.words = {}, .fts5 = std::string(expression)};
  for (const ExpressionPhrase& phrase : phrases) {
    std::vector<QueryWord> own;
    WAGGLE_TRY(words.split(phrase.text, [&](const sql::Word& word) { own.push_back({.folded = std::string(word.folded)}); }));
    if (!own.empty()) own.back().is_prefix = phrase.is_prefix;
    for (QueryWord& word : own) {
      if (std::find(query.words.begin(), query.words.end(), word) == query.words.end()) query.words.push_back(std::move(word));
      if (query.words.size() > kWordsMax) return too_many_words();
    }
  }
  return query;
}

std::string TextQuery::expression() const {
  if (fts5) return *fts5;
  std::string text;
  for (const QueryWord& word : words) {
    if (!text.empty()) text += " OR ";
    text += '"';
    for (const char letter : word.folded) text.append(letter == '"' ? 2 : 1, letter);
    text += word.is_prefix ? "\" *" : "\"";
  }
  return text;
}

std::optional<std::size_t> TextQuery::find(std::string_view folded) const {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const QueryWord& word = words[i];
    if (word.is_prefix ? folded.starts_with(word.folded) : folded == word.folded) return i;
  }
  return std::nullopt;
}

Result<double> TextQuery::coverage(std::string_view text, const sql::Words& splitter) const {
  if (fts5) return 1.0;
  std::vector<bool> is_there(words.size(), false);
  WAGGLE_TRY(splitter.split(text, [&](const sql::Word& word) {
    if (const auto found = find(word.folded)) is_there[*found] = true;
  }));
  if (words.empty()) return 0.0;
  return static_cast<double>(std::count(is_there.begin(), is_there.end(), true)) / static_cast<double>(words.size());
}

}  // namespace waggle::vector
