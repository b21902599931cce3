// vector_search.cc: finding the nearest vectors; see waggle/vectors.h.
//
// A search runs in one snapshot. The snapshot's row of the collection tells its version; an index in memory is used only while it is of exactly that
// version, so its answer is the one that the snapshot's rows give. In every other case the rows themselves are read.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/json_tree.h"
#include "stores/limits.h"
#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "vector/index_set.h"
#include "waggle/vectors.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::StoredCollection;
using vector::CollectionState;
using vector::Filter;
using vector::IndexSet;
using vector::Selection;
using vector::SharedIndex;

hnsw::Metric metric_of(Metric metric) {
  switch (metric) {
    case Metric::kDot:
      return hnsw::Metric::kDot;
    case Metric::kL2:
      return hnsw::Metric::kL2;
    case Metric::kCosine:
      break;
  }
  return hnsw::Metric::kCosine;
}

double score_of(Metric metric, double distance) {
  switch (metric) {
    case Metric::kDot:
      return -distance;
    case Metric::kL2:
      return 1 / (1 + distance);
    case Metric::kCosine:
      break;
  }
  return 1 - distance;
}

// What was found, before the rows are fetched.
struct Found {
  std::vector<hnsw::Match> matches;
  SearchPlan plan;
};

// One search in one snapshot.
class Search {
 public:
  Search(const stores::Scope& scope, Reading& reading, const VectorSearch& request, std::optional<Filter> filter)
      : scope_(scope), reading_(reading), request_(request), filter_(std::move(filter)) {}

  Result<VectorAnswer> run(const std::string& collection_name) {
    WAGGLE_ASSIGN_OR_RETURN(stored_, stores::require_collection(reading_.sql, collection_name));
    WAGGLE_TRY(stores::check_model("the query", request_.model, stored_.collection));
    WAGGLE_TRY(stores::check_vector("the query", request_.query, stored_.collection));
    WAGGLE_ASSIGN_OR_RETURN(std::optional<Found> found, search_memory());
    if (!found) {
      WAGGLE_ASSIGN_OR_RETURN(found, search_rows());
    }
    return fetch(*std::move(found));
  }

 private:
  CollectionState state() const {
    return {.name = stored_.collection.name,
            .options = {.dimensions = static_cast<std::size_t>(stored_.collection.dimensions), .metric = metric_of(stored_.collection.metric)},
            .version = stored_.version,
            .count = stored_.collection.count};
  }
  std::size_t k() const { return static_cast<std::size_t>(request_.k); }

  // nullopt when no index in memory can answer for this snapshot; reason_ says why.
  Result<std::optional<Found>> search_memory() {
    // In a transaction of the caller's the rows may be of a state that nobody else will ever see.
    const std::shared_ptr<SharedIndex> shared =
        scope_.vector_indexes().find(stored_.seq, state(), scope_.is_bound() ? IndexSet::IfAbsent::kNothing : IndexSet::IfAbsent::kMake);
    if (!shared) {
      reason_ = scope_.is_bound() ? "the caller's transaction is searched, and nothing of the collection is in memory"
                                  : "the first search of the collection in this process, or one too large for Options::index_bytes";
      return std::optional<Found>();
    }
    SharedIndex::Hold hold = shared->hold_at(stored_.version);
    if (!hold && !scope_.is_bound()) {
      WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Outcome outcome, shared->catch_up(reading_.sql, state(), scope_.deadline()));
      if (outcome == SharedIndex::Outcome::kUpToDate) hold = shared->hold_at(stored_.version);
    }
    if (!hold) {
      reason_ = "the index in memory is being filled, or is of another moment than the snapshot";
      return std::optional<Found>();
    }
    const Selection selection{.filter = filter_ ? &*filter_ : nullptr, .agent_id = request_.agent_id};
    WAGGLE_ASSIGN_OR_RETURN(vector::CollectionIndex::Found found, hold.index().search(request_.query, k(), selection));
    return std::optional(Found{.matches = std::move(found.matches),
                               .plan = {.method = "exact scan in memory",
                                        .reason = "the collection is in memory",
                                        .vectors = stored_.collection.count,
                                        .matching = found.matching,
                                        .distances = found.matching}});
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
  if (search.min_score && std::isnan(*search.min_score)) return Error(Code::kInvalidArgument, "a least score is a number");
  std::optional<Filter> filter;
  if (search.filter) {
    WAGGLE_ASSIGN_OR_RETURN(filter, Filter::parse(search.filter->text));
  }
  return scope_->read([&](Reading& reading) { return Search(*scope_, reading, search, filter).run(name_); });
}

Result<std::vector<VectorMatch>> VectorCollection::semantic_search(std::vector<float> query_embedding, std::int64_t limit) {
  WAGGLE_ASSIGN_OR_RETURN(VectorAnswer answer, search({.query = std::move(query_embedding), .k = limit}));
  return std::move(answer.items);
}

}  // namespace waggle
