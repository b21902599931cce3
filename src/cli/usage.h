// usage.h: the help above single commands: what there is altogether, and what a noun offers.

#ifndef WAGGLE_CLI_USAGE_H
#define WAGGLE_CLI_USAGE_H

#include <string>

#include "cli/command.h"

namespace waggle::cli {

inline constexpr const char* kAbout = "waggle: the database for agent swarms";

// `globals` has the global options declared.
std::string top_help(const Arguments& globals);
// `noun` has verbs: one that is a command by itself has the help of its arguments.
std::string noun_help(const Noun& noun);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_USAGE_H
