// graph_nodes.h: GraphNodes, the arrays that a graph consists of, by slot:
//
//     rows        the vector, as RowCodec wrote it
//     nodes       label, level, state, number of links that lead to it
//     base links  up to 2M neighbours on level 0
//     upper links up to M neighbours on each higher level that the node has (one node in eight has any)
//
// Links lie apart from the rows: a walk reads 20 rows for each list that it reads, and rows of whole cache lines side by side are what the kernels
// and the exact scan want (decision 013). A list ends with kNoSlot or at its capacity.
//
// Searches read links while a writer changes them, so every link is one atomic word. A search may see a list half changed: some old links, some new
// ones, one twice. All of them are true nodes, and that is all that a walk needs. Rows and labels never change while a link leads to them.

#ifndef WAGGLE_HNSW_GRAPH_NODES_H
#define WAGGLE_HNSW_GRAPH_NODES_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "hnsw/row_table.h"

namespace waggle::hnsw {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = 0xFFFFFFFF;
inline constexpr std::uint32_t kSlotsMax = 0x7FFFFFFF;  // a walk uses the highest bit as a mark
inline constexpr unsigned kLevelMax = 15;
inline constexpr std::uint16_t kManyLinks = 0xFFFF;  // so many links lead to a node, or more

enum class NodeState : std::uint8_t {
  kFree,     // holds nothing; no link leads to it
  kLive,     // is found
  kDeleted,  // is walked through and not found, until the next consolidation takes it out
};

// As it is in memory and in the file.
struct Node {
  std::uint64_t label;
  std::uint32_t upper;      // the first of its lists on higher levels, kNoSlot without any
  std::uint16_t in_degree;  // links on level 0 that lead here; the highest number means that many or more, and stays
  std::uint8_t level;
  NodeState state;
};
static_assert(sizeof(Node) == 16);

// A list of neighbours.
class Links {
 public:
  Links(std::byte* at, std::uint32_t capacity) : at_(reinterpret_cast<Slot*>(at)), capacity_(capacity) {}

  std::uint32_t capacity() const { return capacity_; }
  Slot get(std::uint32_t i) const { return std::atomic_ref(at_[i]).load(std::memory_order_acquire); }
  // Publishes what was written to the node before.
  void set(std::uint32_t i, Slot slot) { std::atomic_ref(at_[i]).store(slot, std::memory_order_release); }
  std::uint32_t size() const;
  bool contains(Slot slot) const;
  // Precondition: they fit.
  void assign(std::span<const Slot> slots);
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t i = 0; i < capacity_; ++i) {
      const Slot slot = get(i);
      if (slot == kNoSlot) return;
      visit(slot);
    }
  }
  void prefetch() const;

 private:
  Slot* at_;
  std::uint32_t capacity_;
};

class GraphNodes {
 public:
  GraphNodes(std::size_t row_bytes, std::uint32_t connectivity, std::uint64_t seed);

  // Slots below this have been used at some time.
  std::uint32_t count() const { return count_.load(std::memory_order_acquire); }
  std::uint32_t connectivity() const { return connectivity_; }
  std::uint32_t capacity_of(unsigned level) const { return level == 0 ? 2 * connectivity_ : connectivity_; }

  std::byte* row(Slot slot) const { return rows_.row(slot); }
  const RowTable& rows() const { return rows_; }
  Links links(Slot slot, unsigned level) const;
  // Of the base level, the one that walks are mostly on.
  Links base_links(Slot slot) const { return {base_.row(slot), 2 * connectivity_}; }

  std::uint64_t label(Slot slot) const { return node(slot).label; }
  unsigned level(Slot slot) const { return node(slot).level; }
  NodeState state(Slot slot) const { return std::atomic_ref(node(slot).state).load(std::memory_order_acquire); }
  bool is_live(Slot slot) const { return state(slot) == NodeState::kLive; }
  void set_state(Slot slot, NodeState state) { std::atomic_ref(node(slot).state).store(state, std::memory_order_release); }

  std::uint32_t in_degree(Slot slot) const { return std::atomic_ref(node(slot).in_degree).load(std::memory_order_relaxed); }
  void add_in_degree(Slot slot);
  // False, and nothing changed, when that was the last link that leads there.
  bool drop_in_degree(Slot slot);
  void set_in_degree(Slot slot, std::uint16_t degree) { std::atomic_ref(node(slot).in_degree).store(degree, std::memory_order_relaxed); }

  // A slot for a vector, at its level, without links and not yet live. Reuses a free one. One writer at a time; exhausted when memory ends.
  Result<Slot> allocate(std::uint64_t label);
  // So many more at once, at the end.
  Status reserve(std::uint32_t more);
  // Precondition: no link leads there and no search can still look at it.
  void release(Slot slot);

  // How the parts lie in a file, see index_file.h: given to it, and taken over from it.
  struct Parts {
    std::byte* nodes = nullptr;
    std::byte* base = nullptr;
    std::byte* upper = nullptr;
    std::byte* rows = nullptr;
    std::uint32_t count = 0;
    std::uint32_t upper_count = 0;
  };
  void adopt(const Parts& parts);
  std::uint32_t upper_count() const { return upper_count_; }

 private:
  Node& node(Slot slot) const { return *reinterpret_cast<Node*>(nodes_.row(slot)); }
  unsigned level_for(Slot slot) const;
  Status reserve_slot(Slot slot, unsigned level);

  std::uint32_t connectivity_;
  std::uint64_t seed_;
  RowTable rows_;
  RowTable nodes_;
  RowTable base_;
  RowTable upper_;
  std::atomic<std::uint32_t> count_{0};
  std::uint32_t upper_count_ = 0;
  std::vector<Slot> free_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_GRAPH_NODES_H
