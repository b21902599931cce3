// json_scan.cc: strings and numbers of JSON, byte by byte.

#include "base/json_scan.h"

#include <cstdint>
#include <cstring>

namespace waggle::base {

namespace {

constexpr std::uint32_t kNoCodeUnit = 0xffff'ffff;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The UTF-16 code unit of the escape \uXXXX at text[at]; kNoCodeUnit when there is none.
std::uint32_t code_unit(std::string_view text, std::size_t at) {
  if (text.size() < 6 || at > text.size() - 6 || text[at] != '\\' || text[at + 1] != 'u') return kNoCodeUnit;
  std::uint32_t unit = 0;
  for (const char c : text.substr(at + 2, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      unit = unit << 4 | static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      unit = unit << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return kNoCodeUnit;
    }
  }
  return unit;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

// How many bytes the escape at text[at], a backslash, takes; 0 when it is none, or a lone surrogate.
std::size_t escape_size(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return 0;
  if (text[at + 1] != 'u') return std::string_view("\"\\/bfnrt").find(text[at + 1]) == std::string_view::npos ? 0 : 2;
  const std::uint32_t unit = code_unit(text, at);
  if (unit == kNoCodeUnit || is_low_surrogate(unit)) return 0;
  if (!is_high_surrogate(unit)) return 6;
  const std::uint32_t second = code_unit(text, at + 6);
  return second != kNoCodeUnit && is_low_surrogate(second) ? 12 : 0;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto append = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    append(point);
  } else if (point < 0x800) {
    append(0xc0 | point >> 6);
    append(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    append(0xe0 | point >> 12);
    append(0x80 | (point >> 6 & 0x3f));
    append(0x80 | (point & 0x3f));
  } else {
    append(0xf0 | point >> 18);
    append(0x80 | (point >> 12 & 0x3f));
    append(0x80 | (point >> 6 & 0x3f));
    append(0x80 | (point & 0x3f));
  }
}

// A bit in each byte of eight that is below `bound`, which is at most 0x80. A byte above one that is may be marked as well.
constexpr std::uint64_t kEachByte = 0x0101010101010101U;
constexpr std::uint64_t bytes_below(std::uint64_t bytes, std::uint64_t bound) { return (bytes - kEachByte * bound) & ~bytes & kEachByte * 0x80; }

// The next place at or after `at` that may be the end of a string, an escape or a control character: eight bytes at a time are looked at, and nearly
// all of them are plain.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    if ((bytes_below(bytes, 0x20) | bytes_below(bytes ^ kEachByte * '"', 1) | bytes_below(bytes ^ kEachByte * '\\', 1)) != 0) break;
    at += sizeof(bytes);
  }
  return at;
}

char short_escape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;  // a quote, a slash or a backslash stands for itself
  }
}

}  // namespace

StringScan scan_string(std::string_view text, std::size_t open) {
  std::size_t at = open + 1;
  while (at < text.size()) {
    at = skip_plain(text, at);
    if (at == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"') return {true, at};
    if (byte < 0x20) return {false, at};
    std::size_t step = 1;
    if (byte == '\\') step = escape_size(text, at);
    if (step == 0) return {false, at};
    at += step;
  }
  return {false, text.size()};
}

std::string unescape_json(std::string_view content) {
  std::string out;
  out.reserve(content.size());
  std::size_t at = 0;
  while (at < content.size()) {
    const std::size_t backslash = content.find('\\', at);
    out += content.substr(at, backslash - at);
    if (backslash == std::string_view::npos) break;
    const std::size_t size = escape_size(content, backslash);
    if (size == 2) {
      out += short_escape(content[backslash + 1]);
    } else if (size == 6) {
      append_utf8(out, code_unit(content, backslash));
    } else if (size == 12) {
      append_utf8(out, 0x10000 + ((code_unit(content, backslash) - 0xd800) << 10) + (code_unit(content, backslash + 6) - 0xdc00));
    } else {
      return out;
    }
    at = backslash + size;
  }
  return out;
}

bool is_json_number(std::string_view token) {
  std::size_t at = !token.empty() && token.front() == '-' ? 1 : 0;
  const std::size_t whole = at;
  at = skip_digits(token, at);
  if (at == whole || (token[whole] == '0' && at > whole + 1)) return false;
  if (at < token.size() && token[at] == '.') {
    const std::size_t decimals = at + 1;
    at = skip_digits(token, decimals);
    if (at == decimals) return false;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < token.size() && (token[exponent] == '+' || token[exponent] == '-')) ++exponent;
    at = skip_digits(token, exponent);
    if (at == exponent) return false;
  }
  return at == token.size();
}

bool is_json_word(std::string_view token) { return token == "true" || token == "false" || token == "null" || is_json_number(token); }

}  // namespace waggle::base
