// command.h: what a command is: a noun, its verbs, and for each verb one function that declares its arguments and answers what to do with them.

#ifndef WAGGLE_CLI_COMMAND_H
#define WAGGLE_CLI_COMMAND_H

#include <cstdint>
#include <functional>
#include <span>

#include "cli/arguments.h"
#include "cli/call.h"
#include "cli/errors.h"

namespace waggle::cli {

using Action = std::function<Ending(Call&)>;

struct Verb {
  const char* name;     // "put"; "" for a noun that is a command by itself
  const char* summary;  // one line
  Action (*declare)(Arguments&);
};

enum class Visibility : std::uint8_t {
  kPublic,
  kHidden,  // named by no help and no completion: waggle starts it itself
};

struct Noun {
  const char* name;
  const char* summary;
  std::span<const Verb> verbs;
  Visibility visibility = Visibility::kPublic;

  bool is_command() const { return verbs.size() == 1 && verbs.front().name[0] == '\0'; }
};

// In the order of the help. Declaring arguments is left to the verb that is called, so that starting up costs the same with a hundred of them.
std::span<const Noun> nouns();

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMAND_H
