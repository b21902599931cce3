// record.cc: fields into JSON and into text for people.

#include "cli/record.h"

#include <algorithm>
#include <utility>

#include "base/time_text.h"

namespace waggle::cli {

Record& Record::add(std::string_view name, Kind kind, std::string content) {
  fields_.push_back({name, kind, std::move(content)});
  return *this;
}

Record& Record::text(std::string_view name, std::string_view content) { return add(name, Kind::kText, std::string(content)); }
Record& Record::text(std::string_view name, const std::optional<std::string>& content) { return content ? text(name, *content) : null(name); }
Record& Record::texts(std::string_view name, const std::vector<std::string>& contents) {
  return add(name, Kind::kJson, base::write_string_array(contents));
}
Record& Record::integer(std::string_view name, std::int64_t number) { return add(name, Kind::kJson, std::to_string(number)); }
Record& Record::integer(std::string_view name, const std::optional<std::int64_t>& number) { return number ? integer(name, *number) : null(name); }
Record& Record::number(std::string_view name, double number) { return add(name, Kind::kJson, base::JsonWriter().number(number).take()); }
Record& Record::number(std::string_view name, float number) { return add(name, Kind::kJson, base::JsonWriter().number(number).take()); }
Record& Record::boolean(std::string_view name, bool truth) { return add(name, Kind::kJson, truth ? "true" : "false"); }
Record& Record::time(std::string_view name, Timestamp time) { return text(name, base::format_time(time)); }
Record& Record::time(std::string_view name, const std::optional<Timestamp>& time) { return time ? this->time(name, *time) : null(name); }
Record& Record::seconds(std::string_view name, const std::optional<Duration>& duration) {
  return duration ? number(name, std::chrono::duration<double>(*duration).count()) : null(name);
}
Record& Record::json(std::string_view name, const Json& document) {
  if (document.text == "null") return null(name);
  if (damaged_.empty() && !base::normalise_json(document.text)) damaged_ = name;
  return add(name, Kind::kJson, document.text);
}
Record& Record::json(std::string_view name, const std::optional<Json>& document) { return document ? json(name, *document) : null(name); }
Record& Record::record(std::string_view name, const Record& inner) {
  if (damaged_.empty() && !inner.damaged_.empty()) damaged_ = name;
  return add(name, Kind::kJson, inner.to_json());
}
Record& Record::records(std::string_view name, const std::vector<Record>& inner) {
  base::JsonWriter json;
  json.begin_array();
  for (const Record& one : inner) {
    if (damaged_.empty() && !one.damaged_.empty()) damaged_ = name;
    json.raw(one.to_json());
  }
  json.end_array();
  return written(name, std::move(json));
}
Record& Record::written(std::string_view name, base::JsonWriter json) { return add(name, Kind::kJson, json.take()); }
Record& Record::null(std::string_view name) { return add(name, Kind::kNull, {}); }

Status Record::sound() const {
  if (damaged_.empty()) return {};
  const std::string id = shown("id");
  return Error(Code::kCorruption, "the stored " + std::string(damaged_) + (id.empty() ? "" : " of " + id) + " is not JSON",
               "run `waggle check`, and restore from a backup");
}

std::string Record::to_json() const {
  base::JsonWriter json;
  json.begin_object();
  for (const Field& field : fields_) {
    json.key(field.name);
    switch (field.kind) {
      case Kind::kText:
        json.string(field.content);
        break;
      case Kind::kJson:
        json.raw(field.content);
        break;
      case Kind::kNull:
        json.null();
        break;
    }
  }
  return json.end_object().take();
}

std::vector<std::string_view> Record::names() const {
  std::vector<std::string_view> names;
  names.reserve(fields_.size());
  for (const Field& field : fields_) names.push_back(field.name);
  return names;
}

std::string Record::shown(std::string_view name) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(), [name](const Field& one) { return one.name == name; });
  if (field == fields_.end()) return {};
  return field->kind == Kind::kNull ? "-" : field->content;
}

}  // namespace waggle::cli
