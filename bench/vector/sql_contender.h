// sql_contender.h: what the contenders behind SQL have in common: a table of vectors in a database of their own, asked by statements.

#ifndef WAGGLE_BENCH_VECTOR_SQL_CONTENDER_H
#define WAGGLE_BENCH_VECTOR_SQL_CONTENDER_H

#include <memory>
#include <string>

#include "raw_sqlite.h"
#include "vector/contender.h"

namespace waggle::bench {

// The effort of a search is nothing that SQL can say: it is ignored.
class SqlContender : public Contender {
 public:
  // Makes an empty database at `path`.
  SqlContender(std::string name, const std::string& path, Sync sync);

  void search(std::span<const float> query, int effort, std::span<std::int32_t> found) override;
  std::int64_t bytes() const override;

 protected:
  // The derived class makes its table, and then calls this: inserts every vector by `insert` (?1 the id, ?2 the vector), so many a transaction, and
  // prepares the search (?1 the query, ?2 how many).
  struct Statements {
    const char* insert;
    const char* search;
  };
  void fill(const Vectors& vectors, std::size_t batch, const Statements& statements);

  RawDatabase& database() { return *database_; }

 private:
  std::unique_ptr<RawDatabase> database_;
  std::unique_ptr<RawStatement> search_;
};

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_SQL_CONTENDER_H
