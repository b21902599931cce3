// vector_rows.cc: see vector_rows.h.

#include "stores/vector_rows.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "vector/embedding_bytes.h"

namespace waggle::stores {
namespace {

Result<StoredCollection> read_collection(const sql::Row& row) {
  const std::optional<Metric> metric = parse_metric(row.text(3));
  const std::optional<IndexKind> index = parse_index_kind(row.text(8));
  const std::optional<VectorStorage> storage = parse_vector_storage(row.text(9));
  if (!metric || !index || !storage) {
    return Error(Code::kCorruption, "a collection has a metric, an index or a storage that does not exist", "run `waggle check`");
  }
  return StoredCollection{.collection = {.name = row.string(1),
                                         .dimensions = row.integer(2),
                                         .metric = *metric,
                                         .model = row.optional_string(4),
                                         .next_model = row.optional_string(13),
                                         .index = *index,
                                         .storage = *storage,
                                         .connectivity = row.integer(10),
                                         .ef_construction = row.integer(11),
                                         .count = row.integer(5),
                                         .created_at = row.timestamp(7)},
                          .seq = row.integer(0),
                          .version = row.integer(6),
                          .generation = row.integer(12),
                          .next_dimensions = row.is_null(14) ? std::nullopt : std::optional(row.integer(14))};
}

std::string described(const Collection& collection) {
  return "the collection \"" + collection.name + "\" has " + std::to_string(collection.dimensions) +
         (collection.model ? " (model " + *collection.model + ")" : std::string());
}

}  // namespace

Result<StoredCollection> require_collection(sql::Reader& sql, std::string_view name) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<StoredCollection> found,
                          sql.query_one("SELECT seq, name, dimensions, metric, model, count, version, created_at, index_kind, storage,"
                                        " connectivity, build_ef, generation, next_model, next_dimensions FROM collections WHERE name = ?1",
                                        {name}, read_collection));
  if (!found) return Error(Code::kNotFound, "there is no such collection", "`waggle vector list` shows those that exist");
  return *std::move(found);
}

VectorEntry read_vector(const sql::Row& row, std::string_view collection) {
  return {.collection = std::string(collection),
          .id = row.string(1),
          .content = row.string(2),
          .metadata = row.optional_json(3),
          .agent_id = row.optional_string(4),
          .created_at = row.timestamp(5),
          .updated_at = row.timestamp(6)};
}

Result<std::vector<float>> read_embedding(std::span<const std::byte> blob, const Collection& collection) {
  if (blob.size() != static_cast<std::size_t>(collection.dimensions) * sizeof(float)) {
    return Error(Code::kCorruption,
                 "a vector's embedding has " + std::to_string(blob.size()) + " bytes, and " + described(collection) + " dimensions",
                 "run `waggle check`, then store the vector again");
  }
  std::vector<float> numbers;
  vector::read_numbers(blob, numbers);
  return numbers;
}

Status check_model(std::string_view what, const std::optional<std::string>& model, const Collection& collection) {
  if (!model || model == collection.model) return {};
  const std::string whose = collection.model ? "holds vectors of " + *collection.model : "does not say its model";
  return Error(Code::kInvalidArgument, std::string(what) + " is of the model " + *model + ", and the collection \"" + collection.name + "\" " + whose,
               "use the collection's model, or make another collection for this one");
}

Status check_vector(std::string_view what, std::span<const float> vector, const Collection& collection) {
  if (vector.size() != static_cast<std::size_t>(collection.dimensions)) {
    return Error(Code::kInvalidArgument, std::string(what) + " has " + std::to_string(vector.size()) + " dimensions, " + described(collection),
                 "make it with the model that the collection's vectors were made with");
  }
  if (!std::all_of(vector.begin(), vector.end(), [](float number) { return std::isfinite(number); })) {
    return Error(Code::kInvalidArgument, std::string(what) + " must consist of finite numbers");
  }
  if (collection.metric == Metric::kCosine && std::all_of(vector.begin(), vector.end(), [](float number) { return number == 0; })) {
    return Error(Code::kInvalidArgument, std::string(what) + " is zero, which has no direction, and the collection's metric is cosine");
  }
  return {};
}

}  // namespace waggle::stores
