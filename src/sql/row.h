// row.h: one row of an answer, read column by column without being materialised.

#ifndef WAGGLE_SQL_ROW_H
#define WAGGLE_SQL_ROW_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "waggle/value.h"

namespace waggle::sql {

// Valid until the sink that was given it returns, and so are its views. Columns count from 0. A getter converts as SQL does: NULL reads as 0,
// empty text or no bytes.
class Row {
 public:
  virtual bool is_null(int column) const = 0;
  virtual std::optional<std::int64_t> optional_integer(int column) const = 0;
  virtual std::optional<std::string_view> optional_text(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::span<const std::byte> blob(int column) const = 0;

  std::string string(int column) const { return std::string(text(column)); }
  Json json(int column) const { return Json(string(column)); }
  Timestamp timestamp(int column) const { return Timestamp(std::chrono::microseconds(integer(column))); }

  std::optional<std::string> optional_string(int column) const {
    const auto found = optional_text(column);
    return found ? std::optional<std::string>(std::in_place, *found) : std::nullopt;
  }
  std::optional<Json> optional_json(int column) const {
    const auto found = optional_text(column);
    return found ? std::optional<Json>(std::in_place, std::string(*found)) : std::nullopt;
  }
  std::optional<Timestamp> optional_timestamp(int column) const {
    const auto found = optional_integer(column);
    return found ? std::optional<Timestamp>(std::chrono::microseconds(*found)) : std::nullopt;
  }
  std::optional<Duration> optional_duration(int column) const {
    const auto found = optional_integer(column);
    return found ? std::optional<Duration>(*found) : std::nullopt;
  }

 protected:
  ~Row() = default;
};

}  // namespace waggle::sql

#endif  // WAGGLE_SQL_ROW_H
