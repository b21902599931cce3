// snippet.h: the part of a text that shows best why it was found.

#ifndef WAGGLE_VECTOR_SNIPPET_H
#define WAGGLE_VECTOR_SNIPPET_H

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/words.h"
#include "vector/text_query.h"

namespace waggle::vector {

// About `bytes_max` bytes of the text, from the beginning of a word to the end of one, with as many different words of the query as can be, each of
// them in [brackets]. What was left out is shown by "..."; white space is made single. The beginning of the text when it has none of the words.
Result<std::string> snippet_of(std::string_view text, const TextQuery& query, const sql::Words& words, std::size_t bytes_max = 160);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_SNIPPET_H
