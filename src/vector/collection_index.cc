// collection_index.cc: see collection_index.h.

#include "vector/collection_index.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace waggle::vector {
namespace {

// So many more than k are asked of the graph when some of what it has is stale, before every candidate is asked about.
constexpr std::size_t kSpareMax = 64;

}  // namespace

hnsw::GraphOptions IndexOptions::graph() const {
  return {.dimensions = dimensions, .metric = metric, .storage = storage, .connectivity = connectivity, .build_ef = build_ef};
}

Result<CollectionIndex> CollectionIndex::create(const IndexOptions& options) {
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<hnsw::ExactIndex> rows,
                          hnsw::ExactIndex::create({.dimensions = options.dimensions, .metric = options.metric, .storage = options.storage}));
  return CollectionIndex(options, std::move(rows));
}

Result<CollectionIndex> CollectionIndex::create(const IndexOptions& options, std::shared_ptr<hnsw::GraphIndex> graph) {
  WAGGLE_ASSIGN_OR_RETURN(CollectionIndex index, create(options));
  index.graph_ = std::move(graph);
  index.has_attributes_ = false;
  return index;
}

std::size_t CollectionIndex::bytes() const {
  constexpr std::size_t kRow = 64;    // its label, and its entry in a map
  constexpr std::size_t kStale = 48;  // a node of a set
  const std::size_t elements = options_.dimensions * sizeof(float) * (options_.storage == hnsw::Storage::kF32 ? 1 : 2);
  const std::size_t in_graph = graph_ ? graph_->size() * graph_->bytes_per_vector() : 0;
  return in_graph + rows_->size() * (elements + kRow) + attributes_.bytes() + (stale_.size() + changed_.size()) * kStale;
}

Status CollectionIndex::put(const RowView& row) {
  const auto label = static_cast<std::uint64_t>(row.seq);
  remove(row.seq);
  if (has_attributes_) WAGGLE_TRY(attributes_.put(label, row.agent_id, row.metadata));
  return rows_->add(label, row.embedding);
}

void CollectionIndex::remove(std::int64_t seq) {
  const auto label = static_cast<std::uint64_t>(seq);
  rows_->remove(label);
  attributes_.remove(label);
  if (graph_) stale_.insert(label);
  if (is_worked_on_) changed_.insert(label);
}

Result<CollectionIndex::Found> CollectionIndex::search(std::span<const float> query, const Request& request) const {
  WAGGLE_ASSERT(request.selection.is_everything() || has_attributes_);
  std::optional<AttributeTable::Selector> selector;
  if (!request.selection.is_everything()) selector = attributes_.select(request.selection);
  const AttributeTable::Selector* const chosen = selector ? &*selector : nullptr;
  Found found;
  WAGGLE_TRY(search_rows(query, request, chosen, found));
  if (!graph_) {
    found.matching = chosen != nullptr ? chosen->count() : static_cast<std::int64_t>(rows_->size());
    found.distances = *found.matching;
    return found;
  }
  WAGGLE_TRY(search_graph(query, request, chosen, found));
  std::sort(found.matches.begin(), found.matches.end());
  if (found.matches.size() > request.k) found.matches.resize(request.k);
  return found;
}

Status CollectionIndex::search_rows(std::span<const float> query, const Request& request, const AttributeTable::Selector* selector,
                                    Found& found) const {
  const auto passes = [&](std::uint64_t label) { return selector->passes(label); };
  std::optional<hnsw::Predicate> predicate;
  if (selector != nullptr) predicate = passes;
  WAGGLE_ASSIGN_OR_RETURN(found.matches, rows_->search(query, request.k, predicate));
  found.distances = static_cast<std::int64_t>(rows_->size());
  return {};
}

Status CollectionIndex::search_graph(std::span<const float> query, const Request& request, const AttributeTable::Selector* selector,
                                     Found& found) const {
  const auto passes = [&](std::uint64_t label) { return !stale_.contains(label) && (selector == nullptr || selector->passes(label)); };
  hnsw::SearchOptions options{.k = std::min(request.k, hnsw::kResultsMax),
                              .ef = request.ef,
                              .predicate = std::nullopt,
                              .original = request.original,
                              .accuracy = request.accuracy};
  const auto take = [&](const hnsw::SearchResult& result) {
    for (const hnsw::Match& match : result.matches) {
      if (!stale_.contains(match.label)) found.matches.push_back(match);
    }
    found.distances += static_cast<std::int64_t>(result.counts.distances);
    found.visited += static_cast<std::int64_t>(result.counts.visited);
    found.is_approximate = result.method == hnsw::Method::kGraph;
  };
  const std::size_t in_rows = found.matches.size();
  const std::size_t spare = std::min(stale_.size(), kSpareMax);
  if (selector == nullptr && options.k + spare <= hnsw::kResultsMax) {
    options.k += spare;
    WAGGLE_ASSIGN_OR_RETURN(const hnsw::SearchResult result, graph_->search(query, options));
    take(result);
    // Enough of them are live; or the graph has no more than these.
    if (found.matches.size() - in_rows >= request.k || result.matches.size() < options.k) return {};
    found.matches.resize(in_rows);
    options.k = request.k;
  }
  options.predicate = passes;
  WAGGLE_ASSIGN_OR_RETURN(const hnsw::SearchResult result, graph_->search(query, options));
  take(result);
  return {};
}

std::uint64_t CollectionIndex::begin_work() {
  changed_.clear();
  is_worked_on_ = true;
  return ++work_;
}

std::vector<CollectionIndex::Stale> CollectionIndex::stale_vectors(std::size_t max) const {
  std::vector<Stale> vectors;
  vectors.reserve(std::min(max, stale_.size()));
  for (const std::uint64_t label : stale_) {
    if (vectors.size() == max) break;
    const std::span<const float> vector = rows_->vector_of(label);
    vectors.push_back({label, {vector.begin(), vector.end()}});
  }
  return vectors;
}

Result<bool> CollectionIndex::end_build(std::uint64_t work, std::shared_ptr<hnsw::GraphIndex> graph, const std::optional<hnsw::IndexMark>& mark) {
  if (!is_worked_on_ || work != work_) return false;
  is_worked_on_ = false;
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<hnsw::ExactIndex> rows, hnsw::ExactIndex::create(rows_->options()));
  for (const std::uint64_t label : changed_) {
    const std::span<const float> vector = rows_->vector_of(label);
    if (!vector.empty()) WAGGLE_TRY(rows->add(label, vector));
  }
  rows_ = std::move(rows);
  graph_ = std::move(graph);
  graph_state_ = {.mark = mark, .unsaved = static_cast<std::int64_t>(graph_->size())};
  stale_ = std::move(changed_);
  changed_ = {};
  return true;
}

bool CollectionIndex::end_fold(std::uint64_t work, std::span<const Stale> folded, const std::optional<hnsw::IndexMark>& mark) {
  if (!is_worked_on_ || work != work_) return false;
  is_worked_on_ = false;
  for (const Stale& each : folded) {
    if (changed_.contains(each.label)) continue;
    rows_->remove(each.label);
    stale_.erase(each.label);
  }
  changed_.clear();
  graph_state_.mark = mark;
  graph_state_.unsaved += static_cast<std::int64_t>(folded.size());
  return true;
}

}  // namespace waggle::vector
