// errors.h: how a command ends: the exit status of every error code, and the one line in which an error is told.

#ifndef WAGGLE_CLI_ERRORS_H
#define WAGGLE_CLI_ERRORS_H

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "waggle/error.h"

namespace waggle::cli {

// What went wrong, as scripts see it. `code` is a Code's name or one of the command line's own: "usage", "sql", "refused".
struct Failure {
  std::string code;
  std::string message;
  std::string hint;
  int exit_status = 1;
};

// The exit status of a failure of this code.
int exit_status(Code code);

Failure failure_of(const Error& error);
// The command cannot be understood: exit status 2.
Failure usage_failure(std::string message, std::string hint);
// A destructive command without --yes and without anybody to ask: exit status 4.
Failure refused_failure(std::string message, std::string hint);
// A statement that SQL refuses is a failure of the code "sql", exit status 3; any other error is what it is.
Failure sql_failure_of(const Error& error);

// How a command ended. WAGGLE_TRY works in functions that return it.
class [[nodiscard]] Ending {
 public:
  Ending() = default;
  Ending(const Error& error) : failure_(failure_of(error)), exit_status_(failure_->exit_status) {}  // NOLINT(google-explicit-constructor)
  Ending(Failure failure) : failure_(std::move(failure)), exit_status_(failure_->exit_status) {}    // NOLINT(google-explicit-constructor)
  Ending(const Status& status) : Ending(status ? Ending() : Ending(status.error())) {}              // NOLINT(google-explicit-constructor)
  // The answer on stdout is itself the bad news: nothing more is said, but the exit status tells scripts.
  static Ending silent(int exit_status);

  const std::optional<Failure>& failure() const { return failure_; }
  int exit_status() const { return exit_status_; }

 private:
  std::optional<Failure> failure_;
  int exit_status_ = 0;
};

enum class ErrorForm { kText, kColouredText, kJson };

// "error: WHAT (CODE): MEND" or {"error":{"code","message","hint"}}, with the line's end. Always one line of UTF-8: control characters are escaped
// and bytes that are not UTF-8 replaced.
std::string format_failure(const Failure& failure, ErrorForm form);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_ERRORS_H
