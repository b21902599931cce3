// value.h: the small value types that the other headers share: times, JSON, SQL values and pages of a list.

#ifndef WAGGLE_VALUE_H
#define WAGGLE_VALUE_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace waggle {

// A point in time, UTC, in microseconds since 1970. Stored as that number; printed as RFC 3339 with six decimals.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// A length of time in microseconds. Every std::chrono duration of seconds, milliseconds or minutes converts by itself.
using Duration = std::chrono::microseconds;

// A piece of JSON text (RFC 8259). Waggle stores the text itself, so the order of keys and every digit of a number survive; only white space
// between tokens is dropped. The text is checked where it is stored: what is not JSON is refused there with invalid_argument.
struct Json {
  std::string text = "null";

  Json() = default;
  // Takes JSON text as it is: Json(R"({"a":1})").
  explicit Json(std::string json_text) : text(std::move(json_text)) {}
  // A JSON string that holds `content`: quoted and escaped. `content` is UTF-8.
  static Json string(std::string_view content);

  friend bool operator==(const Json&, const Json&) = default;
};

// A value of SQL: NULL, INTEGER, REAL, TEXT (UTF-8) or BLOB.
using Blob = std::vector<std::byte>;
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Blob>;

// What a SQL query answered, complete in memory.
struct ResultSet {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;  // rows[r][c], as many columns as `columns` has
  std::int64_t rows_affected = 0;        // rows that an INSERT, UPDATE or DELETE changed
  std::int64_t last_insert_rowid = 0;    // rowid of the last row inserted by it, 0 if none was
};

// Which part of a list is wanted. Pages neither repeat nor skip an entry that stays as it is through the whole listing.
struct PageRequest {
  static constexpr std::int64_t kLimitMax = 10'000;

  std::int64_t limit = 100;  // 1 to kLimitMax; others are invalid_argument
  std::string cursor;        // Page::next of the page before, empty for the first; anything else is invalid_argument
};

// One part of a list.
template <typename T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;  // the cursor of the following page; nullopt when this is the last
};

}  // namespace waggle

#endif  // WAGGLE_VALUE_H
