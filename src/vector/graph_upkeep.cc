// graph_upkeep.cc: see graph_upkeep.h.

#include "vector/graph_upkeep.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "vector/parallel.h"

namespace waggle::vector {
namespace {

// Vectors that the graph is told of at a time: copied while the index is held, some hundred microseconds.
constexpr std::size_t kFoldBatch = 512;

}  // namespace

Status build_graph(SharedIndex& index, std::size_t threads, const base::Deadline& deadline, BuildProgress progress) {
  WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Upkeep upkeep, index.begin_upkeep(deadline));
  std::uint64_t work = 0;
  std::vector<std::uint64_t> labels;
  hnsw::GraphOptions options;
  std::optional<hnsw::IndexMark> mark;
  WAGGLE_ASSIGN_OR_RETURN(SharedIndex::Hold hold, index.hold_after(deadline, [&](CollectionIndex& rows, const auto& mark_now) -> Status {
    if (rows.graph()) return {};
    work = rows.begin_work();
    labels.assign(rows.labels().begin(), rows.labels().end());
    options = rows.options().graph();
    mark = mark_now;
    return {};
  }));
  if (!hold || work == 0) return {};
  WAGGLE_ASSIGN_OR_RETURN(std::shared_ptr<hnsw::GraphIndex> graph, hnsw::GraphIndex::create(options));
  std::atomic<bool> is_stopped = false;
  const auto link = [&](std::size_t tasks, base::FunctionRef<void(std::size_t)> task) {
    hold.release();  // the graph has its own copy of every vector by now
    run_parallel(threads, tasks, task, [&](std::size_t done) {
      if (!deadline.passed() && progress(labels.size() * done / std::max<std::size_t>(tasks, 1), labels.size())) return true;
      is_stopped = true;
      return false;
    });
  };
  WAGGLE_TRY(graph->build(labels, [&](std::size_t place) { return hold.index().vector_at(place); }, link));
  hold.release();
  if (is_stopped)
    return deadline.passed() ? deadline.error("the graph to be built", "give the call more time")
                             : Error(Code::kCancelled, "stopped while building a graph");
  const auto end = [&](CollectionIndex& rows, const auto&) -> Status {
    WAGGLE_TRY(rows.end_build(work, std::move(graph), mark));
    return {};
  };
  WAGGLE_TRY(index.with_index(deadline, end));
  return {};
}

Status fold_changes(SharedIndex& index, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Upkeep upkeep, index.begin_upkeep(deadline));
  while (!deadline.passed()) {
    std::uint64_t work = 0;
    std::vector<CollectionIndex::Stale> batch;
    std::shared_ptr<hnsw::GraphIndex> graph;
    std::optional<hnsw::IndexMark> mark;
    WAGGLE_ASSIGN_OR_RETURN(bool is_there, index.with_index(deadline, [&](CollectionIndex& rows, const auto& mark_now) -> Status {
      if (!rows.graph() || rows.stale() == 0) return {};
      work = rows.begin_work();
      batch = rows.stale_vectors(kFoldBatch);
      graph = rows.graph();
      if (batch.size() == rows.stale()) mark = mark_now;  // with this batch the graph has everything
      return {};
    }));
    if (!is_there || batch.empty()) return {};
    for (const CollectionIndex::Stale& each : batch) {
      if (each.vector.empty()) {
        graph->remove(each.label);
      } else {
        WAGGLE_TRY(graph->insert(each.label, each.vector));
      }
    }
    bool is_taken = false;
    WAGGLE_ASSIGN_OR_RETURN(is_there, index.with_index(deadline, [&](CollectionIndex& rows, const auto&) -> Status {
      is_taken = rows.end_fold(work, batch, mark);
      return {};
    }));
    if (!is_there || !is_taken) return {};
  }
  return {};
}

Status save_graph(SharedIndex& index, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const SharedIndex::Upkeep upkeep, index.begin_upkeep(deadline));
  std::shared_ptr<hnsw::GraphIndex> graph;
  CollectionIndex::GraphState state;
  WAGGLE_TRY(index.with_index(deadline, [&](CollectionIndex& rows, const auto&) -> Status {
    graph = rows.graph();
    state = rows.graph_state();
    return {};
  }));
  if (!graph || !state.mark || state.unsaved == 0) return {};
  Status saved = index.file().save(*graph, *state.mark);
  if (!saved && saved.error().code() != Code::kBusy) return saved;
  WAGGLE_TRY(index.with_index(deadline, [&](CollectionIndex& rows, const auto&) -> Status {
    if (rows.graph() == graph) rows.note_saved();
    return {};
  }));
  return {};
}

}  // namespace waggle::vector
