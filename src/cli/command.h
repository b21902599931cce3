// command.h: what a command is: a noun, its verbs, and for each verb one function that declares its arguments and answers what to do with them.

#ifndef WAGGLE_CLI_COMMAND_H
#define WAGGLE_CLI_COMMAND_H

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

struct Noun {
  const char* name;
  const char* summary;
  std::span<const Verb> verbs;

  bool is_command() const { return verbs.size() == 1 && verbs.front().name[0] == '\0'; }
};

// In the order of the help. Declaring arguments is left to the verb that is called, so that starting up costs the same with a hundred of them.
std::span<const Noun> nouns();
// Nouns that waggle calls itself by, in processes that it starts. They work, and no help or completion names them.
std::span<const Noun> hidden_nouns();

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMAND_H
