// content.h: JSON or text that a command stores: given as an argument, or read from stdin.

#ifndef WAGGLE_CLI_CONTENT_H
#define WAGGLE_CLI_CONTENT_H

#include <string>

#include "base/json.h"
#include "cli/arguments.h"
#include "cli/call.h"

namespace waggle::cli {

struct Content {
  std::string given;
  bool is_text = false;
};

inline void declare_content(Arguments& arguments, const char* name, Content& content) {
  arguments.positional({name, "", "JSON; - reads it from stdin"}, content.given);
  arguments.flag({"--text", "", "Take it as a string and not as JSON"}, content.is_text);
}

// invalid_argument for what is not JSON.
inline Result<Json> read_content(Call& call, const Content& content) {
  WAGGLE_ASSIGN_OR_RETURN(std::string text, call.text_or_stdin(content.given));
  if (content.is_text) return Json::string(text);
  const Result<std::string> normal = base::normalise_json(text);
  if (!normal) return Error(normal.error().code(), normal.error().message(), "quote strings as in JSON, or add --text to store it as a string");
  return Json(*normal);
}

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_CONTENT_H
