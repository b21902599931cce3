// attributes.h: a metadata document as the list of what filters compare: its scalars, each under the path that leads to it.

#ifndef WAGGLE_VECTOR_ATTRIBUTES_H
#define WAGGLE_VECTOR_ATTRIBUTES_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/json_tree.h"

namespace waggle::vector {

// Something that is there and cannot be compared: an object, an array.
struct Container {
  friend bool operator==(Container, Container) { return true; }
};
using Scalar = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Container>;

// The scalar that a JSON value is; a Container for an array or object.
Scalar scalar_of(const base::JsonTree& json);

// Numbers for paths, so that entries compare integers and not text. One for each collection.
class Paths {
 public:
  std::uint32_t intern(std::string_view path);
  // nullopt when no entry ever had it.
  std::optional<std::uint32_t> find(std::string_view path) const;
  std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

struct Attribute {
  std::uint32_t path = 0;
  Scalar value;
};

// The attributes of a document: {"a":{"b":1},"c":[2,3]} has a (a container), a.b = 1, c (a container), c = 2 and c = 3. Arrays inside of arrays are
// containers and nothing more. A document that is no object has none.
std::vector<Attribute> attributes_of(const base::JsonTree& document, Paths& paths);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_ATTRIBUTES_H
