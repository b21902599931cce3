// text_expression.cc: see text_expression.h. The syntax: https://sqlite.org/fts5.html#full_text_query_syntax

#include "vector/text_expression.h"

#include <algorithm>
#include <utility>

namespace waggle::vector {
namespace {

bool is_of_word(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_' || byte >= 0x80 || byte == 0x1a;
}

Error refused(std::string_view expression, const char* why) {
  return {Code::kInvalidArgument, std::string(why) + ", in the query: " + std::string(expression), "put what is looked for into double quotes"};
}

class Phrases {
 public:
  explicit Phrases(std::string_view expression) : rest_(expression) {}

  // False for a column.
  bool read() {
    while (!rest_.empty()) {
      const char letter = rest_.front();
      if (letter == ':') return false;
      if (letter == '"')
        read_string();
      else if (is_of_word(letter))
        read_word();
      else
        read_sign();
    }
    return true;
  }

  std::vector<ExpressionPhrase> take() { return std::move(phrases_); }

 private:
  void read_string() {
    std::string text;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const bool is_quote = rest_.front() == '"';
      if (is_quote && !rest_.starts_with("\"\"")) break;
      text += rest_.front();
      rest_.remove_prefix(is_quote ? 2 : 1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    add(std::move(text));
  }

  void read_word() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_of_word);
    std::string word(rest_.begin(), end);
    rest_.remove_prefix(word.size());
    const bool is_operator = word == "AND" || word == "OR" || word == "NOT" || (word == "NEAR" && next() == '(');
    if (!is_operator && !is_after_comma_) add(std::move(word));
    is_after_comma_ = false;
    is_phrase_ = is_phrase_ && !is_operator;
  }

  void read_sign() {
    const char sign = rest_.front();
    if (sign == '*' && is_phrase_) phrases_.back().is_prefix = true;
    // "+" goes on with a phrase, "," is before the number of NEAR.
    if (sign == ',') is_after_comma_ = true;
    const bool is_space = sign == ' ' || sign == '\t' || sign == '\n' || sign == '\r';
    is_phrase_ = is_phrase_ && is_space;
    rest_.remove_prefix(1);
  }

  void add(std::string text) {
    phrases_.push_back({.text = std::move(text)});
    is_phrase_ = true;
  }

  char next() const {
    const std::size_t place = rest_.find_first_not_of(" \t\n\r");
    return place == std::string_view::npos ? '\0' : rest_[place];
  }

  std::string_view rest_;
  std::vector<ExpressionPhrase> phrases_;
  bool is_phrase_ = false;  // the last thing that was read, but for space
  bool is_after_comma_ = false;
};

}  // namespace

Result<std::vector<ExpressionPhrase>> phrases_of(std::string_view expression) {
  if (expression.starts_with('*')) return refused(expression, "fts5: syntax error near \"*\"");
  Phrases phrases(expression);
  if (!phrases.read()) return refused(expression, "a query names no column: there is one text");
  return phrases.take();
}

}  // namespace waggle::vector
