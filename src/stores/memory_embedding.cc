// memory_embedding.cc: embeddings of memory entries; see waggle/memory.h.

#include <utility>

#include "base/text.h"
#include "stores/limits.h"
#include "stores/memory_embedding.h"
#include "stores/scope.h"
#include "stores/vector_state.h"
#include "vector/memory_text.h"
#include "waggle/embedder.h"
#include "waggle/recall.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::Writing;
using vector::MemorySpace;

MemoryEmbedding described(const MemorySpace& space) {
  MemoryEmbedding embedding{.dimensions = static_cast<std::int64_t>(space.dimensions), .metric = Metric::kCosine, .model = space.model};
  if (space.metric == hnsw::Metric::kDot) embedding.metric = Metric::kDot;
  if (space.metric == hnsw::Metric::kL2) embedding.metric = Metric::kL2;
  return embedding;
}

// Before a text is embedded for nothing.
Status check_embedder(const stores::Scope& scope, const Embedder& embedder) {
  return scope.read([&](Reading& reading) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const std::optional<MemorySpace> space, vector::read_memory_space(reading.sql));
    if (!space || space->model == embedder.model()) return {};
    return vector::check_in_space("the embedder", embedder.model(), {}, *space);
  });
}

}  // namespace

Result<MemoryEmbedding> MemoryStore::embedding() {
  return scope_->read([&](Reading& reading) -> Result<MemoryEmbedding> {
    WAGGLE_ASSIGN_OR_RETURN(const std::optional<MemorySpace> space, vector::read_memory_space(reading.sql));
    if (!space)
      return Error(Code::kNotFound, "no memory of this database has had an embedding yet", "the first one that is stored says what all are");
    return described(*space);
  });
}

Result<MemoryEmbedding> MemoryStore::set_embedding(const MemoryEmbedding& embedding) {
  if (embedding.dimensions < 1 || embedding.dimensions > NewCollection::kDimensionsMax) {
    return Error(Code::kInvalidArgument, "an embedding has 1 to " + std::to_string(NewCollection::kDimensionsMax) + " dimensions");
  }
  if (embedding.model) WAGGLE_TRY(base::check_name("name of a model", *embedding.model, stores::kNameBytesMax));
  const MemorySpace wanted{
      .dimensions = static_cast<std::size_t>(embedding.dimensions), .metric = stores::metric_of(embedding.metric), .model = embedding.model};
  return scope_->write([&](Writing& writing) -> Result<MemoryEmbedding> {
    WAGGLE_ASSIGN_OR_RETURN(const std::optional<MemorySpace> present, vector::read_memory_space(writing.sql));
    if (present == wanted) return embedding;
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t with_embedding,
                            writing.sql.query_integer("SELECT count(*) FROM (SELECT 1 FROM memory WHERE embedding IS NOT NULL LIMIT 1)", {}));
    if (with_embedding != 0) {
      return Error(Code::kConflict, "memories of this database have embeddings already, of another kind", "store them anew without, then try again");
    }
    WAGGLE_TRY(vector::write_memory_space(writing.sql, wanted));
    return embedding;
  });
}

Result<MemoryEntry> MemoryStore::put_embedded(const Embedder& embedder, PutMemory entry) {
  WAGGLE_TRY(check_embedder(*scope_, embedder));
  WAGGLE_ASSIGN_OR_RETURN(const std::string text, vector::text_of_value(entry.value.text));
  WAGGLE_ASSIGN_OR_RETURN(entry.embedding, embedder.embed_one(text));
  entry.model = embedder.model();
  return put(entry);
}

Result<RecallAnswer> MemoryStore::recall_embedded(const Embedder& embedder, Recall recall) {
  WAGGLE_TRY(check_embedder(*scope_, embedder));
  WAGGLE_ASSIGN_OR_RETURN(recall.vector, embedder.embed_one(recall.text));
  recall.model = embedder.model();
  return this->recall(recall);
}

namespace stores {

Status admit_embedding(Writing& writing, const PutMemory& entry) {
  WAGGLE_ASSIGN_OR_RETURN(const std::optional<MemorySpace> present, vector::read_memory_space(writing.sql));
  if (present) return vector::check_in_space("the embedding", entry.model, entry.embedding, *present);
  const MemorySpace first{.dimensions = entry.embedding.size(), .metric = hnsw::Metric::kCosine, .model = entry.model};
  WAGGLE_TRY(vector::check_in_space("the embedding", entry.model, entry.embedding, first));
  // Stored before databases said whose embeddings they hold.
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t others,
                          writing.sql.query_integer("SELECT length(embedding) FROM memory WHERE length(embedding) <> ?1 LIMIT 1",
                                                    {static_cast<std::int64_t>(entry.embedding.size() * sizeof(float))}));
  if (others != 0) {
    return Error(Code::kInvalidArgument,
                 "the embedding has " + std::to_string(entry.embedding.size()) + " dimensions, and another memory's has " +
                     std::to_string(others / static_cast<std::int64_t>(sizeof(float))),
                 "store that one anew");
  }
  return vector::write_memory_space(writing.sql, first);
}

}  // namespace stores

}  // namespace waggle
