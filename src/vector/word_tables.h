// word_tables.h: the tables of a side file that know which texts have which words. One set of them for each kind of text (word_source.h):
//
//   K_documents(doc, id, agent_id, length)  the texts; doc is the number that the index knows them by, length is in words
//   K_words                                 FTS5 without content: the texts themselves are in the rows
//   K_sums(scope, texts, words)             how many texts a scope has, and how many words they have together
//
// A scope is what is searched as one: how rare a word is counts within it, and nowhere else. Its documents are numbered one after the other.

#ifndef WAGGLE_VECTOR_WORD_TABLES_H
#define WAGGLE_VECTOR_WORD_TABLES_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "sql/executor.h"
#include "sql/words.h"

namespace waggle::vector {

// The statements on one set of tables.
struct WordStatements {
  sql::Text drop_words;
  sql::Text drop_documents;
  sql::Text drop_sums;
  sql::Text make_words;
  sql::Text make_documents;
  sql::Text make_sums;
  sql::Text add_document;
  sql::Text add_words;
  sql::Text find_document;
  sql::Text find_documents;
  sql::Text remove_document;
  sql::Text remove_words;
  sql::Text add_to_sum;
  sql::Text remove_sum;
  sql::Text find_sum;
  sql::Text search;
};
extern const WordStatements kMemoryWordStatements;
extern const WordStatements kVectorWordStatements;

// A text with what searches ask of it.
struct WordText {
  std::string id;  // of equals the lower one is found first
  std::int64_t scope = 0;
  std::optional<std::string> agent_id;
  std::string text;
};

struct WordSearch {
  std::string expression;  // of FTS5; one that is valid
  std::int64_t scope = 0;
  std::optional<std::string> agent_id = {};  // only this agent's
};

enum class WordNext : std::uint8_t { kGoOn, kEnough };
// A text that was found: its id, and its score by BM25. Best first.
using WordSink = base::FunctionRef<Result<WordNext>(std::string_view id, double score)>;

// Writes the tables, in one transaction.
class WordWriter {
 public:
  WordWriter(sql::Writer& file, const WordStatements& statements, const sql::Words& words) : file_(file), sql_(statements), words_(words) {}

  // Makes the tables, empty.
  Status make();
  // Adds a text whose id is not there.
  Status put(const WordText& text);
  // Nothing happens where there is none.
  Status remove(std::string_view id);
  Status remove_scope(std::int64_t scope);
  // Once, after the last of them.
  Status end();

 private:
  struct Sum {
    std::int64_t texts = 0;
    std::int64_t words = 0;
  };

  sql::Writer& file_;
  const WordStatements& sql_;
  const sql::Words& words_;
  std::map<std::int64_t, Sum> changed_;  // by scope, what is to be added to its sums
};

// Gives the sink what the tables find, until it has enough. An error of the sink is the answer.
Status search_words(sql::Reader& file, const WordStatements& statements, const WordSearch& search, WordSink sink);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_WORD_TABLES_H
