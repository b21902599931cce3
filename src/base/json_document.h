// json_document.h: reading a large JSON document that somebody else wrote, without a copy of each of its values. simdjson does the work behind it.
//
//   WAGGLE_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::parse(text));
//   if (const auto name = document.root().find("name")) ... name->text() ...
//
// What agents store is checked by normalise_json (json.h), which is quicker for small documents and keeps every digit.

#ifndef WAGGLE_BASE_JSON_DOCUMENT_H
#define WAGGLE_BASE_JSON_DOCUMENT_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"

namespace waggle::base {

// One value of a JsonDocument, valid as long as that. The typed readers answer nullopt for a value of another type.
class JsonView {
 public:
  std::optional<std::string_view> text() const;
  std::optional<std::uint64_t> natural() const;  // a whole number from 0 up
  std::optional<bool> boolean() const;
  bool is_null() const;
  bool is_array() const;
  bool is_object() const;

  // The first member of this name; nullopt for other values too. Takes time in the number of members.
  std::optional<JsonView> find(std::string_view name) const;

  // Call `visit` for each in the order of the text, up to the first error, which they answer. Of another type than theirs: nothing to visit.
  Status for_each_item(FunctionRef<Status(JsonView item)> visit) const;
  Status for_each_member(FunctionRef<Status(std::string_view name, JsonView value)> visit) const;

 private:
  friend class JsonDocument;
  JsonView() = default;

  // A simdjson::dom::element, of which this header knows the size alone.
  const void* tape_ = nullptr;
  std::size_t place_ = 0;

  struct Access;
};

class JsonDocument {
 public:
  // invalid_argument, with what is wrong and never the text, for what is not one JSON document in UTF-8 of at most kJsonDepthMax levels.
  static Result<JsonDocument> parse(std::string_view text);

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonView root() const { return root_; }

 private:
  struct Parser;
  JsonDocument(std::unique_ptr<Parser> parser, JsonView root);

  std::unique_ptr<Parser> parser_;
  JsonView root_;
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_JSON_DOCUMENT_H
