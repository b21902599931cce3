// output.cc: the three forms of an answer.

#include "cli/output.h"

#include "base/json.h"
#include "cli/streams.h"

namespace waggle::cli {

namespace {

constexpr std::size_t kGatheredBytesMax = std::size_t{1} << 20;

std::string list_document(const Output::List& list) {
  base::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const Record& item : list.items) json.raw(item.to_json());
  json.end_array().key("next");
  if (list.next) {
    json.string(*list.next);
  } else {
    json.null();
  }
  return json.end_object().take() + "\n";
}

}  // namespace

Status Output::object(const Record& record) {
  WAGGLE_TRY(record.sound());
  return raw(style_.format == Format::kTable ? format_fields(record, style_.colour) : record.to_json() + "\n");
}

Status Output::list(const List& list) {
  for (const Record& item : list.items) WAGGLE_TRY(item.sound());
  switch (style_.format) {
    case Format::kTable:
      return raw(format_records(list.items, list.columns, style_.colour));
    case Format::kJson:
      return raw(list_document(list));
    case Format::kJsonl:
      break;
  }
  for (const Record& item : list.items) WAGGLE_TRY(raw(item.to_json() + "\n"));
  return {};
}

Status Output::raw(std::string_view text) {
  gathered_ += text;
  return gathered_.size() > kGatheredBytesMax ? flush() : Status();
}

Status Output::flush() {
  const Status written = write_all(descriptor_, gathered_);
  gathered_.clear();
  return written;
}

}  // namespace waggle::cli
