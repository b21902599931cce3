// json_normalise.cc: checking a JSON document and dropping the white space between its tokens, in one pass and without a copy in between.
//
// simdjson's on-demand reader would leave numbers, words and escapes to be checked by hand anyway, and for the documents that agents store, a few
// hundred bytes each, it costs four times as much as this pass (docs/decisions/008).

#include "base/json.h"
#include "base/json_scan.h"
#include "base/text.h"

namespace waggle::base {

namespace {

Error not_json(std::size_t position) {
  return Error(Code::kInvalidArgument, "not valid JSON near byte " + std::to_string(position), "give one JSON document in UTF-8 (RFC 8259)");
}

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

// Walks a document without recursion, so that deep nesting costs no stack.
class Pass {
 public:
  explicit Pass(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    skip_space();
    WAGGLE_TRY(take_value());
    while (!open_.empty()) {
      skip_space();
      if (expected_ == Expected::kEndOrMore) {
        WAGGLE_TRY(take_end_or_comma());
      } else {
        if (expected_ == Expected::kKey) WAGGLE_TRY(take_key());
        WAGGLE_TRY(take_value());
      }
    }
    skip_space();
    if (at_ != text_.size()) return not_json(at_);
    return finish();
  }

 private:
  // What comes next in the innermost container.
  enum class Expected : std::uint8_t { kKey, kValue, kEndOrMore };

  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // Keeps what stands before the space, and leaves the space out.
  void skip_space() {
    if (at_ == text_.size() || !is_json_space(text_[at_])) return;
    kept_.append(text_, run_, at_ - run_);
    while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
    run_ = at_;
  }

  std::string finish() {
    if (kept_.empty()) return std::string(text_.substr(run_));
    kept_.append(text_, run_);
    return std::move(kept_);
  }

  Status take_value() {
    switch (here()) {
      case '{':
      case '[':
        return enter();
      case '"':
        expected_ = Expected::kEndOrMore;
        return take_string();
      default:
        expected_ = Expected::kEndOrMore;
        return take_word();
    }
  }

  Status enter() {
    if (open_.size() == kJsonDepthMax) {
      return Error(Code::kInvalidArgument,
                   "the JSON is nested deeper than " + std::to_string(kJsonDepthMax) + " levels at byte " + std::to_string(at_),
                   "give a flatter document");
    }
    const bool is_object = here() == '{';
    open_.push_back(is_object ? '}' : ']');
    ++at_;
    skip_space();
    if (here() == open_.back()) {
      leave();
    } else {
      expected_ = is_object ? Expected::kKey : Expected::kValue;
    }
    return {};
  }

  void leave() {
    ++at_;
    open_.pop_back();
    expected_ = Expected::kEndOrMore;
  }

  Status take_end_or_comma() {
    if (here() == open_.back()) {
      leave();
      return {};
    }
    if (here() != ',') return not_json(at_);
    ++at_;
    expected_ = open_.back() == '}' ? Expected::kKey : Expected::kValue;
    return {};
  }

  // And the colon after it.
  Status take_key() {
    if (here() != '"') return not_json(at_);
    WAGGLE_TRY(take_string());
    skip_space();
    if (here() != ':') return not_json(at_);
    ++at_;
    skip_space();
    return {};
  }

  Status take_string() {
    const StringScan scan = scan_string(text_, at_);
    if (!scan.is_valid) return not_json(scan.position);
    at_ = scan.position + 1;
    return {};
  }

  // A number, true, false or null.
  Status take_word() {
    std::size_t end = at_;
    while (end < text_.size() && !is_json_space(text_[end]) && std::string_view(",]}:\"[{").find(text_[end]) == std::string_view::npos) ++end;
    if (!is_json_word(text_.substr(at_, end - at_))) return not_json(at_);
    at_ = end;
    return {};
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::size_t run_ = 0;  // from here to at_ there was no white space
  std::string kept_;     // what stood before run_
  std::string open_;     // the closing brackets that are due, the innermost last
  Expected expected_ = Expected::kEndOrMore;
};

}  // namespace

Result<std::string> normalise_json(std::string_view text) {
  if (!is_utf8(text)) return not_json(utf8_fault(text));
  return Pass(text).run();
}

}  // namespace waggle::base
