// statement.h: SQL text that is a literal, and the values bound to it.

#ifndef WAGGLE_SQL_STATEMENT_H
#define WAGGLE_SQL_STATEMENT_H

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "waggle/value.h"

namespace waggle::sql {

// SQL text of Waggle's own. Only a string literal converts to it, so no text from outside can ever become SQL: that is a compile error.
// An executor keeps the prepared form of each literal, found by its address.
class Text {
 public:
  template <std::size_t N>
  consteval Text(const char (&literal)[N]) : data_(literal), size_(N - 1) {}  // NOLINT(google-explicit-constructor)

  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

 private:
  const char* data_;
  std::size_t size_;
};

// A value to bind, as a view: text and bytes are not copied and must outlive the call they are passed to.
class Arg {
 public:
  enum class Kind : std::uint8_t { kNull, kInteger, kReal, kText, kBlob };

  // NOLINTBEGIN(google-explicit-constructor): arguments are written as they are, {id, 3, nullptr}
  Arg(std::nullptr_t) : integer_(0) {}
  Arg(int value) : kind_(Kind::kInteger), integer_(value) {}
  Arg(std::int64_t value) : kind_(Kind::kInteger), integer_(value) {}
  Arg(double value) : kind_(Kind::kReal), real_(value) {}
  Arg(const char* value) : Arg(std::string_view(value)) {}
  Arg(std::string_view value) : kind_(Kind::kText), size_(value.size()), bytes_(value.data()) {}
  Arg(const std::string& value) : Arg(std::string_view(value)) {}
  Arg(const Json& value) : Arg(std::string_view(value.text)) {}
  Arg(std::span<const std::byte> value) : kind_(Kind::kBlob), size_(value.size()), bytes_(value.data()) {}
  Arg(Timestamp value) : Arg(static_cast<std::int64_t>(value.time_since_epoch().count())) {}
  Arg(Duration value) : Arg(static_cast<std::int64_t>(value.count())) {}
  template <typename T>
  Arg(const std::optional<T>& value) : Arg(value ? Arg(*value) : Arg(nullptr)) {}
  // NOLINTEND(google-explicit-constructor)
  Arg(bool) = delete;  // write what the column holds: 0 or 1

  Kind kind() const { return kind_; }
  // Each for its own kind only.
  std::int64_t integer() const { return integer_; }
  double real() const { return real_; }
  std::string_view text() const { return {static_cast<const char*>(bytes_), size_}; }
  std::span<const std::byte> blob() const { return {static_cast<const std::byte*>(bytes_), size_}; }

 private:
  Kind kind_ = Kind::kNull;
  std::size_t size_ = 0;
  union {
    std::int64_t integer_;
    double real_;
    const void* bytes_;
  };
};

}  // namespace waggle::sql

#endif  // WAGGLE_SQL_STATEMENT_H
