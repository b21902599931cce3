// error.h: how Waggle says that something did not work.
//
// Waggle throws nothing. A function that can fail returns Result<T> (or Status, when there is nothing else to return), which holds either the
// value or one Error. The code is chosen by what the caller should do next; docs/ERRORS.md has the table with the exit and protocol codes.
//
//     waggle::Result<waggle::MemoryEntry> entry = session.memory().get({"ann", "plan"});
//     if (!entry && entry.error().code() == waggle::Code::kNotFound) { ... }
//
// An error never holds a bound or stored value: those may be secrets.

#ifndef WAGGLE_ERROR_H
#define WAGGLE_ERROR_H

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace waggle {

// What went wrong, said as what to do about it.
enum class Code : std::uint8_t {
  kInvalidArgument,  // The request itself is wrong: change it. Nothing was changed.
  kNotFound,         // The thing named does not exist, or has expired.
  kAlreadyExists,    // The id or name is taken.
  kConflict,         // The state is not what the request assumed: read again, then retry the whole transaction.
  kBusy,             // Somebody else holds a lock: retry the same call.
  kReadOnly,         // This handle, file or place takes no writes: send the write to one that does.
  kStale,            // What was asked for is older than what is kept: start from the oldest that is.
  kDeadline,         // The time that the caller gave has run out. Nothing was changed.
  kCancelled,        // The caller asked to stop. Nothing was changed.
  kInDoubt,          // The commit was begun and its outcome is unknown: read before you write again.
  kUnauthenticated,  // Say who you are.
  kPermission,       // You are known, and may not.
  kExhausted,        // A documented limit, quota or the disk is full: free something or raise it.
  kUnsupported,      // This build, mode or file version cannot do it.
  kCorruption,       // Stored bytes are damaged: the hint names the file and the repair.
  kIo,               // The operating system refused to read or write.
  kInternal,         // A defect in Waggle: please report it.
};

// The code's name in snake_case, as the command line and the wire protocols spell it, for example "not_found".
std::string_view to_string(Code code);

// One failure. Cheap to copy: copies share their text. Immutable, hence usable from several threads.
class Error {
 public:
  // `message` says what happened and to which thing; `hint` says how to mend it, and may be empty. Neither may hold a bound value.
  Error(Code code, std::string message, std::string hint = {}, const char* file = __builtin_FILE(), int line = __builtin_LINE());

  Code code() const { return details_->code; }
  const std::string& message() const { return details_->message; }
  const std::string& hint() const { return details_->hint; }

  // The extended result code of SQLite that led to this error, 0 if none did.
  int sqlite_code() const { return details_->sqlite_code; }
  // The same error with SQLite's extended result code noted.
  Error with_sqlite_code(int extended_code) const;

  // Where in Waggle's source the error was made.
  const char* file() const { return details_->file; }
  int line() const { return details_->line; }

  // May the same call simply be tried again (busy, conflict)?
  bool can_retry() const { return code() == Code::kBusy || code() == Code::kConflict; }
  // May the write have happened although an error came back?
  bool in_doubt() const { return code() == Code::kInDoubt; }

  // "MESSAGE (CODE): HINT", the form in which the command line prints it.
  std::string describe() const;

 private:
  struct Details {
    Code code;
    int sqlite_code;
    int line;
    const char* file;
    std::string message;
    std::string hint;
  };
  std::shared_ptr<const Details> details_;  // Shared: a commit that fails gives the same error to every writer of its group.
};

// What Result<T>::value() throws in the caller's code when there is no value. Waggle itself never throws it.
class BadResultAccess : public std::runtime_error {
 public:
  explicit BadResultAccess(const Error& error) : std::runtime_error(error.describe()), error_(error) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// A value or an Error: the subset of C++23's std::expected<T, Error> that Waggle needs, under the same names.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  template <typename U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Result> && !std::is_same_v<std::remove_cvref_t<U>, Error>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor): `return value;` is the point
  // A value made in place from `arguments`.
  template <typename... Args>
  explicit Result(std::in_place_t, Args&&... arguments) : state_(std::in_place_index<0>, std::forward<Args>(arguments)...) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Precondition of the next six: has_value().
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  // Precondition: !has_value().
  const Error& error() const { return *std::get_if<1>(&state_); }

  // The value; throws BadResultAccess when there is none.
  T& value() & { return require(), **this; }
  const T& value() const& { return require(), **this; }
  T&& value() && { return require(), *std::move(*this); }

  template <typename U>
  T value_or(U&& fallback) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  void require() const {
    if (!has_value()) throw BadResultAccess(error());
  }

  std::variant<T, Error> state_;
};

// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  // Precondition: !has_value().
  const Error& error() const { return *std::get_if<1>(&state_); }
  // Throws BadResultAccess on an error.
  void value() const {
    if (!has_value()) throw BadResultAccess(error());
  }

 private:
  std::variant<std::monostate, Error> state_;
};

using Status = Result<void>;

}  // namespace waggle

#endif  // WAGGLE_ERROR_H
