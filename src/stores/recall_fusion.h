// recall_fusion.h: several rankings of memory entries, or of vectors, into one; what the parts of a score are stands in waggle/recall.h.

#ifndef WAGGLE_STORES_RECALL_FUSION_H
#define WAGGLE_STORES_RECALL_FUSION_H

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "vector/memory_index.h"
#include "waggle/recall.h"

namespace waggle::stores {

// The rankings, best first.
struct Rankings {
  std::vector<vector::MemoryHit> by_text;
  std::vector<vector::MemoryHit> by_vector;
};

// An entry that some ranking has.
struct Candidate {
  std::string id;
  double score = 0;
  RecallParts parts;
  std::optional<std::int64_t> text_rank;
  std::optional<double> bm25;
  std::optional<std::int64_t> vector_rank;
  std::optional<double> distance;
};

// What the parts count, all decided.
struct FusionWeights {
  double text = 1;
  double vector = 1;
  double recency = 0;
  double importance = 0;
  Duration half_life{};  // above zero where recency counts
};
// A weight is finite, and at least 0. `name` is that of the part.
Status check_weight(const char* name, double weight);
// The weight of nearness, where none is `given`. `coverage`: which share of the words that were asked for the best entry by words has.
double weight_of_vector(const std::optional<double>& given, double coverage);
FusionWeights weights_of(const Recall& recall, double coverage);

// All entries of the rankings, best first; of equals the one with the lower id, which is the older.
std::vector<Candidate> fuse(const Rankings& rankings, const FusionWeights& weights, Timestamp now);

// The first `count` by maximal marginal relevance: (1 - diversity) * score / best score - diversity * the greatest likeness to one before it.
// `embedding_of` answers an entry's vector, empty when it has none; likeness is the cosine, at least 0.
using EmbeddingOf = std::function<Result<std::vector<float>>(const std::string& id)>;
Result<std::vector<Candidate>> diversify(std::vector<Candidate> candidates, std::size_t count, double diversity, const EmbeddingOf& embedding_of);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_RECALL_FUSION_H
