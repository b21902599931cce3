// word_tables.cc: see word_tables.h.

#include "vector/word_tables.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace waggle::vector {
namespace {

// Documents of a scope have the numbers first_of(scope) + 1 to last_of(scope).
constexpr int kScopeBits = 32;
constexpr std::int64_t first_of(std::int64_t scope) { return scope << kScopeBits; }
constexpr std::int64_t last_of(std::int64_t scope) { return first_of(scope + 1) - 1; }

}  // namespace

// A macro, because SQL is a literal and nothing but literals can be joined to one. KIND is a literal too.
#define WAGGLE_WORD_STATEMENTS(KIND)                                                                                                                 \
  {                                                                                                                                                  \
      .drop_words = "DROP TABLE IF EXISTS " KIND "_words",                                                                                           \
      .drop_documents = "DROP TABLE IF EXISTS " KIND "_documents",                                                                                   \
      .drop_sums = "DROP TABLE IF EXISTS " KIND "_sums",                                                                                             \
      .make_words = "CREATE VIRTUAL TABLE " KIND "_words USING fts5(text, content = '', contentless_delete = 1, prefix = '3',"                       \
                    " tokenize = 'unicode61 remove_diacritics 2')",                                                                                  \
      .make_documents = "CREATE TABLE " KIND "_documents(doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, agent_id TEXT, length INTEGER NOT NULL)", \
      .make_sums = "CREATE TABLE " KIND "_sums(scope INTEGER PRIMARY KEY, texts INTEGER NOT NULL, words INTEGER NOT NULL)",                          \
      .add_document = "INSERT INTO " KIND "_documents(doc, id, agent_id, length) VALUES((SELECT coalesce(max(doc), ?1) + 1 FROM " KIND "_documents"  \
                      " WHERE doc BETWEEN ?1 AND ?2), ?3, ?4, ?5)",                                                                                  \
      .add_words = "INSERT INTO " KIND "_words(rowid, text) VALUES(?1, ?2)",                                                                         \
      .find_document = "SELECT doc, length FROM " KIND "_documents WHERE id = ?1",                                                                   \
      .find_documents = "SELECT doc FROM " KIND "_documents WHERE doc BETWEEN ?1 AND ?2",                                                            \
      .remove_document = "DELETE FROM " KIND "_documents WHERE doc = ?1",                                                                            \
      .remove_words = "DELETE FROM " KIND "_words WHERE rowid = ?1",                                                                                 \
      .add_to_sum = "INSERT INTO " KIND "_sums(scope, texts, words) VALUES(?1, ?2, ?3)"                                                              \
                    " ON CONFLICT(scope) DO UPDATE SET texts = texts + ?2, words = words + ?3",                                                      \
      .remove_sum = "DELETE FROM " KIND "_sums WHERE scope = ?1",                                                                                    \
      .find_sum = "SELECT texts, words FROM " KIND "_sums WHERE scope = ?1",                                                                         \
      .search = "SELECT d.id, waggle_bm25(" KIND "_words, ?3, ?4, ?5, ?6) AS score FROM " KIND "_words JOIN " KIND "_documents d"                    \
                " ON d.doc = " KIND "_words.rowid WHERE " KIND "_words MATCH ?1 AND " KIND "_words.rowid BETWEEN ?5 AND ?6"                          \
                " AND (?2 IS NULL OR d.agent_id = ?2) ORDER BY score DESC, d.id",                                                                    \
  }

const WordStatements kMemoryWordStatements = WAGGLE_WORD_STATEMENTS("memory");
const WordStatements kVectorWordStatements = WAGGLE_WORD_STATEMENTS("vector");

Status WordWriter::make() {
  WAGGLE_TRY(file_.execute(sql_.drop_words, {}));
  WAGGLE_TRY(file_.execute(sql_.drop_documents, {}));
  WAGGLE_TRY(file_.execute(sql_.drop_sums, {}));
  WAGGLE_TRY(file_.execute(sql_.make_words, {}));
  WAGGLE_TRY(file_.execute(sql_.make_documents, {}));
  WAGGLE_TRY(file_.execute(sql_.make_sums, {}));
  return {};
}

Status WordWriter::put(const WordText& text) {
  std::int64_t length = 0;
  WAGGLE_TRY(words_.split(text.text, [&](const sql::Word&) { ++length; }));
  WAGGLE_ASSIGN_OR_RETURN(const sql::Writer::Outcome made,
                          file_.execute(sql_.add_document, {first_of(text.scope), last_of(text.scope), text.id, text.agent_id, length}));
  WAGGLE_TRY(file_.execute(sql_.add_words, {made.last_insert_rowid, text.text}));
  Sum& sum = changed_[text.scope];
  ++sum.texts;
  sum.words += length;
  return {};
}

Status WordWriter::remove(std::string_view id) {
  std::int64_t doc = 0;
  std::int64_t length = 0;
  WAGGLE_TRY(file_.query(sql_.find_document, {id}, [&](const sql::Row& row) -> Status {
    doc = row.integer(0);
    length = row.integer(1);
    return {};
  }));
  if (doc == 0) return {};
  WAGGLE_TRY(file_.execute(sql_.remove_words, {doc}));
  WAGGLE_TRY(file_.execute(sql_.remove_document, {doc}));
  Sum& sum = changed_[doc >> kScopeBits];
  --sum.texts;
  sum.words -= length;
  return {};
}

Status WordWriter::remove_scope(std::int64_t scope) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::int64_t> docs, file_.query_all(sql_.find_documents, {first_of(scope), last_of(scope)},
                                                                                [](const sql::Row& row) { return row.integer(0); }));
  for (const std::int64_t doc : docs) {
    WAGGLE_TRY(file_.execute(sql_.remove_words, {doc}));
    WAGGLE_TRY(file_.execute(sql_.remove_document, {doc}));
  }
  WAGGLE_TRY(file_.execute(sql_.remove_sum, {scope}));
  changed_.erase(scope);
  return {};
}

Status WordWriter::end() {
  for (const auto& [scope, sum] : std::exchange(changed_, {})) WAGGLE_TRY(file_.execute(sql_.add_to_sum, {scope, sum.texts, sum.words}));
  return {};
}

Status search_words(sql::Reader& file, const WordStatements& statements, const WordSearch& search, WordSink sink) {
  std::int64_t texts = 0;
  std::int64_t words = 0;
  WAGGLE_TRY(file.query(statements.find_sum, {search.scope}, [&](const sql::Row& row) -> Status {
    texts = row.integer(0);
    words = row.integer(1);
    return {};
  }));
  if (texts <= 0) return {};
  const double mean_length = static_cast<double>(words) / static_cast<double>(texts);
  bool is_enough = false;
  const Status done =
      file.query(statements.search, {search.expression, search.agent_id, texts, mean_length, first_of(search.scope), last_of(search.scope)},
                 [&](const sql::Row& row) -> Status {
                   WAGGLE_ASSIGN_OR_RETURN(const WordNext next, sink(row.text(0), row.real(1)));
                   is_enough = next == WordNext::kEnough;
                   return is_enough ? Status(Error(Code::kCancelled, "the search has enough")) : Status();
                 });
  return is_enough ? Status() : done;
}

}  // namespace waggle::vector
