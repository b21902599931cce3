// exact_index.h: ExactIndex, which finds the nearest vectors by looking at every one. Never misses; costs one pass over the memory per search.
//
// With storage kInt8 or another quantised one the pass is over the small rows, and the best candidates are then measured with the original numbers,
// which the index keeps as well: faster by as much as the rows are smaller, for a quarter more memory at kInt8.
//
// Like a standard container: const calls may run in several threads at once, others need it alone.

#ifndef WAGGLE_HNSW_EXACT_INDEX_H
#define WAGGLE_HNSW_EXACT_INDEX_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "hnsw/label_map.h"
#include "hnsw/metric.h"
#include "hnsw/row_codec.h"
#include "hnsw/row_table.h"
#include "hnsw/top_k.h"

namespace waggle::hnsw {

// Which labels may be found.
using Predicate = base::FunctionRef<bool(std::uint64_t label)>;

struct ExactOptions {
  std::size_t dimensions = 0;  // 1..kDimensionsMax
  Metric metric = Metric::kCosine;
  Storage storage = Storage::kF32;
  // Quantised storage: how many candidates are measured with the original numbers, times k, and at least so many.
  std::size_t rerank_factor = 4;
  std::size_t rerank_min = 40;

  Status validate() const;
};

class ExactIndex {
 public:
  static Result<std::unique_ptr<ExactIndex>> create(const ExactOptions& options);

  const ExactOptions& options() const { return options_; }
  std::size_t size() const { return labels_.size(); }
  bool contains(std::uint64_t label) const { return map_.find(label).has_value(); }
  // All labels; the order changes with removals.
  std::span<const std::uint64_t> labels() const { return labels_; }
  // The vector of labels()[place]: as it was added, under cosine at unit length. Valid until the next change.
  std::span<const float> vector_at(std::size_t place) const;
  // The same by label; empty when there is none with it.
  std::span<const float> vector_of(std::uint64_t label) const;

  // Adds a vector, or replaces the one with this label. invalid_argument for what RowCodec::check refuses, exhausted without memory.
  Status add(std::uint64_t label, std::span<const float> vector);
  // False when there is none with this label.
  bool remove(std::uint64_t label);

  // The min(k, matching) nearest, nearest first; equally near ones by label.
  Result<std::vector<Match>> search(std::span<const float> query, std::size_t k, std::optional<Predicate> predicate = std::nullopt) const;

 private:
  explicit ExactIndex(const ExactOptions& options);

  void store(std::uint32_t slot, std::span<const float> vector);
  std::vector<Match> scan(const Query& query, std::size_t k, const std::optional<Predicate>& predicate) const;
  std::vector<Match> rerank(const Query& query, std::span<const Match> candidates, std::size_t k) const;

  ExactOptions options_;
  RowCodec codec_;
  RowCodec original_codec_;            // f32
  RowTable rows_;                      // what is scanned; slots 0..size()-1 are all in use
  std::optional<RowTable> originals_;  // the f32 rows, where rows_ are quantised
  std::vector<std::uint64_t> labels_;  // by slot
  LabelMap map_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_EXACT_INDEX_H
