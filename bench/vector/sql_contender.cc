// sql_contender.cc: see sql_contender.h.

#include "vector/sql_contender.h"

#include <algorithm>
#include <fstream>

namespace waggle::bench {

SqlContender::SqlContender(std::string name, const std::string& path, Sync sync) : Contender(std::move(name), Kind::kFixed) {
  std::ofstream(path, std::ios::trunc).close();  // RawDatabase opens what is there; an empty file is an empty database
  database_ = std::make_unique<RawDatabase>(path, sync);
  database_->run("PRAGMA cache_size=-1048576");  // 1 GiB: all of it stays in memory
}

void SqlContender::fill(const Vectors& vectors, std::size_t batch, const Statements& statements) {
  RawStatement insert(*database_, statements.insert);
  for (std::size_t first = 0; first < vectors.rows; first += batch) {
    database_->run("BEGIN IMMEDIATE");
    for (std::size_t id = first; id < std::min(first + batch, vectors.rows); ++id) {
      insert.bind(1, static_cast<std::int64_t>(id));
      insert.bind(2, std::as_bytes(vectors.row(id)));
      insert.run_or_throw();
    }
    database_->run("COMMIT");
  }
  search_ = std::make_unique<RawStatement>(*database_, statements.search);
}

void SqlContender::search(std::span<const float> query, int /*effort*/, std::span<std::int32_t> found) {
  search_->bind(1, std::as_bytes(query));
  search_->bind(2, static_cast<std::int64_t>(found.size()));
  std::size_t count = 0;
  while (search_->next()) {
    if (count < found.size()) found[count++] = static_cast<std::int32_t>(sqlite3_column_int64(search_->get(), 0));
  }
  std::fill(found.begin() + static_cast<std::ptrdiff_t>(count), found.end(), -1);
}

std::int64_t SqlContender::bytes() const { return database_->integer("PRAGMA page_count") * database_->integer("PRAGMA page_size"); }

}  // namespace waggle::bench
