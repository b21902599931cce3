// json_tree.cc: see json_tree.h. The text is normalised first, so the walk meets only valid tokens, no white space, and a bounded depth.

#include "base/json_tree.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "base/json_scan.h"

namespace waggle::base {
namespace {

class Builder {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  JsonTree value() {
    const char first = text_[at_];
    if (first == '{') return JsonTree{object()};
    if (first == '[') return JsonTree{array()};
    if (first == '"') return JsonTree{string()};
    return word();
  }

 private:
  std::string string() {
    const std::size_t end = scan_string(text_, at_).position;
    std::string content = unescape_json(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return content;
  }

  JsonTree word() {
    const std::string_view token = text_.substr(at_, text_.find_first_of(",]}", at_) - at_);
    at_ += token.size();
    if (token == "null") return JsonTree{nullptr};
    if (token == "true") return JsonTree{true};
    if (token == "false") return JsonTree{false};
    const char* const end = token.data() + token.size();
    std::int64_t integer = 0;
    if (const auto whole = std::from_chars(token.data(), end, integer); whole.ec == std::errc() && whole.ptr == end) return JsonTree{integer};
    double number = 0;
    const auto real = std::from_chars(token.data(), end, number);
    // Out of range says neither which way nor which sign; strtod does.
    if (real.ec == std::errc::result_out_of_range) number = std::strtod(std::string(token).c_str(), nullptr);
    return JsonTree{number};
  }

  JsonTree::Array array() {
    JsonTree::Array items;
    ++at_;
    while (text_[at_] != ']') {
      items.push_back(value());
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
    return items;
  }

  JsonTree::Object object() {
    JsonTree::Object members;
    ++at_;
    while (text_[at_] != '}') {
      std::string key = string();
      ++at_;  // the colon
      members.push_back({std::move(key), value()});
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
    return members;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The end of the value that begins at `start` of a normalised text.
std::size_t value_end(std::string_view text, std::size_t start) {
  std::size_t depth = 0;
  for (std::size_t at = start; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') at = scan_string(text, at).position;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return text.size();
}

}  // namespace

Result<std::vector<JsonMemberText>> split_json_object(std::string_view text) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string json, normalise_json(text));
  if (json.front() != '{') return Error(Code::kInvalidArgument, "the JSON is not an object");
  const std::string_view view(json);
  std::vector<JsonMemberText> members;
  for (std::size_t at = 1; view[at] != '}';) {
    const std::size_t key_end = scan_string(view, at).position;
    const std::size_t begin = key_end + 2;  // past the quote and the colon
    const std::size_t end = value_end(view, begin);
    members.push_back({unescape_json(view.substr(at + 1, key_end - at - 1)), std::string(view.substr(begin, end - begin))});
    at = view[end] == ',' ? end + 1 : end;
  }
  return members;
}

Result<JsonTree> parse_json_tree(std::string_view text) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string json, normalise_json(text));
  return Builder(json).value();
}

}  // namespace waggle::base
