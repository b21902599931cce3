// collection_index.h: the vectors of one collection in memory, and how they are searched.
//
//     graph    most of the vectors, once there is one (hnsw::GraphIndex)
//     rows     the others, scanned one by one (hnsw::ExactIndex): all of them while there is no graph, later those that changed since
//     stale    labels whose vector in the graph, if it has one, no longer counts: it is in `rows`, or removed
//
// So a change is seen by the next search and costs a copy; to link it into the graph can wait for a moment at which nobody does. A search asks
// both and merges.

#ifndef WAGGLE_VECTOR_COLLECTION_INDEX_H
#define WAGGLE_VECTOR_COLLECTION_INDEX_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "hnsw/exact_index.h"
#include "hnsw/graph_index.h"
#include "hnsw/index_format.h"
#include "vector/attribute_table.h"

namespace waggle::vector {

enum class IndexKind : std::uint8_t { kExact, kHnsw, kAuto };

// How a collection wants to be searched. Equal ones can share an index.
struct IndexOptions {
  std::size_t dimensions = 0;
  hnsw::Metric metric = hnsw::Metric::kCosine;
  hnsw::Storage storage = hnsw::Storage::kF32;
  IndexKind kind = IndexKind::kExact;
  std::size_t connectivity = hnsw::GraphOptions().connectivity;
  std::size_t build_ef = hnsw::GraphOptions().build_ef;
  std::int64_t generation = 0;  // another one has other vectors

  hnsw::GraphOptions graph() const;
  friend bool operator==(const IndexOptions&, const IndexOptions&) = default;
};

// One vector with what filters look at, as views.
struct RowView {
  std::int64_t seq = 0;  // its label
  std::optional<std::string_view> agent_id;
  std::optional<std::string_view> metadata;  // JSON
  std::span<const float> embedding;
};

// Like a standard container: const calls may run in several threads at once, others need it alone.
class CollectionIndex {
 public:
  static Result<CollectionIndex> create(const IndexOptions& options);
  // With a graph that was made earlier, and without the attributes of its vectors.
  static Result<CollectionIndex> create(const IndexOptions& options, std::shared_ptr<hnsw::GraphIndex> graph);

  const IndexOptions& options() const { return options_; }
  // About what it takes in memory.
  std::size_t bytes() const;
  // How many vectors a search scans one by one.
  std::size_t rows() const { return rows_->size(); }

  // Adds the row, or replaces the one of this seq. What the index refuses (exhausted) leaves it without the row.
  Status put(const RowView& row);
  // Nothing happens when there is none of this seq.
  void remove(std::int64_t seq);

  // Only an index without graph begins with them. Whoever has put all of them says so.
  bool has_attributes() const { return has_attributes_; }
  AttributeTable& attributes() { return attributes_; }
  void set_has_attributes() { has_attributes_ = true; }

  struct Request {
    std::size_t k = 10;
    std::size_t ef = hnsw::SearchOptions().ef;
    hnsw::Accuracy accuracy = hnsw::Accuracy::kApproximate;
    Selection selection = {};                  // all but everything needs has_attributes()
    std::optional<hnsw::OriginalOf> original;  // for graphs of another storage than f32, see hnsw::SearchOptions
  };
  struct Found {
    std::vector<hnsw::Match> matches;      // nearest first, of equals the lowest seq; `label` is the row's seq
    std::optional<std::int64_t> matching;  // how many were selected, where that was counted
    std::int64_t distances = 0;
    std::int64_t visited = 0;  // nodes of the graph
    bool is_approximate = false;
  };
  // The nearest of the selected, min(k, matching).
  Result<Found> search(std::span<const float> query, const Request& request) const;
  // Is there anything here that could answer with kExact?
  bool can_be_exact() const { return options_.storage == hnsw::Storage::kF32; }

  // The graph. It takes changes beside searches, from one at a time, who begins and ends as follows.
  const std::shared_ptr<hnsw::GraphIndex>& graph() const { return graph_; }
  std::size_t stale() const { return stale_.size(); }

  // From now on it is noted which labels change, until an end_ or another begin. The number goes to the end_.
  std::uint64_t begin_work();
  // All rows, by their place; valid while the index does not change.
  std::span<const std::uint64_t> labels() const { return rows_->labels(); }
  std::span<const float> vector_at(std::size_t place) const { return rows_->vector_at(place); }
  // What the graph has yet to learn: copies of the vectors, empty for those that are gone. At most so many.
  struct Stale {
    std::uint64_t label;
    std::vector<float> vector;
  };
  std::vector<Stale> stale_vectors(std::size_t max) const;
  // The graph has all rows as of begin_work, which `mark` is the mark of. False, and nothing happens, when another work was begun since.
  Result<bool> end_build(std::uint64_t work, std::shared_ptr<hnsw::GraphIndex> graph, const std::optional<hnsw::IndexMark>& mark);
  // The graph has learnt these. With a mark: it has everything now, as of that.
  bool end_fold(std::uint64_t work, std::span<const Stale> folded, const std::optional<hnsw::IndexMark>& mark);

  // What the graph reflects, nullopt while that is no one moment; and how many changes it has learnt since it was saved.
  struct GraphState {
    std::optional<hnsw::IndexMark> mark;
    std::int64_t unsaved = 0;
  };
  const GraphState& graph_state() const { return graph_state_; }
  void note_saved() { graph_state_.unsaved = 0; }

 private:
  CollectionIndex(const IndexOptions& options, std::unique_ptr<hnsw::ExactIndex> rows) : options_(options), rows_(std::move(rows)) {}

  Status search_rows(std::span<const float> query, const Request& request, const AttributeTable::Selector* selector, Found& found) const;
  Status search_graph(std::span<const float> query, const Request& request, const AttributeTable::Selector* selector, Found& found) const;

  IndexOptions options_;
  std::unique_ptr<hnsw::ExactIndex> rows_;
  std::shared_ptr<hnsw::GraphIndex> graph_;
  GraphState graph_state_;
  std::unordered_set<std::uint64_t> stale_;
  AttributeTable attributes_;
  bool has_attributes_ = true;
  std::uint64_t work_ = 0;
  bool is_worked_on_ = false;
  std::unordered_set<std::uint64_t> changed_;  // since begin_work
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_COLLECTION_INDEX_H
