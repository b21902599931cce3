// vector_search.h: the verb `waggle vector search`, and the options by which numbers are given.

#ifndef WAGGLE_CLI_COMMANDS_VECTOR_SEARCH_H
#define WAGGLE_CLI_COMMANDS_VECTOR_SEARCH_H

#include <memory>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/call.h"
#include "cli/command.h"

namespace waggle::cli {

// What is stored or searched: numbers, or a text of which the collection's embedder makes them.
struct VectorSource {
  std::optional<std::string> vector;
  std::optional<std::string> text;

  // invalid_argument unless it is one of them.
  Status check() const;
};

// The embedder of the collection's model; invalid_argument for one that does not say its model.
Result<std::unique_ptr<Embedder>> embedder_for(const Call& call, const Session& session, const std::string& collection_name);

Action search_vectors(Arguments& arguments);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMANDS_VECTOR_SEARCH_H
