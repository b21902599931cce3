// json.cc: checking and reading JSON.
//
// simdjson finds the tokens of an array or object and checks UTF-8, many bytes at a time; the walk over them here checks what simdjson's on-demand
// reader leaves to whoever uses a value: numbers (which may be larger than any machine type), words, escapes, and what follows a scalar.

#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>
#include <new>
#include <optional>

#include "base/json_scan.h"
#include "base/text.h"

namespace waggle::base {

namespace {

namespace ondemand = simdjson::ondemand;

// Documents up to this size reuse a thread's memory, of which simdjson takes about seven times the size of the text: less than 1 MiB in all.
constexpr std::size_t kReusedBytesMax = std::size_t{64} << 10;

Error too_large(std::size_t bytes) {
  return Error(Code::kExhausted, "not enough memory to check JSON of " + std::to_string(bytes) + " bytes", "give a smaller document");
}

Error not_json(std::size_t position) {
  return Error(Code::kInvalidArgument, "not valid JSON near byte " + std::to_string(position), "give one JSON document in UTF-8 (RFC 8259)");
}

// What checking one document takes: simdjson's parser and a copy of the text with the zeroed padding behind it that simdjson reads into.
class Scratch {
 public:
  // The copy of `text`; nullopt when memory is short.
  std::optional<simdjson::padded_string_view> load(std::string_view text) {
    const std::size_t wanted = text.size() + simdjson::SIMDJSON_PADDING;
    if (capacity_ < wanted) {
      const std::size_t capacity = text.size() <= kReusedBytesMax ? std::bit_ceil(wanted) : wanted;
      buffer_.reset(new (std::nothrow) char[capacity]);
      capacity_ = buffer_ ? capacity : 0;
      if (!buffer_ || parser_.allocate(capacity) != simdjson::SUCCESS) return std::nullopt;
    }
    text.copy(buffer_.get(), text.size());
    std::fill_n(buffer_.get() + text.size(), simdjson::SIMDJSON_PADDING, '\0');
    return simdjson::padded_string_view(buffer_.get(), text.size(), capacity_);
  }
  ondemand::parser& parser() { return parser_; }

 private:
  ondemand::parser parser_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
};

// Walks one array or object without recursion, so that deep nesting costs no stack.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  Status run(ondemand::document& document) {
    ondemand::value root;
    if (document.get_value().get(root) != simdjson::SUCCESS) return fault();
    WAGGLE_TRY(enter(root));
    while (!levels_.empty()) WAGGLE_TRY(levels_.back().is_object ? step_object() : step_array());
    // The reader stands at whatever follows the document, and says so by having a location.
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return fault();
    return {};
  }

 private:
  struct Level {
    bool is_object = false;
    bool is_begun = false;
    ondemand::array_iterator elements;
    ondemand::object_iterator fields;
  };

  Error fault() const { return not_json(position_); }
  std::size_t offset(const char* place) const { return static_cast<std::size_t>(place - text_.data()); }

  Status enter(ondemand::value& container) {
    position_ = offset(container.raw_json_token().data());
    if (levels_.size() == kJsonDepthMax) {
      return Error(Code::kInvalidArgument,
                   "the JSON is nested deeper than " + std::to_string(kJsonDepthMax) + " levels at byte " + std::to_string(position_),
                   "give a flatter document");
    }
    Level level;
    level.is_object = text_[position_] == '{';
    if (level.is_object) {
      ondemand::object object;
      if (container.get_object().get(object) != simdjson::SUCCESS || object.begin().get(level.fields) != simdjson::SUCCESS) return fault();
    } else {
      ondemand::array array;
      if (container.get_array().get(array) != simdjson::SUCCESS || array.begin().get(level.elements) != simdjson::SUCCESS) return fault();
    }
    levels_.push_back(level);
    return {};
  }

  Status step_array() {
    ondemand::array_iterator& elements = levels_.back().elements;
    if (std::exchange(levels_.back().is_begun, true)) ++elements;
    if (!(elements != ondemand::array_iterator())) return leave();
    ondemand::value element;
    if ((*elements).get(element) != simdjson::SUCCESS) return fault();
    return check_value(element, ']');
  }

  Status step_object() {
    ondemand::object_iterator& fields = levels_.back().fields;
    if (std::exchange(levels_.back().is_begun, true)) ++fields;
    if (!(fields != ondemand::object_iterator())) return leave();
    ondemand::field field;
    if ((*fields).get(field) != simdjson::SUCCESS) return fault();
    position_ = offset(field.key().raw()) - 1;
    WAGGLE_TRY(check_string());
    return check_value(field.value(), '}');
  }

