// vector_text.cc: texts in collections, by way of an embedder; see waggle/vectors.h.
//
// Embedding may take long, so it is done before the transaction. Whether the model is the collection's is asked before, to spare the work, and again
// in the transaction: the collection may have been dropped and made anew meanwhile.

#include <utility>

#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "waggle/vectors.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::StoredCollection;

Status check_embedder(const stores::Scope& scope, std::string_view collection, const Embedder& embedder) {
  return scope.read([&](Reading& reading) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, stores::require_collection(reading.sql, collection));
    return stores::check_model("the embedder", embedder.model(), stored.collection);
  });
}

Result<std::vector<PutVector>> embed(const Embedder& embedder, std::span<const PutText> texts) {
  std::vector<std::string_view> contents;
  contents.reserve(texts.size());
  for (const PutText& text : texts) contents.push_back(text.content);
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<float> rows, embedder.embed(contents));
  const auto dimensions = static_cast<std::size_t>(embedder.dimensions());
  if (rows.size() != texts.size() * dimensions) {
    return Error(Code::kInvalidArgument, "the embedder " + embedder.model() + " answered " + std::to_string(rows.size()) + " numbers for " +
                                             std::to_string(texts.size()) + " texts of " + std::to_string(dimensions) + " dimensions");
  }
  std::vector<PutVector> vectors;
  vectors.reserve(texts.size());
  auto row = rows.begin();
  for (const PutText& text : texts) {
    const auto next = row + static_cast<std::ptrdiff_t>(dimensions);
    vectors.push_back({.id = text.id, .embedding = {row, next}, .content = text.content, .metadata = text.metadata, .model = embedder.model()});
    row = next;
  }
  return vectors;
}

}  // namespace

Result<VectorEntry> VectorCollection::upsert_text(const Embedder& embedder, const PutText& text) {
  WAGGLE_TRY(check_embedder(*scope_, name_, embedder));
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<PutVector> vectors, embed(embedder, {&text, 1}));
  return upsert(vectors.front());
}

Result<std::int64_t> VectorCollection::upsert_texts(const Embedder& embedder, std::span<const PutText> texts) {
  WAGGLE_TRY(check_embedder(*scope_, name_, embedder));
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<PutVector> vectors, embed(embedder, texts));
  return upsert_many(vectors);
}

Result<VectorAnswer> VectorCollection::search_text(const Embedder& embedder, std::string_view text, VectorSearch search) {
  WAGGLE_TRY(check_embedder(*scope_, name_, embedder));
  WAGGLE_ASSIGN_OR_RETURN(search.query, embedder.embed_one(text));
  search.model = embedder.model();
  return this->search(search);
}

}  // namespace waggle
