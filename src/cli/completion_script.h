// completion_script.h: completions for shells, made from the same commands that are run.

#ifndef WAGGLE_CLI_COMPLETION_SCRIPT_H
#define WAGGLE_CLI_COMPLETION_SCRIPT_H

#include <string>

#include "cli/values.h"

namespace waggle::cli {

std::string completion_script(Shell shell);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMPLETION_SCRIPT_H
