// vector_data.h: the verbs of `waggle vector` that move whole files.

#ifndef WAGGLE_CLI_COMMANDS_VECTOR_DATA_H
#define WAGGLE_CLI_COMMANDS_VECTOR_DATA_H

#include "cli/command.h"

namespace waggle::cli {

Action import_vectors(Arguments& arguments);
Action export_vectors(Arguments& arguments);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMANDS_VECTOR_DATA_H
