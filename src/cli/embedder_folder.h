// embedder_folder.h: the tables of token vectors that a user keeps: one folder for each, under its name, beside the user's other data.

#ifndef WAGGLE_CLI_EMBEDDER_FOLDER_H
#define WAGGLE_CLI_EMBEDDER_FOLDER_H

#include <memory>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "cli/settings.h"
#include "waggle/embedder.h"

namespace waggle::cli {

class EmbedderFolder {
 public:
  // That of the user whose settings these are; invalid_argument when it is not known where their data is kept.
  static Result<EmbedderFolder> of(const Settings& settings);
  // Need not exist.
  explicit EmbedderFolder(std::string path) : path_(std::move(path)) {}

  std::string path_of(const std::string& name) const { return path_ + "/" + name; }

  // In alphabetical order.
  Result<std::vector<std::string>> names() const;

  // Lets `fill` put the files of an embedder into a new folder, opens it there, and only then gives it its name: what is under a name is whole.
  // invalid_argument for a name that is none of a file, already_exists when it is taken.
  Result<std::unique_ptr<Embedder>> add(const std::string& name, base::FunctionRef<Status(const std::string& folder)> fill) const;

 private:
  std::string path_;
};

// Fills `folder` with what open_static_embedder reads of `from`, and with its licence. Answers the error of opening it, if it cannot be.
Status copy_embedder(const std::string& from, const std::string& folder);

// Of all files in it.
std::int64_t bytes_in(const std::string& folder);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_EMBEDDER_FOLDER_H
