// errors.cc: the table from error codes to exit statuses, and the text of an error.

#include "cli/errors.h"

#include "base/json.h"
#include "cli/text.h"

namespace waggle::cli {

namespace {

constexpr int kUsageExitStatus = 2;
constexpr int kSqlExitStatus = 3;
constexpr int kRefusedExitStatus = 4;

// What to do about an error whose maker had no better advice.
std::string_view usual_hint(std::string_view code) {
  if (code == "usage") return "see `waggle --help`";
  if (code == "invalid_argument") return "change the argument; `--help` after the command says what it takes";
  if (code == "not_found") return "check the name, or list what there is";
  if (code == "already_exists") return "choose another name";
  if (code == "conflict") return "read it again, then decide again";
  if (code == "busy") return "try again";
  if (code == "read_only") return "write where writing is allowed";
  if (code == "stale") return "start from the oldest that is kept";
  if (code == "deadline") return "allow more time with --timeout";
  if (code == "cancelled") return "nothing was changed; run it again";
  if (code == "in_doubt") return "read before you write again";
  if (code == "unauthenticated") return "give a token in WAGGLE_TOKEN";
  if (code == "permission") return "ask whoever owns it";
  if (code == "exhausted") return "free something or raise the limit";
  if (code == "unsupported") return "use a version or a mode that can";
  if (code == "corruption") return "run `waggle check`, and restore from a backup";
  if (code == "io") return "check the disk and the rights on the file";
  if (code == "sql") return "correct the statement";
  if (code == "refused") return "add --yes";
  return "please report this as a defect of waggle";
}

}  // namespace

int exit_status(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return 2;
    case Code::kNotFound:
      return 6;
    case Code::kAlreadyExists:
    case Code::kConflict:
    case Code::kBusy:
    case Code::kStale:
      return 7;
    case Code::kReadOnly:
      return 4;
    case Code::kDeadline:
      return 124;
    case Code::kCancelled:
      return 130;
    case Code::kUnauthenticated:
    case Code::kPermission:
      return 5;
    case Code::kInDoubt:
    case Code::kExhausted:
    case Code::kUnsupported:
    case Code::kCorruption:
    case Code::kIo:
    case Code::kInternal:
      break;
  }
  return 1;
}

Failure failure_of(const Error& error) { return {std::string(to_string(error.code())), error.message(), error.hint(), exit_status(error.code())}; }

Failure usage_failure(std::string message, std::string hint) { return {"usage", std::move(message), std::move(hint), kUsageExitStatus}; }

Failure refused_failure(std::string message, std::string hint) { return {"refused", std::move(message), std::move(hint), kRefusedExitStatus}; }

Failure sql_failure_of(const Error& error) {
  Failure failure = failure_of(error);
  // already_exists is a UNIQUE constraint of the user's own table.
  const bool refused_by_sql = error.code() == Code::kInvalidArgument || error.code() == Code::kAlreadyExists;
  if (!refused_by_sql || error.sqlite_code() == 0) return failure;
  failure.code = "sql";
  failure.exit_status = kSqlExitStatus;
  return failure;
}

Ending Ending::silent(int exit_status) {
  Ending ending;
  ending.exit_status_ = exit_status;
  return ending;
}

std::string format_failure(const Failure& failure, ErrorForm form) {
  const std::string hint = failure.hint.empty() ? std::string(usual_hint(failure.code)) : failure.hint;
  if (form == ErrorForm::kJson) {
    base::JsonWriter json;
    json.begin_object().key("error").begin_object();
    json.key("code").string(failure.code).key("message").string(valid_utf8(failure.message)).key("hint").string(valid_utf8(hint));
    json.end_object().end_object();
    return json.take() + "\n";
  }
  const std::string_view label = form == ErrorForm::kColouredText ? "\x1b[1;31merror:\x1b[0m " : "error: ";
  return std::string(label) + printable(failure.message) + " (" + failure.code + "): " + printable(hint) + "\n";
}

}  // namespace waggle::cli