  Status leave() {
    levels_.pop_back();
    return {};
  }

  // `closing` is the bracket that ends the container which the value stands in.
  Status check_value(ondemand::value& value, char closing) {
    std::string_view token = value.raw_json_token();
    position_ = offset(token.data());
    if (token.empty()) return fault();
    if (token.front() == '[' || token.front() == '{') return enter(value);
    const std::size_t next = position_ + token.size();
    if (token.front() == '"') {
      WAGGLE_TRY(check_string());
    } else {
      while (is_json_space(token.back())) token.remove_suffix(1);
      if (!is_json_word(token)) return fault();
    }
    // simdjson skips a string and a colon after it even in an array.
    if (next >= text_.size() || (text_[next] != ',' && text_[next] != closing)) return not_json(next);
    return {};
  }

  Status check_string() const {
    const StringScan scan = scan_string(text_, position_);
    if (!scan.is_valid) return not_json(scan.position);
    return {};
  }

  const std::string_view text_;
  std::size_t position_ = 0;
  std::vector<Level> levels_;
};

// Where the text is not UTF-8: the start of the first character that is broken, by bisection over character starts.
std::size_t utf8_fault(std::string_view text) {
  const auto is_inside = [text](std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  std::size_t valid = 0;
  std::size_t broken = text.size();
  while (broken - valid > 1) {
    std::size_t middle = valid + (broken - valid) / 2;
    while (middle > valid && is_inside(middle)) --middle;
    if (middle == valid) break;
    (is_utf8(text.substr(valid, middle - valid)) ? valid : broken) = middle;
  }
  return valid;
}

// Where simdjson's first stage found a fault. It names only the kind, which is one of UTF-8 or of a string.
std::size_t token_fault(std::string_view text) {
  if (!is_utf8(text)) return utf8_fault(text);
  std::size_t quote = text.find('"');
  while (quote != std::string_view::npos) {
    const StringScan scan = scan_string(text, quote);
    if (!scan.is_valid) return scan.position;
    quote = text.find('"', scan.position + 1);
  }
  return text.size();
}

Status check_container(std::string_view text, Scratch& scratch) {
  const std::optional<simdjson::padded_string_view> padded = scratch.load(text);
  if (!padded) return too_large(text.size());
  ondemand::document document;
  const simdjson::error_code code = scratch.parser().iterate(*padded).get(document);
  if (code == simdjson::MEMALLOC || code == simdjson::CAPACITY) return too_large(text.size());
  if (code != simdjson::SUCCESS) return not_json(token_fault(text));
  return Walk(std::string_view(padded->data(), text.size())).run(document);
}

// A document that is one string, number or word: `token` is without white space around it and stands at `start`.
Status check_scalar(std::string_view token, std::size_t start) {
  if (token.front() != '"') return is_json_word(token) ? Status() : not_json(start);
  const StringScan scan = scan_string(token, 0);
  if (!scan.is_valid) return not_json(start + scan.position);
  if (scan.position + 1 != token.size()) return not_json(start + scan.position + 1);
  if (!is_utf8(token)) return not_json(start + utf8_fault(token));
  return {};
}

std::string minify(std::string_view text) {
  // simdjson writes whole blocks, of which only the part that it reports counts.
  std::string out(text.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t size = 0;
  if (simdjson::minify(text.data(), text.size(), out.data(), size) != simdjson::SUCCESS) return std::string(text);
  out.resize(size);
  return out;
}

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

Result<std::string> normalise_json(std::string_view text) {
  std::size_t start = 0;
  while (start < text.size() && is_json_space(text[start])) ++start;
  std::size_t end = text.size();
  while (end > start && is_json_space(text[end - 1])) --end;
  if (start == end) return not_json(text.size());
  const std::string_view token = text.substr(start, end - start);
  if (token.front() != '[' && token.front() != '{') {
    WAGGLE_TRY(check_scalar(token, start));
    return std::string(token);
  }

  if (text.size() <= kReusedBytesMax) {
    thread_local Scratch reused;
    WAGGLE_TRY(check_container(text, reused));
  } else {
    Scratch own;
    WAGGLE_TRY(check_container(text, own));
  }
  return minify(text);
}

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
