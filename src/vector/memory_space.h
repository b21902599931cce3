// memory_space.h: whose vectors the embeddings of memory entries are. Fixed for the database with the first of them.

#ifndef WAGGLE_VECTOR_MEMORY_SPACE_H
#define WAGGLE_VECTOR_MEMORY_SPACE_H

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hnsw/metric.h"
#include "sql/executor.h"

namespace waggle::vector {

struct MemorySpace {
  std::size_t dimensions = 0;
  hnsw::Metric metric = hnsw::Metric::kCosine;
  std::optional<std::string> model;

  friend bool operator==(const MemorySpace&, const MemorySpace&) = default;
};

// What the database says; nullopt before the first embedding. corruption when it cannot be understood.
Result<std::optional<MemorySpace>> read_memory_space(sql::Reader& reader);
Status write_memory_space(sql::Writer& writer, const MemorySpace& space);

// corruption unless the column of an embedding is as long as the space says.
Status check_embedding_bytes(std::size_t bytes, const MemorySpace& space);

// Can a vector of this model, where that is said, be compared with those of the space? invalid_argument naming both, or what is wrong with its
// numbers. `what` names it: "the query".
Status check_in_space(std::string_view what, const std::optional<std::string>& model, std::span<const float> vector, const MemorySpace& space);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_MEMORY_SPACE_H
