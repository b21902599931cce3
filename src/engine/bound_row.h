// bound_row.h: sql::Row over the current row of a libSQL statement.

#ifndef WAGGLE_ENGINE_BOUND_ROW_H
#define WAGGLE_ENGINE_BOUND_ROW_H

#include "sql/row.h"
#include "sqlite3.h"

namespace waggle::engine {

// Asks for each column's sqlite3_value once: the sqlite3_column functions look the column up anew with every call. SQLite allows that where the
// connection is used by one thread at a time, which holds for every Connection.
class BoundRow final : public sql::Row {
 public:
  explicit BoundRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override { return sqlite3_value_type(value(column)) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_value_int64(value(column)); }
  double real(int column) const override { return sqlite3_value_double(value(column)); }
  std::string_view text(int column) const override { return text_of(value(column)); }
  std::span<const std::byte> blob(int column) const override {
    sqlite3_value* const found = value(column);
    const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(found));
    return {data, static_cast<std::size_t>(sqlite3_value_bytes(found))};
  }
  std::optional<std::int64_t> optional_integer(int column) const override {
    sqlite3_value* const found = value(column);
    return sqlite3_value_type(found) == SQLITE_NULL ? std::nullopt : std::optional<std::int64_t>(sqlite3_value_int64(found));
  }
  std::optional<std::string_view> optional_text(int column) const override {
    sqlite3_value* const found = value(column);
    return sqlite3_value_type(found) == SQLITE_NULL ? std::nullopt : std::optional(text_of(found));
  }

 private:
  sqlite3_value* value(int column) const { return sqlite3_column_value(statement_, column); }
  static std::string_view text_of(sqlite3_value* found) {
    const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(found));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_value_bytes(found))};
  }

  sqlite3_stmt* statement_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_BOUND_ROW_H
