// vector_reindex.cc: making a collection's index at once; see waggle/vectors.h.

#include <chrono>
#include <memory>
#include <utility>

#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "stores/vector_state.h"
#include "vector/graph_upkeep.h"
#include "vector/index_set.h"
#include "vector/parallel.h"
#include "waggle/vectors.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::StoredCollection;
using vector::CollectionIndex;
using vector::SharedIndex;

// Building takes as long as the collection is large; a session that gives less time means single calls.
constexpr auto kBuildTimeMin = std::chrono::hours(24);

// Fills the index from the rows, or from the file and the log, unless a search is doing so just now.
Status try_fill(const stores::Scope& scope, const std::string& name, Reindex::From from, const base::Deadline& deadline,
                std::shared_ptr<SharedIndex>& shared, bool& is_filled) {
  return scope.executor().read(deadline, [&](sql::Reader& reader) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, stores::require_collection(reader, name));
    const vector::CollectionState state = stores::state_of(stored);
    shared = scope.vector_indexes().make(state);
    if (!shared) {
      return Error(Code::kExhausted, "the collection is too large for the memory that indexes may take", "raise Options::index_bytes");
    }
    if (from == Reindex::From::kScratch) WAGGLE_TRY(shared->begin_anew(deadline));
    WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Outcome outcome, shared->catch_up(reader, state, deadline));
    is_filled = outcome == SharedIndex::Outcome::kUpToDate;
    return {};
  });
}

Result<std::shared_ptr<SharedIndex>> fill(const stores::Scope& scope, const std::string& name, Reindex::From from, const base::Deadline& deadline) {
  std::shared_ptr<SharedIndex> shared;
  for (;;) {
    bool is_filled = false;
    WAGGLE_TRY(try_fill(scope, name, from, deadline, shared, is_filled));
    if (is_filled) return shared;
    WAGGLE_TRY(shared->wait_for_filling(deadline));
  }
}

Result<ReindexReport> report_on(SharedIndex& shared, const base::Deadline& deadline) {
  ReindexReport report;
  std::shared_ptr<hnsw::GraphIndex> graph;
  WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Upkeep upkeep, shared.begin_upkeep(deadline));  // nobody changes the graph meanwhile
  WAGGLE_TRY(shared.with_index(deadline, [&](CollectionIndex& index, const auto&) -> Status {
    report.vectors = static_cast<std::int64_t>(index.rows() + (index.graph() ? index.graph()->size() : 0));
    report.has_graph = index.graph() != nullptr;
    report.bytes = static_cast<std::int64_t>(index.bytes());
    graph = index.graph();
    return {};
  }));
  if (!graph) return report;
  WAGGLE_ASSIGN_OR_RETURN(const hnsw::GraphReport checked, graph->validate());
  report.unreached = static_cast<std::int64_t>(checked.unreachable);
  return report;
}

}  // namespace

Result<ReindexReport> VectorCollection::reindex(const Reindex& reindex) {
  if (scope_->is_bound()) return Error(Code::kUnsupported, "an index is not made inside of a transaction", "call reindex outside of it");
  const auto deadline = base::Deadline::after(kBuildTimeMin, scope_->stop());
  WAGGLE_ASSIGN_OR_RETURN(const std::shared_ptr<SharedIndex> shared, fill(*scope_, name_, reindex.from, deadline));
  const auto progress = [&](std::size_t done, std::size_t total) {
    return !reindex.progress || reindex.progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
  };
  if (shared->wants_graph()) WAGGLE_TRY(vector::build_graph(*shared, vector::hardware_threads(), deadline, progress));
  WAGGLE_TRY(vector::fold_changes(*shared, deadline));
  WAGGLE_TRY(vector::save_graph(*shared, deadline));
  return report_on(*shared, deadline);
}

}  // namespace waggle
