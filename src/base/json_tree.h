// json_tree.h: a JSON document as a tree in memory, for those that have to walk through one.

#ifndef WAGGLE_BASE_JSON_TREE_H
#define WAGGLE_BASE_JSON_TREE_H

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace waggle::base {

struct JsonMember;

struct JsonTree {
  using Array = std::vector<JsonTree>;
  using Object = std::vector<JsonMember>;  // in the order of the text; a key that stands twice is there twice

  // A number is an int64 when it is written as one and fits, else the nearest double.
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> content;

  // nullptr when it is something else.
  template <typename T>
  const T* as() const {
    return std::get_if<T>(&content);
  }
  bool is_number() const { return as<std::int64_t>() != nullptr || as<double>() != nullptr; }
  // Of a number only.
  double number() const { return as<double>() != nullptr ? *as<double>() : static_cast<double>(*as<std::int64_t>()); }
};

struct JsonMember {
  std::string key;
  JsonTree value;
};

// invalid_argument for what normalise_json refuses.
Result<JsonTree> parse_json_tree(std::string_view text);

// The members of a JSON object, each value as the text that it is, to the digit. invalid_argument for anything but an object.
struct JsonMemberText {
  std::string key;
  std::string value;  // normalised JSON
};
Result<std::vector<JsonMemberText>> split_json_object(std::string_view text);

}  // namespace waggle::base

#endif  // WAGGLE_BASE_JSON_TREE_H
