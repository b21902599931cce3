// json_write.cc: writing JSON.

#include <charconv>
#include <cmath>

#include "base/json.h"

namespace waggle {

Json Json::string(std::string_view content) {
  std::string text;
  base::append_json_string(text, content);
  return Json(std::move(text));
}

namespace base {

namespace {

// The letter of a character's short escape, 'u' for one that has none, 0 for one that needs no escape.
char escape_letter(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return static_cast<unsigned char>(c) < 0x20 ? 'u' : '\0';
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view content) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char letter = escape_letter(content[i]);
    if (letter == '\0') continue;
    out += content.substr(plain, i - plain);
    plain = i + 1;
    out += '\\';
    out += letter;
    if (letter == 'u') {
      const auto byte = static_cast<unsigned char>(content[i]);
      out += "00";
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 0xf];
    }
  }
  out += content.substr(plain);
  out += '"';
}

std::string write_string_array(const std::vector<std::string>& strings) {
  JsonWriter json;
  json.begin_array();
  for (const std::string& content : strings) json.string(content);
  return json.end_array().take();
}

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(text_, name);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view content) {
  separate();
  append_json_string(text_, content);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) { return raw(std::to_string(number)); }

JsonWriter& JsonWriter::number(double number) { return real(number); }
JsonWriter& JsonWriter::number(float number) { return real(number); }

template <typename Real>
JsonWriter& JsonWriter::real(Real number) {
  if (std::isnan(number)) return null();
  if (std::isinf(number)) return string(number > 0 ? "Infinity" : "-Infinity");
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  return raw(std::string_view(digits, static_cast<std::size_t>(result.ptr - digits)));
}

JsonWriter& JsonWriter::boolean(bool truth) { return raw(truth ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json_text) {
  separate();
  text_ += json_text;
  return *this;
}

}  // namespace base
}  // namespace waggle
