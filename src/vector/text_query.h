// text_query.h: what a search for words looks for.

#ifndef WAGGLE_VECTOR_TEXT_QUERY_H
#define WAGGLE_VECTOR_TEXT_QUERY_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/words.h"

namespace waggle::vector {

struct QueryWord {
  std::string folded;
  bool is_prefix = false;  // stands for every word that begins so

  friend bool operator==(const QueryWord&, const QueryWord&) = default;
};

// A text that has any of the words is found; where there is an expression of FTS5, what that says.
struct TextQuery {
  static constexpr std::size_t kWordsMax = 1'000;

  std::vector<QueryWord> words;          // different ones; of an expression those that it names
  std::optional<std::string> fts5 = {};  // the expression, where the query is one

  // The words of a text that somebody asks with. None of it is syntax. invalid_argument for more than kWordsMax different words.
  enum class LastWord : std::uint8_t { kWhole, kPrefix };
  static Result<TextQuery> of(std::string_view text, LastWord last, const sql::Words& words);

  // The query that an expression of FTS5 is. invalid_argument with FTS5's message and the query for what is none, and for one that names a column.
  static Result<TextQuery> of_expression(std::string_view expression, const sql::Words& words);

  // As an expression of FTS5; of words each is quoted. Not of a query without words.
  std::string expression() const;
  // The place in `words` of a word, or of the prefix that stands for it; nullopt when it is not asked for.
  std::optional<std::size_t> find(std::string_view folded) const;
  // Which share of the query's words the text has, 0 to 1. What an expression finds has all that was asked: 1.
  Result<double> coverage(std::string_view text, const sql::Words& splitter) const;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_TEXT_QUERY_H
