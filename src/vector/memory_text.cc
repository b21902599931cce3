// memory_text.cc: see memory_text.h.

#include "vector/memory_text.h"

#include <charconv>

#include "base/json_tree.h"

namespace waggle::vector {
namespace {

void append_line(std::string& text, std::string_view line) {
  if (!text.empty()) text += '\n';
  text += line;
}

template <typename Number>
void append_number(std::string& text, Number number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  append_line(text, {digits, static_cast<std::size_t>(end - digits)});
}

// Bounded by kJsonDepthMax.
void append(std::string& text, const base::JsonTree& json) {  // NOLINT(misc-no-recursion)
  if (const auto* string = json.as<std::string>()) return append_line(text, *string);
  if (const auto* integer = json.as<std::int64_t>()) return append_number(text, *integer);
  if (const auto* real = json.as<double>()) return append_number(text, *real);
  if (const auto* items = json.as<base::JsonTree::Array>()) {
    for (const base::JsonTree& item : *items) append(text, item);
  } else if (const auto* members = json.as<base::JsonTree::Object>()) {
    for (const base::JsonMember& member : *members) {
      append_line(text, member.key);
      append(text, member.value);
    }
  }
}

}  // namespace

Result<std::string> text_of_value(std::string_view json) {
  WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree tree, base::parse_json_tree(json));
  std::string text;
  append(text, tree);
  return text;
}

Result<std::string> text_of_memory(std::string_view key, std::string_view value) {
  WAGGLE_ASSIGN_OR_RETURN(std::string text, text_of_value(value));
  append_line(text, key);
  return text;
}

}  // namespace waggle::vector
