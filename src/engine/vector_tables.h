// vector_tables.h: sql::VectorWriter on a connection, by the extension vec0 (sqlite-vec). The one place that spells its tables out.

#ifndef WAGGLE_ENGINE_VECTOR_TABLES_H
#define WAGGLE_ENGINE_VECTOR_TABLES_H

#include <memory>
#include <string>

#include "engine/connection.h"
#include "sql/vector_file.h"
#include "sqlite3.h"

namespace waggle::engine {

// For one transaction at a time: destroyed before the connection. Its tables are those of `schema`: "main" or the name of an attached file.
class VectorTables final : public sql::VectorWriter {
 public:
  // Borrows the connection, which knows vec0 (Connection::load_vec0).
  VectorTables(Connection& connection, std::string schema) : connection_(connection), schema_(std::move(schema)) {}

  using sql::Reader::query;
  using sql::Writer::execute;
  Status query(sql::Text text, sql::Args args, sql::RowSink sink) override { return connection_.query(text, args, sink); }
  Result<Outcome> execute(sql::Text text, sql::Args args) override { return connection_.execute(text, args); }
  void note_changed(std::uint64_t) override {}

  Status make_table(std::string_view name, const sql::VectorTable& table) override;
  Status drop_table(std::string_view name) override;
  Status insert_vector(std::string_view table, const sql::VectorRow& row) override;
  Status remove_vector(std::string_view table, std::string_view id) override;
  Result<std::int64_t> room_of(std::string_view table) override;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  std::string full_name(std::string_view table, std::string_view suffix = {}) const;
  Result<Statement> prepare(const std::string& text);
  Status run(const std::string& text);
  Status step(sqlite3_stmt* statement);
  Status turn_to(std::string_view table);
  void forget_statements();

  Connection& connection_;
  const std::string schema_;
  std::string table_;  // that the statements are of
  Statement insert_;
  Statement remove_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_VECTOR_TABLES_H
