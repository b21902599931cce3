// vector_rows.h: collections and vectors as rows.

#ifndef WAGGLE_STORES_VECTOR_ROWS_H
#define WAGGLE_STORES_VECTOR_ROWS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/executor.h"
#include "waggle/vectors.h"

namespace waggle::stores {

// The columns of read_vector, in its order, and the one that may follow them. Macros, because SQL is a literal and nothing but literals can be joined
// to one.
#define WAGGLE_VECTOR_COLUMNS "seq, id, content, metadata, agent_id, created_at, updated_at"
#define WAGGLE_VECTOR_COLUMNS_WITH_EMBEDDING WAGGLE_VECTOR_COLUMNS ", embedding"

// A collection with what only its row knows.
struct StoredCollection {
  Collection collection;
  std::int64_t seq = 0;                         // another one of the same name has another
  std::int64_t version = 0;                     // grows with each transaction that changes its vectors
  std::int64_t generation = 0;                  // grows when all of them are replaced at once
  std::optional<std::int64_t> next_dimensions;  // with next_model
};

// not_found for an unknown name.
Result<StoredCollection> require_collection(sql::Reader& sql, std::string_view name);

// The fields of a row but for its embedding; `collection` is the collection's name.
VectorEntry read_vector(const sql::Row& row, std::string_view collection);
// The numbers of an embedding's column; corruption when they are not as many as the collection has dimensions.
Result<std::vector<float>> read_embedding(std::span<const std::byte> blob, const Collection& collection);

// Is it this model's? No model answers yes. invalid_argument naming both models otherwise. `what` names what was made: "the query".
Status check_model(std::string_view what, const std::optional<std::string>& model, const Collection& collection);

// Can this be a vector of the collection, or a query to it? invalid_argument naming both lengths, or what is wrong with its numbers. `what` names it:
// "the query".
Status check_vector(std::string_view what, std::span<const float> vector, const Collection& collection);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_VECTOR_ROWS_H
