// json.h: checking, reading and writing JSON (RFC 8259).

#ifndef WAGGLE_BASE_JSON_H
#define WAGGLE_BASE_JSON_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "waggle/value.h"

namespace waggle::base {

// Deepest nesting of arrays and objects that is accepted.
inline constexpr std::size_t kJsonDepthMax = 512;

// Checks that `text` is one JSON document in UTF-8 and drops the white space between its tokens; all else stays as it is, to the digit.
// Numbers may be of any size. invalid_argument, with the byte position and never the text, for anything else, also for lone surrogates.
Result<std::string> normalise_json(std::string_view text);

// The strings of a JSON array of strings; invalid_argument for anything else.
Result<std::vector<std::string>> parse_string_array(std::string_view text);
std::string write_string_array(const std::vector<std::string>& strings);

// RFC 7396: `target` with `patch` merged into it, both normalised JSON. Keys keep the order of `target`, new ones follow in that of `patch`.
Result<std::string> merge_json(std::string_view target, std::string_view patch);

// The value of a JSON document that is a single scalar, as a SQL value: null, true and false as 1 and 0, integers of 64 bits, other numbers as
// double, strings as text. invalid_argument for arrays and objects.
Result<Value> parse_scalar(std::string_view text);

// Appends `content` (UTF-8) as a quoted JSON string. Control characters are escaped; other characters stay as they are.
void append_json_string(std::string& out, std::string_view content);

// Writes one JSON document piece by piece, compact, keys in the order of the calls:
//   JsonWriter json; json.begin_object().key("id").string(id).key("n").integer(3).end_object();
// Commas and colons come by themselves. The caller keeps begin and end in balance.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view content);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& number(double number);  // shortest form that reads back the same; whole numbers without a point; infinities as strings, NaN as null
  JsonWriter& number(float number);   // the same, and as short as a float needs
  JsonWriter& boolean(bool truth);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json_text);  // a value that is JSON already

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  template <typename Real>
  JsonWriter& real(Real number);
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_JSON_H
