// text_query.cc: see text_query.h.

#include "vector/text_query.h"

#include <algorithm>

namespace waggle::vector {

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
  if (is_too_long) {
    return Error(Code::kInvalidArgument, "a query has more than " + std::to_string(kWordsMax) + " different words", "ask with a part of it");
  }
  if (last == LastWord::kPrefix) {
    for (QueryWord& word : query.words) word.is_prefix = word.folded == last_word;
  }
  return query;
}

std::string TextQuery::expression() const {
  std::string text;
  for (const QueryWord& word : words) {
    if (!text.empty()) text += " OR ";
    text += '"';
    for (const char letter : word.folded) text.append(letter == '"' ? 2 : 1, letter);
    text += word.is_prefix ? "\" *" : "\"";
  }
  return text;
}

bool TextQuery::asks_for(std::string_view folded) const {
  return std::any_of(words.begin(), words.end(),
                     [&](const QueryWord& word) { return word.is_prefix ? folded.starts_with(word.folded) : folded == word.folded; });
}

}  // namespace waggle::vector
