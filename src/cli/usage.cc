// usage.cc: lists of nouns and verbs as text.

#include "cli/usage.h"

#include <algorithm>
#include <cstring>

namespace waggle::cli {

namespace {

constexpr std::size_t kNameWidth = 16;

std::string line(const char* name, const char* summary) {
  const std::size_t gap = kNameWidth - std::min(kNameWidth - 1, std::strlen(name));
  return "  " + std::string(name) + std::string(gap, ' ') + summary + "\n";
}

}  // namespace

std::string top_help(const Arguments& globals) {
  std::string commands;
  for (const Noun& noun : nouns()) {
    if (noun.visibility == Visibility::kPublic) commands += line(noun.name, noun.summary);
  }
  const std::string options = globals.help();
  const std::size_t heading = options.find("Global options");
  return std::string(kAbout) + "\n\nUsage: waggle [GLOBAL OPTIONS] COMMAND ...\n\nCommands (each has --help):\n" + commands + "\n" +
         (heading == std::string::npos ? options : options.substr(heading)) +
         "\nGlobal options stand before or after the command. Exit status: 0 ok, 1 io or damage, 2 usage, 3 SQL, 4 read-only or refused,\n"
         "5 permission, 6 not found, 7 conflict, 124 deadline, 130 and 143 after SIGINT and SIGTERM.\n";
}

std::string noun_help(const Noun& noun) {
  std::string verbs;
  for (const Verb& verb : noun.verbs) verbs += line(verb.name, verb.summary);
  return std::string(noun.summary) + "\n\nUsage: waggle " + noun.name + " COMMAND ...\n\nCommands (each has --help):\n" + verbs;
}

}  // namespace waggle::cli
