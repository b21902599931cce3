// vector_search.h: the nearest vectors, before their rows are read, for searches that make something else of them.

#ifndef WAGGLE_STORES_VECTOR_SEARCH_H
#define WAGGLE_STORES_VECTOR_SEARCH_H

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "stores/scope.h"
#include "vector/collection_index.h"
#include "vector/filter.h"
#include "waggle/vectors.h"

namespace waggle::stores {

struct NearVectors {
  std::vector<hnsw::Match> matches;  // by seq; min_score was not asked
  SearchPlan plan;
};

// In the reading's snapshot. `request` was checked as far as that needs no collection. Errors are those of VectorCollection::search.
Result<NearVectors> find_near(const Scope& scope, Reading& reading, const VectorSearch& request, const std::optional<vector::Filter>& filter,
                              const std::string& collection);

// VectorCollection::search with a text; vector_recall.cc.
Result<VectorAnswer> search_text(const Scope& scope, const VectorSearch& request, std::optional<vector::Filter> filter,
                                 const std::string& collection);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_VECTOR_SEARCH_H
