// system_error.h: what the operating system refused, as an error that names the file and the mend.

#ifndef WAGGLE_ENGINE_SYSTEM_ERROR_H
#define WAGGLE_ENGINE_SYSTEM_ERROR_H

#include <string_view>

#include "waggle/error.h"

namespace waggle::engine {

// The error for `number`, a value of errno, about the file `path`. `doing` completes "PATH: cannot ...". `denied` is the code for lacking rights:
// read_only where something was to be written, permission where it was to be read.
Error system_error(int number, std::string_view path, std::string_view doing, Code denied = Code::kReadOnly, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE());

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_SYSTEM_ERROR_H
