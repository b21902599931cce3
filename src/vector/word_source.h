// word_source.h: whose words are searched: memory entries, or the contents of vectors. What differs between the two is here, all else is shared.

#ifndef WAGGLE_VECTOR_WORD_SOURCE_H
#define WAGGLE_VECTOR_WORD_SOURCE_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/executor.h"
#include "vector/word_tables.h"

namespace waggle::vector {

// What a part of the change log says.
struct WordChanges {
  std::vector<std::string> ids;      // of texts that are other than before, or gone; each once
  std::vector<std::int64_t> scopes;  // that are gone, with all of their texts
  bool is_complete = true;           // false: the log does not tell which texts they are
};

struct WordSource {
  std::string_view name;  // of its state in the file
  const WordStatements& statements;
  sql::Text count;          // of all rows
  sql::Text rows_after;     // whose id is beyond ?1, in the order of ids, at most ?2
  sql::Text row;            // of the id ?1
  sql::Text rows_of_scope;  // ?1
  // A row of the last three as a text.
  Result<WordText> (*read)(const sql::Row& row);
  // What has changed after `change`.
  Result<WordChanges> (*changes)(sql::Reader& main, std::int64_t change);
};

// Memory entries: their text is that of memory_text.h, ids are theirs, and all of them are one scope, 0.
extern const WordSource kMemoryWords;
// Vectors: their text is the content, the id is id_of_vector of the row's seq, and a scope is a collection's seq.
extern const WordSource kVectorWords;

// As text that sorts as the numbers do.
std::string id_of_vector(std::int64_t seq);
std::int64_t vector_of_id(std::string_view id);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_WORD_SOURCE_H
