// record.h: an object as it is shown: named fields in the documented order, once, for JSON and for tables alike.

#ifndef WAGGLE_CLI_RECORD_H
#define WAGGLE_CLI_RECORD_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle::cli {

class Record {
 public:
  // Field names are literals: they are kept as views.
  Record& text(std::string_view name, std::string_view content);
  Record& text(std::string_view name, const std::string& content) { return text(name, std::string_view(content)); }
  Record& text(std::string_view name, const char* content) { return text(name, std::string_view(content)); }
  Record& text(std::string_view name, const std::optional<std::string>& content);
  Record& texts(std::string_view name, const std::vector<std::string>& contents);
  Record& integer(std::string_view name, std::int64_t number);
  Record& integer(std::string_view name, const std::optional<std::int64_t>& number);
  Record& number(std::string_view name, double number);
  Record& number(std::string_view name, float number);
  Record& boolean(std::string_view name, bool truth);
  Record& time(std::string_view name, Timestamp time);
  Record& time(std::string_view name, const std::optional<Timestamp>& time);
  // In seconds; the name ends in "_s".
  Record& seconds(std::string_view name, const std::optional<Duration>& duration);
  Record& json(std::string_view name, const Json& document);
  Record& json(std::string_view name, const std::optional<Json>& document);
  Record& record(std::string_view name, const Record& inner);
  Record& records(std::string_view name, const std::vector<Record>& inner);
  // JSON that was put together here, not stored by anybody: taken as it is, however deep its parts make it.
  Record& written(std::string_view name, base::JsonWriter json);
  Record& null(std::string_view name);

  // corruption, naming the field, when a document given to json() is none: a damaged file can hold anything, and what is printed must be JSON.
  Status sound() const;

  // Compact, in the order in which the fields were given.
  std::string to_json() const;

  // The names, and each field as text for people: strings bare, absent values as "-", everything else as its JSON. Not escaped.
  std::vector<std::string_view> names() const;
  // Empty for a name that the record lacks.
  std::string shown(std::string_view name) const;

 private:
  enum class Kind : std::uint8_t { kText, kJson, kNull };
  struct Field {
    std::string_view name;
    Kind kind;
    std::string content;  // kText: the bare text; kJson: JSON
  };

  Record& add(std::string_view name, Kind kind, std::string content);

  std::vector<Field> fields_;
  std::string_view damaged_;  // the first field that is not the JSON it should be
};

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_RECORD_H
