// sqlite_error.h: result codes of libSQL as Waggle's errors, naming the file and the mend.

#ifndef WAGGLE_ENGINE_SQLITE_ERROR_H
#define WAGGLE_ENGINE_SQLITE_ERROR_H

#include <string>
#include <string_view>

#include "sqlite3.h"
#include "waggle/error.h"

namespace waggle::engine {

// The error for an extended result code, about the database file `path`. `doing` completes "PATH: cannot ...". SQLite's own message goes in only for
// errors of SQL text (syntax, unknown names): others could hold stored values.
Error make_error(int extended_code, std::string_view path, std::string_view doing, const char* file = __builtin_FILE(), int line = __builtin_LINE());

// The error of the last call on a connection.
Error last_error(sqlite3* db, std::string_view path, std::string_view doing, const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_SQLITE_ERROR_H
