// words.h: what a word is. Full-text search compares words, so whoever searches or shows what was found has to cut texts as its index does.

#ifndef WAGGLE_SQL_WORDS_H
#define WAGGLE_SQL_WORDS_H

#include <cstddef>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"

namespace waggle::sql {

// A word of a text: folded, without case and without marks on letters, and the bytes begin to end of the text that it stands in.
struct Word {
  std::string_view folded;
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Words {
 public:
  virtual ~Words() = default;

  // Calls `visit` for each word of the text, in its order. `folded` is valid during the call. Thread-safe.
  virtual Status split(std::string_view text, base::FunctionRef<void(const Word&)> visit) const = 0;

  // Is this an expression of FTS5, as a search of its tables takes it? invalid_argument with FTS5's message otherwise. Thread-safe.
  virtual Status check_expression(std::string_view expression) const = 0;
};

}  // namespace waggle::sql

#endif  // WAGGLE_SQL_WORDS_H
