// vector_search.cc: finding the nearest vectors; see waggle/vectors.h.
//
// A search runs in one snapshot. The snapshot's row of the collection tells its version; an index in memory is used only while it is of exactly that
// version, so what it finds are that snapshot's rows. In every other case the rows themselves are read.

#include <chrono>
#include <cmath>
#include <deque>
#include <utility>

#include "base/json_tree.h"
#include "stores/limits.h"
#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "stores/vector_search.h"
#include "stores/vector_state.h"
#include "vector/index_set.h"
#include "waggle/vectors.h"

namespace waggle {
namespace {

using stores::metric_of;
using stores::Reading;
using stores::score_of;
using stores::StoredCollection;
using vector::CollectionIndex;
using vector::CollectionState;
using vector::Filter;
using vector::IndexSet;
using vector::SharedIndex;

using Found = stores::NearVectors;

// One search in one snapshot.
class Search {
 public:
  Search(const stores::Scope& scope, Reading& reading, const VectorSearch& request, std::optional<Filter> filter)
      : scope_(scope), reading_(reading), request_(request), filter_(std::move(filter)) {}

  Result<VectorAnswer> run(const std::string& collection_name) {
    WAGGLE_ASSIGN_OR_RETURN(Found found, find(collection_name));
    return fetch(std::move(found));
  }

  Result<Found> find(const std::string& collection_name) {
    WAGGLE_ASSIGN_OR_RETURN(stored_, stores::require_collection(reading_.sql, collection_name));
    WAGGLE_TRY(stores::check_model("the query", request_.model, stored_.collection));
    WAGGLE_TRY(stores::check_vector("the query", request_.query, stored_.collection));
    WAGGLE_ASSIGN_OR_RETURN(std::optional<Found> found, search_memory());
    if (!found) {
      WAGGLE_ASSIGN_OR_RETURN(found, search_rows());
    }
    return *std::move(found);
  }

 private:
  CollectionState state() const { return stores::state_of(stored_); }
  std::size_t k() const { return static_cast<std::size_t>(request_.k); }
  bool must_be_exact() const { return request_.accuracy == VectorSearch::Accuracy::kExact; }
  bool is_selective() const { return filter_ || request_.agent_id; }

  // nullopt when no index in memory can answer for this snapshot; reason_ says why.
  Result<std::optional<Found>> search_memory() {
    // In a transaction of the caller's the rows may be of a state that nobody else will ever see.
    const auto if_absent = scope_.is_bound() ? IndexSet::IfAbsent::kNothing : IndexSet::IfAbsent::kMake;
    const std::shared_ptr<SharedIndex> shared = scope_.vector_indexes().find(state(), if_absent);
    if (!shared) {
      reason_ = scope_.is_bound() ? "the caller's transaction is searched, and nothing of the collection is in memory"
                                  : "the first search of the collection in this process, or one too large for Options::index_bytes";
      return std::optional<Found>();
    }
    WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Hold hold, hold_current(*shared));
    scope_.vector_indexes().keeper().wake(shared);
    if (!hold) {
      reason_ = "the index in memory is being filled, or is of another moment than the snapshot";
      return std::optional<Found>();
    }
    if (must_be_exact() && !hold.index().can_be_exact()) {
      reason_ = "the index in memory holds smaller numbers than the rows, and an exact answer was asked for";
      return std::optional<Found>();
    }
    WAGGLE_ASSIGN_OR_RETURN(Found found, search_index(hold.index(), shared));
    return std::optional(std::move(found));
  }

  // The index as of the snapshot, with what the search looks at; empty when it cannot be had.
  Result<SharedIndex::Hold> hold_current(SharedIndex& shared) {
    SharedIndex::Hold hold = shared.hold_at(stored_.version);
    if (!hold && !scope_.is_bound()) {
      WAGGLE_TRY(shared.catch_up(reading_.sql, state(), scope_.deadline()));
      hold = shared.hold_at(stored_.version);
    }
    // Another generation of the same version, or a collection of the same seq in a transaction of the caller's: it has nothing to do with this.
    if (hold && hold.index().options() != state().options) return SharedIndex::Hold();
    if (!hold || !is_selective() || hold.index().has_attributes()) return hold;
    hold.release();
    if (scope_.is_bound()) return hold;
    WAGGLE_TRY(shared.load_attributes(reading_.sql, state(), scope_.deadline()));
    hold = shared.hold_at(stored_.version);
    return hold && hold.index().has_attributes() ? std::move(hold) : SharedIndex::Hold();
  }

