// sqlite_error.cc: see sqlite_error.h. Codes: https://sqlite.org/rescode.html.

#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

struct Mapping {
  Code code;
  std::string_view what;
  std::string_view mend;
};

Mapping map_constraint(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return {Code::kAlreadyExists, "a row with this key exists already", ""};
    default:
      return {Code::kInvalidArgument, "a constraint of the table forbids it", ""};
  }
}

Mapping map_io(int extended_code) {
  switch (extended_code) {
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
      return {Code::kIo, "the disk did not confirm a write", "check the disk, then open the database again"};
    case SQLITE_IOERR_SHORT_READ:
      return {Code::kCorruption, "the file ends too early", "restore it from a backup"};
    case SQLITE_IOERR_NOMEM:
      return {Code::kExhausted, "memory ran out", "free memory and try again"};
    case SQLITE_IOERR_SHMSIZE:
      return {Code::kExhausted, "there is no room for its shared-memory file (suffix -shm)", "free some space"};
    case SQLITE_IOERR_SHMMAP:
      return {Code::kIo, "its shared-memory file (suffix -shm) cannot be mapped", "move the database to a local disk"};
    default:
      return {Code::kIo, "the operating system reported an input/output error", "check the disk and the file's permissions"};
  }
}

Mapping map(int extended_code) {
  switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // a snapshot could not be begun in many tries, because others committed or recovered all the time
      return {Code::kBusy, "another process holds a lock on it", "end that process's transaction, or allow more time"};
    case SQLITE_FULL:
      return {Code::kExhausted, "the disk is full", "free some space"};
    case SQLITE_NOMEM:
      return {Code::kExhausted, "memory ran out", "free memory and try again"};
    case SQLITE_TOOBIG:
      return {Code::kExhausted, "a value or the statement is too large", ""};
    case SQLITE_CORRUPT:
      return {Code::kCorruption, "its bytes are damaged", "run `waggle check`, and restore it from a backup"};
    case SQLITE_NOTADB:
      return {Code::kCorruption, "it is not a database", "name the right file; `waggle init` makes a new one under another name"};
    case SQLITE_READONLY:
      return {Code::kReadOnly, "it cannot be written", "check the permissions of the file and its folder"};
    case SQLITE_CANTOPEN:
      return {Code::kIo, "it cannot be opened, or its side files (-wal, -shm) cannot be made", "check that its folder exists and can be written"};
    case SQLITE_PERM:
      return {Code::kPermission, "access to it is denied", "check the permissions of the file and its folder"};
    case SQLITE_AUTH:
      return {Code::kPermission, "the policy for SQL from users does not allow it", ""};
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
      return {Code::kDeadline, "time ran out", "allow more time"};
    case SQLITE_CONSTRAINT:
      return map_constraint(extended_code);
    case SQLITE_IOERR:
      return map_io(extended_code);
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return {Code::kInvalidArgument, "the statement is not valid", ""};
    default:
      return {Code::kInternal, "the engine answered with an unexpected code", "please report this"};
  }
}

Error compose(int extended_code, std::string_view path, std::string_view doing, std::string_view detail, const char* file, int line) {
  const Mapping mapping = map(extended_code);
  std::string message;
  message.append(path).append(": cannot ").append(doing).append(": ").append(detail.empty() ? mapping.what : detail);
  return Error(mapping.code, std::move(message), std::string(mapping.mend), file, line).with_sqlite_code(extended_code);
}

}  // namespace

Error make_error(int extended_code, std::string_view path, std::string_view doing, const char* file, int line) {
  return compose(extended_code, path, doing, {}, file, line);
}

Error last_error(sqlite3* db, std::string_view path, std::string_view doing, const char* file, int line) {
  const int code = sqlite3_extended_errcode(db);
  // "no such column: x", "near ...: syntax error": names from the statement, never values.
  const std::string detail = (code & 0xff) == SQLITE_ERROR ? sqlite3_errmsg(db) : "";
  return compose(code, path, doing, detail, file, line);
}

}  // namespace waggle::engine
