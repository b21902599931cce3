// memory_space.cc: see memory_space.h. The row of waggle_meta is {"dimensions":384,"metric":"cosine","model":"..."}; model may be null.

#include "vector/memory_space.h"

#include <array>
#include <utility>

#include "base/json.h"
#include "base/json_tree.h"

namespace waggle::vector {
namespace {

constexpr std::array kMetrics = {hnsw::Metric::kCosine, hnsw::Metric::kDot, hnsw::Metric::kL2};

Result<MemorySpace> parse(std::string_view text) {
  WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree tree, base::parse_json_tree(text));
  MemorySpace space;
  bool has_metric = false;
  if (const auto* members = tree.as<base::JsonTree::Object>(); members != nullptr) {
    for (const base::JsonMember& member : *members) {
      const auto* word = member.value.as<std::string>();
      if (const auto* number = member.value.as<std::int64_t>(); number != nullptr && member.key == "dimensions" && *number > 0) {
        space.dimensions = static_cast<std::size_t>(*number);
      }
      if (word != nullptr && member.key == "model") space.model = *word;
      for (const hnsw::Metric metric : kMetrics) {
        if (word == nullptr || member.key != "metric" || *word != hnsw::to_string(metric)) continue;
        space.metric = metric;
        has_metric = true;
      }
    }
  }
  if (has_metric && space.dimensions > 0 && space.dimensions <= hnsw::kDimensionsMax) return space;
  return Error(Code::kCorruption, "the database does not say rightly whose vectors the embeddings of its memories are", "restore a backup");
}

}  // namespace

Result<std::optional<MemorySpace>> read_memory_space(sql::Reader& reader) {
  return reader.query_one("SELECT value FROM waggle_meta WHERE name = 'memory_embedding'", {},
                          [](const sql::Row& row) -> Result<MemorySpace> { return parse(row.text(0)); });
}

Status write_memory_space(sql::Writer& writer, const MemorySpace& space) {
  base::JsonWriter json;
  json.begin_object().key("dimensions").integer(static_cast<std::int64_t>(space.dimensions)).key("metric").string(hnsw::to_string(space.metric));
  json.key("model");
  if (space.model)
    json.string(*space.model);
  else
    json.null();
  json.end_object();
  WAGGLE_TRY(writer.execute("INSERT INTO waggle_meta(name, value) VALUES('memory_embedding', ?1) ON CONFLICT(name) DO UPDATE SET value = ?1",
                            {std::string_view(json.text())}));
  return {};
}

Status check_embedding_bytes(std::size_t bytes, const MemorySpace& space) {
  if (bytes == space.dimensions * sizeof(float)) return {};
  return Error(Code::kCorruption,
               "the embedding of a memory entry has " + std::to_string(bytes) + " bytes where the database's have " +
                   std::to_string(space.dimensions * sizeof(float)),
               "run `waggle check`, then store the entry again");
}

Status check_in_space(std::string_view what, const std::optional<std::string>& model, std::span<const float> vector, const MemorySpace& space) {
  const std::string whose = space.model ? "are of the model " + *space.model : "do not say their model";
  if (model && model != space.model) {
    return Error(Code::kInvalidArgument,
                 std::string(what) + " is of the model " + *model + ", and the embeddings of this database's memories " + whose,
                 "use their model, or keep these memories in another database");
  }
  if (vector.size() != space.dimensions) {
    return Error(Code::kInvalidArgument,
                 std::string(what) + " has " + std::to_string(vector.size()) + " dimensions, and the embeddings of this database's memories have " +
                     std::to_string(space.dimensions) + (space.model ? " (model " + *space.model + ")" : std::string()),
                 "make it with the model that they were made with");
  }
  if (const Status checked = hnsw::check_vector(space.metric, space.dimensions, vector); !checked) {
    return Error(Code::kInvalidArgument, std::string(what) + " is " + checked.error().message(), checked.error().hint());
  }
  return {};
}

}  // namespace waggle::vector