  Result<Found> search_index(const CollectionIndex& index, const std::shared_ptr<SharedIndex>& shared) {
    std::deque<std::vector<float>> originals;
    Status failure;
    const auto original_of = [&](std::uint64_t label) { return fetch_embedding(label, originals, failure); };
    CollectionIndex::Request request{.k = k(),
                                     .ef = static_cast<std::size_t>(request_.ef),
                                     .accuracy = must_be_exact() ? hnsw::Accuracy::kExact : hnsw::Accuracy::kApproximate,
                                     .selection = {.filter = filter_ ? &*filter_ : nullptr, .agent_id = request_.agent_id},
                                     .original = std::nullopt};
    if (index.options().storage != hnsw::Storage::kF32) request.original = original_of;
    const auto begin = base::steady_now();
    WAGGLE_ASSIGN_OR_RETURN(CollectionIndex::Found found, index.search(request_.query, request));
    WAGGLE_TRY(failure);
    if (!index.graph()) {
      shared->note_scan(found.distances, std::chrono::duration_cast<Duration>(base::steady_now() - begin));
      scope_.vector_indexes().keeper().wake(shared);
    }
    return Found{.matches = std::move(found.matches), .plan = plan_of(index, found)};
  }

  SearchPlan plan_of(const CollectionIndex& index, const CollectionIndex::Found& found) const {
    SearchPlan plan{.method = "exact scan in memory",
                    .reason = {},
                    .vectors = stored_.collection.count,
                    .matching = found.matching,
                    .distances = found.distances,
                    .visited = found.visited};
    const bool is_small = index.options().storage != hnsw::Storage::kF32;
    if (is_small) plan.method = std::string(to_string(stored_.collection.storage)) + " scan in memory";
    if (found.is_approximate) plan.method = "HNSW";
    if (!index.graph()) {
      plan.reason = stored_.collection.index == IndexKind::kExact  ? "the collection's index is exact"
                    : stored_.collection.index == IndexKind::kHnsw ? "there is no graph yet, or the collection is too small for one"
                                                                   : "a graph would not pay yet";
    } else if (found.is_approximate) {
      plan.reason = "the collection has a graph";
      if (index.stale() > 0) plan.reason += "; " + std::to_string(index.rows()) + " vectors that it has yet to learn were scanned";
    } else {
      plan.reason = must_be_exact() ? "an exact answer was asked for" : "a scan is cheaper here than a walk through the graph";
    }
    return plan;
  }

  // The numbers of a row, kept in `originals` until the search is over; nullptr after a failure.
  const float* fetch_embedding(std::uint64_t label, std::deque<std::vector<float>>& originals, Status& failure) {
    if (!failure) return nullptr;
    auto fetched = reading_.sql.query_one("SELECT embedding FROM vectors WHERE seq = ?1", {static_cast<std::int64_t>(label)},
                                          [&](const sql::Row& row) { return stores::read_embedding(row.blob(0), stored_.collection); });
    if (!fetched) {
      failure = fetched.error();
      return nullptr;
    }
    if (!*fetched) return nullptr;
    return originals.emplace_back(**std::move(fetched)).data();
  }

  Result<Found> search_rows() {
    hnsw::TopK nearest(k());
    std::int64_t matching = 0;
    const hnsw::Metric metric = metric_of(stored_.collection.metric);
    WAGGLE_TRY(reading_.sql.query(
        "SELECT seq, agent_id, metadata, embedding FROM vectors WHERE collection = ?1", {stored_.collection.name},
        [&](const sql::Row& row) -> Status {
          WAGGLE_ASSIGN_OR_RETURN(const bool selected, is_selected(row));
          if (!selected) return {};
          ++matching;
          WAGGLE_ASSIGN_OR_RETURN(const std::vector<float> numbers, stores::read_embedding(row.blob(3), stored_.collection));
          nearest.offer({.label = static_cast<std::uint64_t>(row.integer(0)), .distance = hnsw::distance(metric, request_.query, numbers)});
          return {};
        }));
    return Found{
        .matches = nearest.take(),
        .plan = {.method = "exact scan in SQL", .reason = reason_, .vectors = stored_.collection.count, .matching = matching, .distances = matching}};
  }

