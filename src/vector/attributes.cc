// attributes.cc: see attributes.h.

#include "vector/attributes.h"

#include <utility>

namespace waggle::vector {
namespace {

using base::JsonTree;

class Collector {
 public:
  explicit Collector(Paths& paths) : paths_(paths) {}

  void add_members(const JsonTree::Object& object, const std::string& prefix) {
    for (const base::JsonMember& member : object) add(prefix.empty() ? member.key : prefix + "." + member.key, member.value);
  }
  std::vector<Attribute> take() { return std::move(found_); }

 private:
  void add(const std::string& path, const JsonTree& value) {
    const std::uint32_t number = paths_.intern(path);
    found_.push_back({number, scalar_of(value)});
    if (const auto* object = value.as<JsonTree::Object>()) add_members(*object, path);
    if (const auto* array = value.as<JsonTree::Array>()) {
      for (const JsonTree& item : *array) found_.push_back({number, scalar_of(item)});
    }
  }

  Paths& paths_;
  std::vector<Attribute> found_;
};

}  // namespace

Scalar scalar_of(const JsonTree& json) {
  return std::visit(
      []<typename T>(const T& content) -> Scalar {
        if constexpr (std::is_same_v<T, JsonTree::Array> || std::is_same_v<T, JsonTree::Object>)
          return Container{};
        else
          return content;
      },
      json.content);
}

std::uint32_t Paths::intern(std::string_view path) {
  return numbers_.try_emplace(std::string(path), static_cast<std::uint32_t>(numbers_.size())).first->second;
}

std::optional<std::uint32_t> Paths::find(std::string_view path) const {
  const auto found = numbers_.find(std::string(path));
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Attribute> attributes_of(const JsonTree& document, Paths& paths) {
  Collector collector(paths);
  if (const auto* object = document.as<JsonTree::Object>()) collector.add_members(*object, "");
  return collector.take();
}

}  // namespace waggle::vector
