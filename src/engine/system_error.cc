// system_error.cc: see system_error.h.

#include "engine/system_error.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace waggle::engine {

Error system_error(int number, std::string_view path, std::string_view doing, Code denied, const char* file, int line) {
  std::string message(path);
  message.append(": cannot ").append(doing).append(": ").append(std::generic_category().message(number));
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return Error(denied, std::move(message), "check the permissions of the file and its folder", file, line);
    case ENOSPC:
    case EDQUOT:
      return Error(Code::kExhausted, std::move(message), "free some space", file, line);
    case EMFILE:
    case ENFILE:
      return Error(Code::kExhausted, std::move(message), "raise the limit of open files (ulimit -n)", file, line);
    default:
      return Error(Code::kIo, std::move(message), "check the path and the disk", file, line);
  }
}

}  // namespace waggle::engine
