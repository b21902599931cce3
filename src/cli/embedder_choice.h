// embedder_choice.h: the embedder that a name or a model means here.

#ifndef WAGGLE_CLI_EMBEDDER_CHOICE_H
#define WAGGLE_CLI_EMBEDDER_CHOICE_H

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/embedder_folder.h"
#include "waggle/embedder.h"

namespace waggle::cli {

// By the name that `waggle embedder list` shows: "hashing" is built in. not_found for one that is not there.
Result<std::unique_ptr<Embedder>> embedder_of_name(const EmbedderFolder& folder, const std::string& name);

// The one whose model this is, among those. not_found naming the model when there is none.
Result<std::unique_ptr<Embedder>> embedder_of_model(const EmbedderFolder& folder, const std::string& model);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_EMBEDDER_CHOICE_H
