// recall_query.h: the text that a recall or a search asks with, as the index is asked.

#ifndef WAGGLE_STORES_RECALL_QUERY_H
#define WAGGLE_STORES_RECALL_QUERY_H

#include <string_view>

#include "base/result.h"
#include "vector/text_query.h"
#include "waggle/vectors.h"

namespace waggle::stores {

enum class LastWord : std::uint8_t { kWhole, kPrefix };

// Nothing is looked for by an empty text. invalid_argument for an expression that is none, and for one whose last word is to be a prefix: it says so
// itself.
Result<vector::TextQuery> query_of(std::string_view text, QuerySyntax syntax, LastWord last, const sql::Words& words);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_RECALL_QUERY_H
