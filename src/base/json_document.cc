// json_document.cc: see json_document.h.

#include "base/json_document.h"

#include <simdjson.h>

#include <bit>
#include <string>
#include <utility>

#include "base/json.h"

namespace waggle::base {

// Between a JsonView and the element that it stands for.
struct JsonView::Access {
  struct Words {
    const void* tape;
    std::size_t place;
  };

  static simdjson::dom::element element(const JsonView& view) { return std::bit_cast<simdjson::dom::element>(Words{view.tape_, view.place_}); }
  static JsonView view(const simdjson::dom::element& element) {
    const auto words = std::bit_cast<Words>(element);
    JsonView view;
    view.tape_ = words.tape;
    view.place_ = words.place;
    return view;
  }

  template <typename T>
  static std::optional<T> read(const JsonView& view) {
    T value{};
    if (element(view).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
  }
};

struct JsonDocument::Parser {
  simdjson::dom::parser parser;
};

std::optional<std::string_view> JsonView::text() const { return Access::read<std::string_view>(*this); }
std::optional<std::uint64_t> JsonView::natural() const { return Access::read<std::uint64_t>(*this); }
std::optional<bool> JsonView::boolean() const { return Access::read<bool>(*this); }
bool JsonView::is_null() const { return Access::element(*this).is_null(); }
bool JsonView::is_array() const { return Access::element(*this).is_array(); }
bool JsonView::is_object() const { return Access::element(*this).is_object(); }

std::optional<JsonView> JsonView::find(std::string_view name) const {
  const auto object = Access::read<simdjson::dom::object>(*this);
  if (!object) return std::nullopt;
  for (const auto [key, value] : *object) {
    if (key == name) return Access::view(value);
  }
  return std::nullopt;
}

Status JsonView::for_each_item(FunctionRef<Status(JsonView item)> visit) const {
  const auto array = Access::read<simdjson::dom::array>(*this);
  if (!array) return {};
  for (const simdjson::dom::element item : *array) WAGGLE_TRY(visit(Access::view(item)));
  return {};
}

Status JsonView::for_each_member(FunctionRef<Status(std::string_view name, JsonView value)> visit) const {
  const auto object = Access::read<simdjson::dom::object>(*this);
  if (!object) return {};
  for (const auto [key, value] : *object) WAGGLE_TRY(visit(key, Access::view(value)));
  return {};
}

Result<JsonDocument> JsonDocument::parse(std::string_view text) {
  auto parser = std::make_unique<Parser>();
  simdjson::error_code failure = parser->parser.allocate(text.size(), kJsonDepthMax);
  simdjson::dom::element root;
  if (failure == simdjson::SUCCESS) failure = parser->parser.parse(text.data(), text.size()).get(root);  // copies: it wants bytes after the end
  if (failure == simdjson::MEMALLOC || failure == simdjson::CAPACITY) {
    return Error(Code::kExhausted, "there is not enough memory to read a JSON document of " + std::to_string(text.size()) + " bytes", "free memory");
  }
  if (failure != simdjson::SUCCESS) {
    return Error(Code::kInvalidArgument, std::string("not valid JSON: ") + simdjson::error_message(failure),
                 "give one JSON document in UTF-8 (RFC 8259)");
  }
  return JsonDocument(std::move(parser), JsonView::Access::view(root));
}

JsonDocument::JsonDocument(std::unique_ptr<Parser> parser, JsonView root) : parser_(std::move(parser)), root_(root) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

}  // namespace waggle::base
