// embedder_choice.cc: see embedder_choice.h.

#include "cli/embedder_choice.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace waggle::cli {
namespace {

constexpr std::string_view kHashing = "hashing";
constexpr std::string_view kHashingModel = "hashing-v1-";  // and the dimensions

// nullopt when the model is not one of hashing.
std::optional<std::int64_t> hashing_dimensions(std::string_view model) {
  if (!model.starts_with(kHashingModel)) return std::nullopt;
  model.remove_prefix(kHashingModel.size());
  std::int64_t dimensions = 0;
  const auto read = std::from_chars(model.data(), model.data() + model.size(), dimensions);
  if (read.ec != std::errc() || read.ptr != model.data() + model.size()) return std::nullopt;
  return dimensions;
}

}  // namespace

Result<std::unique_ptr<Embedder>> embedder_of_name(const EmbedderFolder& folder, const std::string& name) {
  if (name == kHashing) return make_hashing_embedder();
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> names, folder.names());
  for (const std::string& each : names) {
    if (each == name) return open_static_embedder(folder.path_of(name));
  }
  return Error(Code::kNotFound, "there is no embedder of the name " + name,
               "`waggle embedder list` shows those that are there, `waggle embedder add` adds one");
}

Result<std::unique_ptr<Embedder>> embedder_of_model(const EmbedderFolder& folder, const std::string& model) {
  if (const std::optional<std::int64_t> dimensions = hashing_dimensions(model)) return make_hashing_embedder(*dimensions);
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> names, folder.names());
  for (const std::string& name : names) {
    Result<std::unique_ptr<Embedder>> embedder = open_static_embedder(folder.path_of(name));
    if (embedder && (*embedder)->model() == model) return embedder;
  }
  return Error(Code::kNotFound, "there is no embedder of the model " + model + " here",
               "add it with `waggle embedder add`, or give the vector itself with --vector");
}

}  // namespace waggle::cli
