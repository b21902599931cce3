// bound_row.h: sql::Row over the current row of a libSQL statement.

#ifndef WAGGLE_ENGINE_BOUND_ROW_H
#define WAGGLE_ENGINE_BOUND_ROW_H

#include "sql/row.h"
#include "sqlite3.h"

namespace waggle::engine {

class BoundRow final : public sql::Row {
 public:
  explicit BoundRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::span<const std::byte> blob(int column) const override {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_BOUND_ROW_H
