// recall_query.cc: see recall_query.h.

#include "stores/recall_query.h"

namespace waggle::stores {

Result<vector::TextQuery> query_of(std::string_view text, QuerySyntax syntax, LastWord last, const sql::Words& words) {
  using vector::TextQuery;
  const bool is_prefix = last == LastWord::kPrefix;
  if (syntax == QuerySyntax::kWords) return TextQuery::of(text, is_prefix ? TextQuery::LastWord::kPrefix : TextQuery::LastWord::kWhole, words);
  if (text.empty()) return TextQuery{};
  if (is_prefix) return Error(Code::kInvalidArgument, "the last word of an expression is no prefix by itself", "write a * after it");
  return TextQuery::of_expression(text, words);
}

}  // namespace waggle::stores