  Result<bool> is_selected(const sql::Row& row) {
    if (request_.agent_id && row.optional_text(1) != *request_.agent_id) return false;
    if (!filter_) return true;
    std::vector<vector::Attribute> attributes;
    if (const auto metadata = row.optional_text(2)) {
      WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree document, base::parse_json_tree(*metadata));
      const std::size_t known = paths_.size();
      attributes = vector::attributes_of(document, paths_);
      if (paths_.size() != known) filter_->bind(paths_);
    }
    return filter_->holds(attributes);
  }

  Result<VectorAnswer> fetch(Found found) {
    VectorAnswer answer{.items = {}, .plan = std::move(found.plan)};
    for (const hnsw::Match& match : found.matches) {
      const double distance = match.distance;
      const double score = score_of(stored_.collection.metric, distance);
      if (request_.min_score && !(score >= *request_.min_score)) break;
      WAGGLE_ASSIGN_OR_RETURN(VectorEntry entry, fetch_entry(static_cast<std::int64_t>(match.label)));
      answer.items.push_back({.entry = std::move(entry), .distance = distance, .score = score});
    }
    return answer;
  }

  Result<VectorEntry> fetch_entry(std::int64_t seq) {
    const auto read = [&](const sql::Row& row) -> Result<VectorEntry> {
      VectorEntry entry = stores::read_vector(row, stored_.collection.name);
      if (request_.embeddings == Embedding::kIncluded) {
        WAGGLE_ASSIGN_OR_RETURN(entry.embedding, stores::read_embedding(row.blob(7), stored_.collection));
      }
      return entry;
    };
    WAGGLE_ASSIGN_OR_RETURN(std::optional<VectorEntry> found,
                            reading_.sql.query_one("SELECT " WAGGLE_VECTOR_COLUMNS_WITH_EMBEDDING " FROM vectors WHERE seq = ?1", {seq}, read));
    if (!found) return Error(Code::kInternal, "an index names a vector that the snapshot does not have");
    return *std::move(found);
  }

  const stores::Scope& scope_;
  Reading& reading_;
  const VectorSearch& request_;
  std::optional<Filter> filter_;
  vector::Paths paths_;  // of the rows that were read
  StoredCollection stored_;
  std::string reason_;
};

}  // namespace

Result<VectorAnswer> VectorCollection::search(const VectorSearch& search) {
  if (search.k < 1 || search.k > VectorSearch::kNeighboursMax) {
    return Error(Code::kInvalidArgument, "k is 1 to " + std::to_string(VectorSearch::kNeighboursMax));
  }
  if (search.ef < 1 || search.ef > VectorSearch::kNeighboursMax) {
    return Error(Code::kInvalidArgument, "ef is 1 to " + std::to_string(VectorSearch::kNeighboursMax));
  }
  if (search.min_score && std::isnan(*search.min_score)) return Error(Code::kInvalidArgument, "a least score is a number");
  std::optional<Filter> filter;
  if (search.filter) {
    WAGGLE_ASSIGN_OR_RETURN(filter, Filter::parse(search.filter->text));
  }
  if (!search.text.empty()) return stores::search_text(*scope_, search, std::move(filter), name_);
  return scope_->read([&](Reading& reading) { return Search(*scope_, reading, search, filter).run(name_); });
}

Result<stores::NearVectors> stores::find_near(const Scope& scope, Reading& reading, const VectorSearch& request, const std::optional<Filter>& filter,
                                              const std::string& collection) {
  return Search(scope, reading, request, filter).find(collection);
}

Result<std::vector<VectorMatch>> VectorCollection::semantic_search(std::vector<float> query_embedding, std::int64_t limit) {
  WAGGLE_ASSIGN_OR_RETURN(VectorAnswer answer, search({.query = std::move(query_embedding), .k = limit}));
  return std::move(answer.items);
}

}  // namespace waggle
