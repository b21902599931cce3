// json_scan.h: the tokens of JSON (RFC 8259 sections 6 and 7): strings and numbers. Private to base.

#ifndef WAGGLE_BASE_JSON_SCAN_H
#define WAGGLE_BASE_JSON_SCAN_H

#include <cstddef>
#include <string>
#include <string_view>

namespace waggle::base {

// The outcome of scan_string. `position` is that of the closing quote, or else of the first byte that is wrong (the size of the text when it ends
// inside the string).
struct StringScan {
  bool is_valid = false;
  std::size_t position = 0;
};

// Reads the string whose opening quote is text[open]. Refuses control characters, unknown escapes and lone surrogates; UTF-8 is not looked at.
StringScan scan_string(std::string_view text, std::size_t open);

// The characters that `content`, the valid inside of a JSON string without its quotes, stands for.
std::string unescape_json(std::string_view content);

// Is `token` one number, of whatever size?
bool is_json_number(std::string_view token);
// Is it a number, true, false or null?
bool is_json_word(std::string_view token);
inline bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace waggle::base

#endif  // WAGGLE_BASE_JSON_SCAN_H
