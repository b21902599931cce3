// render_sql.cc: answers of SQL statements.

#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/render.h"

namespace waggle::cli {

namespace {

void write_bytes(base::JsonWriter& json, std::span<const std::byte> bytes) {
  json.begin_object().key("base64").string(base::base64(bytes)).end_object();
}

void write_value(base::JsonWriter& json, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    json.integer(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    json.number(*real);
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    write_bytes(json, *blob);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    // SQL can make text of any bytes. What is not UTF-8 cannot be a JSON string, so it is shown like a blob.
    if (base::is_utf8(*text)) {
      json.string(*text);
    } else {
      write_bytes(json, std::as_bytes(std::span(*text)));
    }
  } else {
    json.null();
  }
}

// For people: texts bare, the rest as in JSON.
std::string shown(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && base::is_utf8(*text)) return *text;
  base::JsonWriter json;
  write_value(json, value);
  return json.text() == "null" ? "-" : json.take();
}

}  // namespace

Record render(const ResultSet& answer) {
  base::JsonWriter rows;
  rows.begin_array();
  for (const std::vector<Value>& row : answer.rows) {
    rows.begin_array();
    for (const Value& value : row) write_value(rows, value);
    rows.end_array();
  }
  rows.end_array();
  Record record;
  record.texts("columns", answer.columns).written("rows", std::move(rows));
  record.integer("rows_affected", answer.rows_affected).integer("last_insert_rowid", answer.last_insert_rowid);
  return record;
}

std::string format_answer(const ResultSet& answer, Colour colour) {
  if (answer.columns.empty()) return "rows affected: " + std::to_string(answer.rows_affected) + "\n";
  std::vector<std::vector<std::string>> rows;
  rows.reserve(answer.rows.size());
  for (const std::vector<Value>& row : answer.rows) {
    std::vector<std::string>& cells = rows.emplace_back();
    for (const Value& value : row) cells.push_back(shown(value));
  }
  return format_table(answer.columns, rows, colour);
}

}  // namespace waggle::cli
