// graph_index.cc: changes of the graph. Searches are in graph_search.cc.

#include "hnsw/graph_index.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/assert.h"

namespace waggle::hnsw {
namespace {

// Deleted nodes are walked through until there are so many of them, absolutely and as a part of the live ones.
constexpr std::size_t kDeletedMin = 64;
constexpr std::size_t kDeletedPart = 8;
// A build links so many nodes one after the other before threads share the rest: the first ones need each other as neighbours.
constexpr std::size_t kLinkedFirst = 256;
constexpr std::size_t kLinkedPerTask = 64;
// Each round makes nodes reachable and may in rare cases hide another; more than a few rounds were never seen.
constexpr int kRescueRounds = 8;

Error wrong_option(const std::string& what, const std::string& range) { return {Code::kInvalidArgument, what, "give " + range}; }

}  // namespace

Status GraphOptions::validate() const {
  if (dimensions < 1 || dimensions > kDimensionsMax) return wrong_option("an index of " + std::to_string(dimensions) + " dimensions", "1 to 16,000");
  if (connectivity < 4 || connectivity > 64) return wrong_option("connectivity " + std::to_string(connectivity), "4 to 64");
  if (build_ef < 8 || build_ef > 2000) return wrong_option("build_ef " + std::to_string(build_ef), "8 to 2,000");
  return {};
}

Result<std::unique_ptr<GraphIndex>> GraphIndex::create(const GraphOptions& options) {
  WAGGLE_TRY(options.validate());
  return std::unique_ptr<GraphIndex>(new GraphIndex(options));
}

GraphIndex::GraphIndex(const GraphOptions& options)
    : options_(options),
      codec_(options.metric, options.storage, options.dimensions),
      original_codec_(options.metric, Storage::kF32, options.dimensions),
      nodes_(codec_.row_bytes(), static_cast<std::uint32_t>(options.connectivity), options.seed),
      builder_(nodes_, options.build_ef) {
  if (options.originals == Originals::kKept && options.storage != Storage::kF32) originals_.emplace(original_codec_.row_bytes());
}

bool GraphIndex::contains(std::uint64_t label) const {
  const base::MutexLock lock(write_mutex_);
  return map_.find(label).has_value();
}

Result<Slot> GraphIndex::write_node(std::uint64_t label, std::span<const float> vector) {
  reclaim();
  WAGGLE_ASSIGN_OR_RETURN(const Slot slot, nodes_.allocate(label));
  codec_.encode(vector, nodes_.row(slot));
  if (originals_) {
    if (Status reserved = originals_->reserve(slot + 1); !reserved) {
      nodes_.release(slot);
      return reserved.error();
    }
    original_codec_.encode(vector, originals_->row(slot));
  }
  return slot;
}

Status GraphIndex::insert(std::uint64_t label, std::span<const float> vector) {
  WAGGLE_TRY(codec_.check(vector));
  const base::MutexLock lock(write_mutex_);
  WAGGLE_ASSIGN_OR_RETURN(const Slot slot, write_node(label, vector));
  const std::optional<std::uint32_t> old = map_.find(label);
  if (!old) {
    builder_.insert(slot, vectors(), scratch_);
    map_.insert(label, slot);
    live_.fetch_add(1, std::memory_order_relaxed);
    if (nodes_.count() >= points_until_) choose_points(vectors(), kInOrder);
    return {};
  }
  // The new node comes before the old one goes; a search that sees both keeps one (keep_one_of_each).
  updates_.fetch_add(1);
  builder_.insert(slot, vectors(), scratch_);
  map_.assign(label, slot);
  mark_deleted(*old);
  updates_.fetch_add(1);
  return {};
}

bool GraphIndex::remove(std::uint64_t label) {
  const base::MutexLock lock(write_mutex_);
  const std::optional<std::uint32_t> slot = map_.find(label);
  if (!slot) return false;
  map_.erase(label);
  live_.fetch_sub(1, std::memory_order_relaxed);
  mark_deleted(*slot);
  return true;
}

void GraphIndex::mark_deleted(Slot slot) {
  nodes_.set_state(slot, NodeState::kDeleted);
  ++deleted_;
  if (deleted_ > std::max(kDeletedMin, map_.size() / kDeletedPart)) consolidate_locked();
}

void GraphIndex::consolidate() {
  const base::MutexLock lock(write_mutex_);
  consolidate_locked();
}

void GraphIndex::consolidate_locked() {
  if (deleted_ == 0) return;
  move_entry();
  for (Slot slot = 0; slot < nodes_.count(); ++slot) {
    if (nodes_.is_live(slot)) builder_.mend(slot, vectors(), scratch_);
  }
  retire_deleted();
  rescue_unreachable();
  choose_points(vectors(), kInOrder);
}

// Away from a deleted node, to a live one of the highest level.
void GraphIndex::move_entry() {
  const Entry now = builder_.entry();
  if (now.slot == kNoSlot || nodes_.is_live(now.slot)) return;
  Entry best;
  for (Slot slot = 0; slot < nodes_.count(); ++slot) {
    if (nodes_.is_live(slot) && (best.slot == kNoSlot || nodes_.level(slot) > best.level)) best = {slot, nodes_.level(slot)};
  }
  builder_.set_entry(best);
}

// No list holds the deleted nodes any more; searches that began before may still stand on them. The epoch ends after the last of them is marked: a
// search of the next epoch, which nobody waits for, comes upon a slot by entry points that were chosen before, and must see that it is free.
void GraphIndex::retire_deleted() {
  std::vector<Slot> unlinked;
  for (Slot slot = 0; slot < nodes_.count(); ++slot) {
    if (nodes_.state(slot) != NodeState::kDeleted) continue;
    nodes_.base_links(slot).for_each([&](Slot to) {
      if (!nodes_.drop_in_degree(to)) nodes_.set_in_degree(to, 0);
    });
    nodes_.set_state(slot, NodeState::kFree);
    unlinked.push_back(slot);
  }
  const std::uint64_t epoch = epochs_.end_epoch();
  for (const Slot slot : unlinked) retired_.push_back({slot, epoch});
  deleted_ = 0;
}

void GraphIndex::reclaim() {
  const auto is_done = [&](const Retired& each) {
    if (!epochs_.is_over(each.epoch)) return false;
    nodes_.release(each.slot);
    return true;
  };
  std::erase_if(retired_points_, [&](const RetiredPoints& each) { return epochs_.is_over(each.epoch); });
  if (!retired_.empty() && epochs_.is_over(retired_.front().epoch)) std::erase_if(retired_, is_done);
}

// Costs what a few dozen insertions cost; so it happens again when the graph has grown by a quarter, or been consolidated.
void GraphIndex::choose_points(const Vectors& vectors, ParallelFor parallel_for) {
  if (nodes_.count() < kPointsFrom) return;
  auto fresh = std::make_unique<const EntryPoints>(nodes_, vectors, parallel_for);
  points_.store(fresh.get());
  if (chosen_points_) retired_points_.push_back({std::move(chosen_points_), epochs_.end_epoch()});
  chosen_points_ = std::move(fresh);
  points_until_ = nodes_.count() + nodes_.count() / 4;
}

std::vector<bool> GraphIndex::reachable() const {
  std::vector<bool> is_reached(nodes_.count());
  std::vector<Slot> open;
  if (const Entry entry = builder_.entry(); entry.slot != kNoSlot) {
    is_reached[entry.slot] = true;
    open.push_back(entry.slot);
  }
  while (!open.empty()) {
    const Slot slot = open.back();
    open.pop_back();
    nodes_.base_links(slot).for_each([&](Slot to) {
      if (is_reached[to]) return;
      is_reached[to] = true;
      open.push_back(to);
    });
  }
  return is_reached;
}

void GraphIndex::rescue_unreachable() {
  for (int round = 0; round < kRescueRounds; ++round) {
    const std::vector<bool> is_reached = reachable();
    bool is_complete = true;
    for (Slot slot = 0; slot < nodes_.count(); ++slot) {
      if (is_reached[slot] || !nodes_.is_live(slot)) continue;
      builder_.rescue(slot, vectors(), scratch_);
      is_complete = false;
    }
    if (is_complete) return;
  }
}

Status GraphIndex::build(std::span<const std::uint64_t> labels, VectorAt vector_at, ParallelFor parallel_for) {
  for (std::size_t i = 0; i < labels.size(); ++i) WAGGLE_TRY(codec_.check(vector_at(i)));
  const base::MutexLock lock(write_mutex_);
  if (nodes_.count() > 0)
    return Error(Code::kInvalidArgument, "an index that is not empty cannot be built", "insert the vectors, or make a new index");
  if (labels.size() >= kSlotsMax) return Error(Code::kExhausted, "too many vectors for one index", "make a second collection");
  WAGGLE_TRY(nodes_.reserve(static_cast<std::uint32_t>(labels.size())));
  map_.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!map_.insert(labels[i], static_cast<Slot>(i))) {
      map_ = {};
      return Error(Code::kAlreadyExists, "two vectors of the build have the same label", "give each vector a label of its own");
    }
  }
  for (std::size_t i = 0; i < labels.size(); ++i) WAGGLE_TRY(write_node(labels[i], vector_at(i)));
  // The graph is the same whatever measures it, within rounding; int8 rows measure it at a quarter of the memory traffic. They live until the end.
  const RowCodec quick(options_.metric, Storage::kInt8, options_.dimensions);
  RowTable quick_rows(quick.row_bytes());
  const bool is_quick = codec_.row_bytes() > quick.row_bytes();
  if (is_quick) {
    WAGGLE_TRY(quick_rows.reserve(static_cast<std::uint32_t>(labels.size())));
    for (std::size_t i = 0; i < labels.size(); ++i) quick.encode(vector_at(i), quick_rows.row(static_cast<Slot>(i)));
  }
  WAGGLE_TRY(link_all(is_quick ? Vectors{quick, quick_rows} : vectors(), labels.size(), parallel_for));
  live_.store(labels.size(), std::memory_order_relaxed);
  rescue_unreachable();
  choose_points(is_quick ? Vectors{quick, quick_rows} : vectors(), parallel_for);
  return {};
}

