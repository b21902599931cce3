// json.cc: reading JSON that is small: arrays of strings and single values. Checking a document is in json_normalise.cc.

#include "base/json.h"

#include <charconv>

#include "base/json_scan.h"

namespace waggle::base {

namespace {

// The scalar `token`, which is valid JSON, as a SQL value.
Result<Value> scalar_value(std::string_view token) {
  if (token.front() == '"') return Value(unescape_json(token.substr(1, token.size() - 2)));
  if (token == "null") return Value(nullptr);
  if (token == "true") return Value(std::int64_t{1});
  if (token == "false") return Value(std::int64_t{0});
  const char* const end = token.data() + token.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(token.data(), end, integer);
  if (whole.ec == std::errc() && whole.ptr == end) return Value(integer);
  double number = 0;
  const auto real = std::from_chars(token.data(), end, number);
  if (real.ec == std::errc() && real.ptr == end) return Value(number);
  return Error(Code::kInvalidArgument, "the number does not fit into 64 bits", "give it as a string");
}

}  // namespace

Result<std::vector<std::string>> parse_string_array(std::string_view text) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string json, normalise_json(text));
  const Error refusal(Code::kInvalidArgument, "the JSON is not an array of strings", "give, for example, [\"a\",\"b\"]");
  std::vector<std::string> strings;
  if (json == "[]") return strings;
  if (json.front() != '[') return refusal;
  for (std::size_t at = 1; at < json.size();) {
    if (json[at] != '"') return refusal;
    const std::size_t end = scan_string(json, at).position;
    strings.push_back(unescape_json(std::string_view(json).substr(at + 1, end - at - 1)));
    at = end + 2;  // past the quote and the comma or bracket
  }
  return strings;
}

Result<Value> parse_scalar(std::string_view text) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string json, normalise_json(text));
  if (json.front() == '[' || json.front() == '{') {
    return Error(Code::kInvalidArgument, "the JSON is an array or object where a single value is wanted",
                 "give a string, a number, true, false or null");
  }
  return scalar_value(json);
}

}  // namespace waggle::base
