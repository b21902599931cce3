// text_expression.h: the phrases of an expression of FTS5. Whether it is one, FTS5 says (sql/words.h); here is read what it looks for, to show it.

#ifndef WAGGLE_VECTOR_TEXT_EXPRESSION_H
#define WAGGLE_VECTOR_TEXT_EXPRESSION_H

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waggle::vector {

struct ExpressionPhrase {
  std::string text;        // without its quotes
  bool is_prefix = false;  // its last word stands for every word that begins so
};

// The phrases, in their order, also those that NOT is before. invalid_argument for what FTS5 takes and a search here does not: a column, of which
// there is one only, and a special query ("*reads").
Result<std::vector<ExpressionPhrase>> phrases_of(std::string_view expression);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_TEXT_EXPRESSION_H
