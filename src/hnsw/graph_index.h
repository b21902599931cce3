// graph_index.h: GraphIndex, approximate nearest neighbours with a hierarchical navigable small world graph (Malkov & Yashunin 2016, HNSW).
//
// Threads: searches run beside each other and beside one change, and never wait for it. Changes wait for each other.
//
// With a quantised storage the graph is walked on the small rows, and the best candidates are measured again with the original numbers: those that
// the index keeps (Originals::kKept), or those that the caller hands out by label (SearchOptions::original). Without either, distances are estimates.

#ifndef WAGGLE_HNSW_GRAPH_INDEX_H
#define WAGGLE_HNSW_GRAPH_INDEX_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "base/mutex.h"
#include "base/result.h"
#include "hnsw/entry_points.h"
#include "hnsw/exact_index.h"
#include "hnsw/graph_builder.h"
#include "hnsw/graph_nodes.h"
#include "hnsw/label_map.h"
#include "hnsw/parallel_for.h"
#include "hnsw/reader_epochs.h"
#include "hnsw/row_codec.h"
#include "hnsw/top_k.h"
#include "hnsw/walk.h"

namespace waggle::hnsw {

inline constexpr std::size_t kResultsMax = 10'000;  // of one search

enum class Originals : std::uint8_t {
  kNone,
  kKept,  // as f32 beside quantised rows, in memory and in the file
};

struct GraphOptions {
  std::size_t dimensions = 0;  // 1..kDimensionsMax
  Metric metric = Metric::kCosine;
  Storage storage = Storage::kF32;
  Originals originals = Originals::kNone;
  std::size_t connectivity = 20;  // links of a node on the upper levels, half of those on level 0 (the paper's M): 4..64
  std::size_t build_ef = 128;     // beam while linking (efConstruction): 8..2,000
  std::uint64_t seed = 1;         // of the levels

  Status validate() const;
};

enum class Method : std::uint8_t {
  kGraph,  // the graph was walked
  kExact,  // every vector that the predicate lets through was measured, because that was cheaper or the walk found too few
};

// The caller's own copy of a vector, which lives until the search returns; nullptr when there is none, and then the estimate stands.
using OriginalOf = base::FunctionRef<const float*(std::uint64_t label)>;

enum class Accuracy : std::uint8_t {
  kApproximate,  // the graph, where that is cheaper
  kExact,        // every vector that the predicate lets through is measured: with storage f32 or originals that are kept, nothing is ever missed
};

struct SearchOptions {
  std::size_t k = 10;       // at most kResultsMax
  std::size_t ef = 96;      // width of the beam: more finds more and takes longer. At least k is used.
  std::size_t entries = 0;  // places where the walk enters: 1 is the way down from the top level, more are EntryPoints; 0 chooses
  std::optional<Predicate> predicate;
  std::optional<OriginalOf> original;
  std::size_t rerank = 0;  // candidates that are measured with original numbers; 0 chooses
  Accuracy accuracy = Accuracy::kApproximate;
};

struct RangeOptions {
  float radius = 0;          // as the metric reports distances; the edge belongs to it
  std::size_t limit = 1000;  // at most so many, the nearest of them; up to kResultsMax
  std::size_t ef = 96;
  std::optional<Predicate> predicate;
  std::optional<OriginalOf> original;
};

struct SearchResult {
  std::vector<Match> matches;  // nearest first
  Method method = Method::kGraph;
  WalkCounts counts;
};

// What a look at the whole graph found.
struct GraphReport {
  std::size_t live = 0;
  std::size_t deleted = 0;      // not yet taken out
  std::size_t unreachable = 0;  // live, and no way on level 0 leads there from the entry
  std::size_t links = 0;        // on level 0
  unsigned levels = 0;
};

using VectorAt = base::FunctionRef<std::span<const float>(std::size_t index)>;

class GraphIndex {
 public:
  static Result<std::unique_ptr<GraphIndex>> create(const GraphOptions& options);

  const GraphOptions& options() const { return options_; }
  std::size_t size() const { return live_.load(std::memory_order_relaxed); }
  bool contains(std::uint64_t label) const;

  // Adds a vector, or replaces the one with this label. A search beside a replacement finds the old one or the new one, never both; one that began
  // before the new one was linked and ends after the old one went may find neither.
  Status insert(std::uint64_t label, std::span<const float> vector);
  // False when there is none with this label.
  bool remove(std::uint64_t label);
  // Fills an empty index. With a `parallel_for` of one thread that keeps the order, the same vectors and seed give the same graph. Vectors are asked
  // for before `parallel_for` is called, and never after.
  Status build(std::span<const std::uint64_t> labels, VectorAt vector_at, ParallelFor parallel_for);
  // Takes deleted nodes out of all lists and mends what that tears. Happens by itself when an eighth of the nodes is deleted.
  void consolidate();

  // The min(k, matching) nearest, as far as the beam finds them; never fewer.
  Result<SearchResult> search(std::span<const float> query, const SearchOptions& options) const;
  // All within the radius, as far as they can be walked to through each other or the beam.
  Result<SearchResult> search_range(std::span<const float> query, const RangeOptions& options) const;

