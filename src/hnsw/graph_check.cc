// graph_check.cc: GraphIndex::validate(): what must be true of every list.

#include <algorithm>
#include <string>

#include "hnsw/graph_index.h"

namespace waggle::hnsw {
namespace {

Error broken(Slot slot, const std::string& what) {
  return {Code::kCorruption, "the graph is damaged: node " + std::to_string(slot) + " " + what, "rebuild the index"};
}

}  // namespace

Status GraphIndex::check_lists(Slot slot, std::vector<std::uint32_t>& in_degrees, GraphReport& report) const {
  std::vector<Slot> seen;
  for (unsigned level = 0; level <= nodes_.level(slot); ++level) {
    seen.clear();
    nodes_.links(slot, level).for_each([&](Slot to) { seen.push_back(to); });
    std::sort(seen.begin(), seen.end());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (seen[i] >= nodes_.count()) return broken(slot, "leads to a node that does not exist");
      if (seen[i] == slot) return broken(slot, "leads to itself");
      if (i > 0 && seen[i] == seen[i - 1]) return broken(slot, "leads to the same node twice");
      if (nodes_.state(seen[i]) == NodeState::kFree) return broken(slot, "leads to a node that holds nothing");
      if (nodes_.level(seen[i]) < level) return broken(slot, "leads to a node that has no such level");
      if (level == 0) ++in_degrees[seen[i]];
    }
    if (level == 0) report.links += seen.size();
  }
  return {};
}

Result<GraphReport> GraphIndex::validate() const {
  const base::MutexLock lock(write_mutex_);
  GraphReport report;
  std::vector<std::uint32_t> in_degrees(nodes_.count());
  const Entry entry = builder_.entry();
  for (Slot slot = 0; slot < nodes_.count(); ++slot) {
    const NodeState state = nodes_.state(slot);
    if (state == NodeState::kFree) continue;
    WAGGLE_TRY(check_lists(slot, in_degrees, report));
    report.levels = std::max(report.levels, nodes_.level(slot) + 1);
    if (state == NodeState::kDeleted) {
      ++report.deleted;
      continue;
    }
    ++report.live;
    if (map_.find(nodes_.label(slot)) != slot) return broken(slot, "is not the one that its label leads to");
    if (nodes_.level(slot) > entry.level) return broken(slot, "lies above the entry");
  }
  if (report.live != map_.size() || report.live != size()) return broken(entry.slot, "and others are counted wrongly");
  const std::vector<bool> is_reached = reachable();
  for (Slot slot = 0; slot < nodes_.count(); ++slot) {
    if (nodes_.state(slot) == NodeState::kFree) continue;
    const bool is_counted = !nodes_.is_live(slot) || nodes_.in_degree(slot) == std::min<std::uint32_t>(in_degrees[slot], kManyLinks);
    if (!is_counted) return broken(slot, "has a wrong number of links that lead to it");
    if (nodes_.is_live(slot) && !is_reached[slot]) ++report.unreachable;
  }
  return report;
}

}  // namespace waggle::hnsw
