// sql_tables.h: collections as tables of SQL: SELECT id, distance FROM vec.NAME WHERE embedding MATCH :query AND k = 10.
//
// A table is made when a statement first names it, in a file beside the database, and brought to the statement's snapshot before each statement
// (table_follow.h). Where the file cannot be used now, the tables are made in memory for the one statement: slower, and the same answer.

#ifndef WAGGLE_VECTOR_SQL_TABLES_H
#define WAGGLE_VECTOR_SQL_TABLES_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/log.h"
#include "base/result.h"
#include "sql/vector_file.h"
#include "vector/table_follow.h"

namespace waggle::vector {

// Thread-safe.
class SqlTables {
 public:
  // Borrows both. Tables in memory have together at most bytes_max of vectors.
  SqlTables(sql::VectorFile& file, base::Log& log, std::size_t bytes_max) : file_(file), log_(log), bytes_max_(bytes_max) {}

  // Runs a reading statement on one moment of the database and the tables of vec that it names. not_found for a table that is no collection.
  Result<ResultSet> run(const sql::UntrustedStatement& statement, const base::Deadline& deadline);

 private:
  enum class Next : std::uint8_t { kAnswered, kWrite, kAgain, kDiscard, kMemory };
  struct Attempt {
    const sql::UntrustedStatement& statement;
    const base::Deadline& deadline;
    std::int64_t ahead = 0;  // the newest change that the file was seen to hold
    bool may_write = false;  // bring tables to the snapshot
    bool has_begun = false;
    bool was_other = false;  // the table was not of the state that it had just been brought to
    Next next = Next::kMemory;
    std::optional<ResultSet> answer = {};
  };

  Status run_on_file(sql::VectorMoment& moment, Attempt& attempt);
  static Next after(TableState state, Attempt& attempt);
  Result<ResultSet> run_in_memory(const sql::UntrustedStatement& statement, const base::Deadline& deadline);
  Status make_in_memory(sql::VectorMoment& moment, const sql::UntrustedStatement& statement, const base::Deadline& deadline) const;
  Status bring(sql::Reader& main, const TableSource& source, Attempt& attempt);
  void discard(std::string_view why);

  sql::VectorFile& file_;
  base::Log& log_;
  const std::size_t bytes_max_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_SQL_TABLES_H
