// app.h: one run of the command line, from its words to its exit status.

#ifndef WAGGLE_CLI_APP_H
#define WAGGLE_CLI_APP_H

#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/settings.h"
#include "cli/streams.h"

namespace waggle::cli {

struct Process {
  Streams streams;
  Environment environment;
  const base::Clock& clock;
};

// `words` are the arguments without the program's name. Prints the answer or the error and returns the exit status.
int run(const std::vector<std::string>& words, const Process& process);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_APP_H
