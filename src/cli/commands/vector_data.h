// vector_data.h: the verbs of `waggle vector` that move whole files, and the index that belongs to them.

#ifndef WAGGLE_CLI_COMMANDS_VECTOR_DATA_H
#define WAGGLE_CLI_COMMANDS_VECTOR_DATA_H

#include "cli/command.h"

namespace waggle::cli {

Action import_vectors(Arguments& arguments);
Action export_vectors(Arguments& arguments);

// Makes a collection's index, with a bar.
Result<ReindexReport> build_index(Call& call, VectorCollection collection, Reindex::From from);
// Gives a collection another model, with a bar.
Result<Collection> reembed_all(Call& call, VectorCollection collection, const Embedder& embedder);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMANDS_VECTOR_DATA_H