Status GraphIndex::link_all(const Vectors& vectors, std::size_t count, ParallelFor parallel_for) {
  const std::size_t first = std::min(count, kLinkedFirst);
  for (std::size_t i = 0; i < first; ++i) builder_.insert(static_cast<Slot>(i), vectors, scratch_);
  base::Mutex mutex;
  std::vector<std::unique_ptr<BuildScratch>> scratches;  // not in use
  const auto lease = [&] {
    const base::MutexLock lock(mutex);
    if (scratches.empty()) return std::make_unique<BuildScratch>();
    std::unique_ptr<BuildScratch> last = std::move(scratches.back());
    scratches.pop_back();
    return last;
  };
  parallel_for((count - first + kLinkedPerTask - 1) / kLinkedPerTask, [&](std::size_t task) {
    std::unique_ptr<BuildScratch> scratch = lease();
    const std::size_t begin = first + task * kLinkedPerTask;
    for (std::size_t i = begin; i < std::min(count, begin + kLinkedPerTask); ++i) builder_.insert(static_cast<Slot>(i), vectors, *scratch);
    const base::MutexLock lock(mutex);
    scratches.push_back(std::move(scratch));
  });
  return {};
}

std::size_t GraphIndex::bytes_per_vector() const {
  const std::size_t upper = nodes_.count() == 0 ? 0 : std::size_t{nodes_.upper_count()} * nodes_.capacity_of(1) * sizeof(Slot) / nodes_.count();
  return codec_.row_bytes() + sizeof(Node) + nodes_.capacity_of(0) * sizeof(Slot) + upper + (originals_ ? original_codec_.row_bytes() : 0);
}

}  // namespace waggle::hnsw
