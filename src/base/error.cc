// error.cc: the names of the codes and the text of an error.

#include "waggle/error.h"

namespace waggle {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "invalid_argument";
    case Code::kNotFound:
      return "not_found";
    case Code::kAlreadyExists:
      return "already_exists";
    case Code::kConflict:
      return "conflict";
    case Code::kBusy:
      return "busy";
    case Code::kReadOnly:
      return "read_only";
    case Code::kStale:
      return "stale";
    case Code::kDeadline:
      return "deadline";
    case Code::kCancelled:
      return "cancelled";
    case Code::kInDoubt:
      return "in_doubt";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kPermission:
      return "permission";
    case Code::kExhausted:
      return "exhausted";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kCorruption:
      return "corruption";
    case Code::kIo:
      return "io";
    case Code::kInternal:
      break;
  }
  return "internal";
}

Error::Error(Code code, std::string message, std::string hint, const char* file, int line)
    : details_(std::make_shared<const Details>(Details{code, 0, line, file, std::move(message), std::move(hint)})) {}

Error Error::with_sqlite_code(int extended_code) const {
  Error copy = *this;
  Details details = *details_;
  details.sqlite_code = extended_code;
  copy.details_ = std::make_shared<const Details>(std::move(details));
  return copy;
}

std::string Error::describe() const {
  std::string text = message() + " (" + std::string(to_string(code())) + ")";
  if (!hint().empty()) text += ": " + hint();
  return text;
}

}  // namespace waggle
