// memory_recall.h: the verb `waggle memory recall`, and the options by which a memory gets its embedding.

#ifndef WAGGLE_CLI_COMMANDS_MEMORY_RECALL_H
#define WAGGLE_CLI_COMMANDS_MEMORY_RECALL_H

#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/call.h"
#include "cli/command.h"

namespace waggle::cli {

// Numbers, or the embedder that makes them of a text.
struct GivenEmbedding {
  std::optional<std::string> vector;
  std::optional<std::string> model;
  std::optional<std::string> embedder;

  bool is_given() const { return vector.has_value() || embedder.has_value(); }
  // invalid_argument for what contradicts itself.
  Status check() const;
  // The one vector of --vector.
  Result<std::vector<float>> read_vector() const;
};

void declare_embedding(Arguments& arguments, GivenEmbedding& given);

Action recall_memories(Arguments& arguments);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMANDS_MEMORY_RECALL_H
