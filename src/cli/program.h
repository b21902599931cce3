// program.h: another program, run to its end under a deadline.

#ifndef WAGGLE_CLI_PROGRAM_H
#define WAGGLE_CLI_PROGRAM_H

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace waggle::cli {

struct Program {
  std::vector<std::string> words;  // begins with the program, which is looked up in PATH
  std::string output_path;         // gets what it prints on stdout and stderr; it reads nothing
};

// Its exit status, 128 + signal when one ended it. unsupported when there is no such program. When the deadline passes or the stop is requested, it
// is killed with all processes that it started, and the answer is deadline or cancelled.
Result<int> run_program(Program program, const base::Deadline& deadline);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_PROGRAM_H