  // Looks at every list; corruption says what is wrong with the first bad one. Needs the index to itself.
  Result<GraphReport> validate() const;
  // Of rows, links and nodes, per slot in use.
  std::size_t bytes_per_vector() const;

 private:
  friend class IndexAccess;
  explicit GraphIndex(const GraphOptions& options);

  class WalkLease;
  struct Retired {
    Slot slot;
    std::uint64_t epoch;
  };
  struct RetiredPoints {
    std::unique_ptr<const EntryPoints> points;
    std::uint64_t epoch;
  };
  // Fewer nodes have no entry points: one walk, or a look at all vectors, finds what there is.
  static constexpr std::uint32_t kPointsFrom = 512;

  // Search (graph_search.cc).
  struct Plan;
  template <typename Find>
  SearchResult one_of_each(std::size_t count, Find find) const;
  SearchResult find(std::span<const float> query, const SearchOptions& options) const;
  SearchResult find_in_range(std::span<const float> query, const RangeOptions& options) const;
  Vectors vectors() const { return {codec_, nodes_.rows()}; }
  Plan plan(const SearchOptions& options) const;
  std::vector<Candidate> enter(Walk& walk, const Query& query, std::size_t entries) const;
  std::vector<Candidate> walk_graph(Walk& walk, const Query& query, const Plan& plan) const;
  bool walk_filtered(Walk& walk, const Query& query, const Plan& plan, Predicate predicate, std::vector<Candidate>& found) const;
  std::vector<Candidate> scan(const Query& query, const Vectors& rows_of, std::size_t count, const std::optional<Predicate>& predicate,
                              WalkCounts& counts) const;
  std::vector<Candidate> scan_originals(std::span<const float> query, const SearchOptions& options, WalkCounts& counts) const;
  bool has_originals(const std::optional<OriginalOf>& original) const { return options_.storage != Storage::kF32 && (originals_ || original); }
  struct Question {
    std::span<const float> numbers;
    const Query& prepared;
    const std::optional<OriginalOf>& original;
  };
  void measure_again(const Question& question, std::size_t count, std::vector<Candidate>& found) const;
  std::vector<Match> matches_of(const std::vector<Candidate>& found) const;

  // Changes (graph_index.cc).
  Result<Slot> write_node(std::uint64_t label, std::span<const float> vector) WAGGLE_REQUIRES(write_mutex_);
  void mark_deleted(Slot slot) WAGGLE_REQUIRES(write_mutex_);
  void consolidate_locked() WAGGLE_REQUIRES(write_mutex_);
  void move_entry() WAGGLE_REQUIRES(write_mutex_);
  void retire_deleted() WAGGLE_REQUIRES(write_mutex_);
  void reclaim() WAGGLE_REQUIRES(write_mutex_);
  void rescue_unreachable() WAGGLE_REQUIRES(write_mutex_);
  std::vector<bool> reachable() const;
  Status check_lists(Slot slot, std::vector<std::uint32_t>& in_degrees, GraphReport& report) const;
  void choose_points(const Vectors& vectors, ParallelFor parallel_for) WAGGLE_REQUIRES(write_mutex_);
  Status link_all(const Vectors& vectors, std::size_t count, ParallelFor parallel_for) WAGGLE_REQUIRES(write_mutex_);

  GraphOptions options_;
  RowCodec codec_;
  RowCodec original_codec_;
  Memory memory_;  // of a file that was read; the tables begin in it
  GraphNodes nodes_;
  std::optional<RowTable> originals_;
  GraphBuilder builder_;
  std::atomic<const EntryPoints*> points_{nullptr};  // what chosen_points_ has, for searches; nullptr while the graph is small
  std::atomic<std::size_t> live_{0};
  std::atomic<std::uint64_t> updates_{0};  // begun and ended replacements: odd during one
  mutable ReaderEpochs epochs_;

  mutable base::Mutex write_mutex_;
  LabelMap map_ WAGGLE_GUARDED_BY(write_mutex_);
  std::size_t deleted_ WAGGLE_GUARDED_BY(write_mutex_) = 0;
  std::vector<Retired> retired_ WAGGLE_GUARDED_BY(write_mutex_);
  std::unique_ptr<const EntryPoints> chosen_points_ WAGGLE_GUARDED_BY(write_mutex_);
  std::vector<RetiredPoints> retired_points_ WAGGLE_GUARDED_BY(write_mutex_);
  std::uint32_t points_until_ WAGGLE_GUARDED_BY(write_mutex_) = kPointsFrom;  // when there are so many nodes they are chosen anew
  BuildScratch scratch_ WAGGLE_GUARDED_BY(write_mutex_);

  mutable base::Mutex walks_mutex_;
  mutable std::vector<std::unique_ptr<Walk>> walks_ WAGGLE_GUARDED_BY(walks_mutex_);  // not in use
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_GRAPH_INDEX_H
