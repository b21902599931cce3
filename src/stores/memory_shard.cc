// memory_shard.cc: see memory_shard.h.

#include "stores/memory_shard.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace waggle::stores {
namespace {

constexpr std::uint8_t kUsesMax = 3;
constexpr std::size_t kSmallShare = 10;

// A shard is not dropped for the first entries that come from another state: most often that is a commit of this process, already visible, whose
// after_commit is about to bring the shard forward at the price of the changed entries alone.
constexpr int kMisfitsMax = 4;

// What a node costs besides itself and its text: slots of the hash table and the headers of two allocations.
constexpr std::size_t kNodeOverhead = 4 * 16 + 2 * 16;

constexpr std::size_t kBytesPerGhost = 1024;
constexpr std::size_t kGhostsMin = 16;

// Has the processor fetch a node with its text, of usual length, all at once instead of one part after the other. nullptr and what lies behind a
// shorter node do no harm: a prefetch never faults.
void prefetch_lines(const void* node) {
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kLines = 7;
  for (std::size_t i = 0; i < kLines; ++i) __builtin_prefetch(static_cast<const char*>(node) + i * kLine, 1);
}

}  // namespace

MemoryShard::MemoryShard(std::size_t bytes_max)
    : bytes_max_(bytes_max), ghosts_(bytes_max == 0 ? 0 : std::bit_ceil(std::max(kGhostsMin, bytes_max / kBytesPerGhost))) {}

bool MemoryShard::find(const MemoryKey& key, std::uint64_t hash, sql::Version current, MemoryEntry& out) {
  if (valid_ == current) {
    Node* const found = nodes_.find(hash);
    prefetch_lines(found);
    if (found != nullptr && is_present(*found) && found->entry.has_key(key)) {
      Node& node = *found;
      node.uses = std::min<std::uint8_t>(static_cast<std::uint8_t>(node.uses + 1), kUsesMax);
      add_reads(node, 1);
      ++node.entry.access_count;
      node.entry.unpack(out);
      ++hits_;
      return true;
    }
  }
  ++misses_;
  return false;
}

void MemoryShard::admit(std::uint64_t hash, std::int64_t rowid, sql::Version read_at, MemoryEntry& entry) {
  const EntryTag tag{hash, EntryTag::tag_of(entry.id), rowid};
  Node* const found = nodes_.find(hash);
  std::int64_t in_flight = counts_.in_flight(hash, tag.id_tag);
  if (found != nullptr && found->entry.id() == entry.id) {
    Node& node = *found;
    add_reads(node, 1);
    ++node.entry.access_count;
    in_flight += node.in_flight;
    entry.access_count += node.reads + node.in_flight + counts_.buffered(hash, tag.id_tag);
    if (is_present(node) && valid_ == read_at) return;
  } else {
    entry.access_count += counts_.add(tag, 1);
  }
  // With reads in flight nobody can tell whether the row that was read includes them: such an entry would carry a wrong count.
  if (size_of(entry) <= bytes_max_ / kEntryShare && in_flight == 0 && reach(read_at)) keep(tag, entry);
}

bool MemoryShard::reach(sql::Version read_at) {
  if (valid_ == read_at) return true;
  if (read_at.value == sql::Version::kUnknown) return false;
  if (valid_.value != sql::Version::kUnknown && ++misfits_ < kMisfitsMax) return false;
  drop();
  valid_ = read_at;
  return true;
}

void MemoryShard::keep(const EntryTag& tag, const MemoryEntry& entry) {
  if (Node* const old = nodes_.find(tag.key_hash); old != nullptr) erase(*old);
  const std::size_t bytes = size_of(entry);
  make_room(bytes);
  Node& node = nodes_.insert(tag.key_hash, std::unique_ptr<Node>(new (PackedMemory::text_bytes(entry)) Node(entry)));
  node.tag = tag;
  node.epoch = epoch_;
  node.bytes = bytes;
  if (ghost_of(tag.key_hash) == tag.key_hash) {
    ghost_of(tag.key_hash) = 0;
    node.place = Place::kMain;
  }
  fifo_of(node).push(node);
  add_reads(node, counts_.take_waiting(tag.key_hash, tag.id_tag));
}

std::int64_t MemoryShard::buffered_reads(std::uint64_t hash, std::string_view id) const {
  const Node* const found = nodes_.find(hash);
  const bool is_kept = found != nullptr && found->entry.id() == id;
  return (is_kept ? found->reads + found->in_flight : 0) + counts_.buffered(hash, EntryTag::tag_of(id));
}

void MemoryShard::after_commit(const sql::Commit& commit) {
  misfits_ = 0;
  if (valid_ == commit.after) return;  // Dropped and filled again from the state after the commit.
  if (valid_ == commit.before && commit.after.value != sql::Version::kUnknown) {
    for (const std::uint64_t hash : commit.changed) {
      if (Node* const found = nodes_.find(hash); found != nullptr) erase(*found);
    }
  } else {
    drop();
  }
  valid_ = commit.after;
}

void MemoryShard::drop() {
  ++epoch_;
  misfits_ = 0;
  valid_ = {};
}

void MemoryShard::add_reads(Node& node, std::int64_t reads) {
  if (node.reads == 0 && reads != 0) {
    node.reads_index = with_reads_.size();
    with_reads_.push_back(&node);
  }
  node.reads += reads;
}

void MemoryShard::forget_reads(Node& node) {
  if (node.reads == 0) return;
  node.reads = 0;
  with_reads_.back()->reads_index = node.reads_index;
  with_reads_[node.reads_index] = with_reads_.back();
  with_reads_.pop_back();
}

void MemoryShard::erase(Node& node) {
  counts_.add(node.tag, node.reads);
  counts_.add_in_flight(node.tag, node.in_flight);
  forget_reads(node);
  fifo_of(node).remove(node);
  nodes_.erase(node.tag.key_hash);
}

void MemoryShard::make_room(std::size_t bytes) {
  while (small_.bytes + main_.bytes + bytes > bytes_max_) {
    if (main_.oldest == nullptr || small_.bytes > bytes_max_ / kSmallShare) {
      evict_from_small();
    } else {
      evict_from_main();
    }
  }
}

void MemoryShard::evict_from_small() {
  Node& node = *small_.oldest;
  if (is_present(node) && node.uses > 1) {
    small_.remove(node);
    node.place = Place::kMain;
    node.uses = 0;
    main_.push(node);
    return;
  }
  if (is_present(node)) ghost_of(node.tag.key_hash) = node.tag.key_hash;
  erase(node);
}

void MemoryShard::evict_from_main() {
  Node& node = *main_.oldest;
  if (is_present(node) && node.uses > 0) {
    --node.uses;
    main_.remove(node);
    main_.push(node);
    return;
  }
  erase(node);
}

void MemoryShard::begin_flush(std::size_t count_max, std::vector<AccessCount>& out) {
  while (out.size() < count_max && !with_reads_.empty()) {
    Node& node = *with_reads_.back();
    out.push_back({node.tag, node.reads, AccessCount::Source::kCache});
    node.in_flight += node.reads;
    forget_reads(node);
  }
  counts_.begin_flush(count_max, out);
}

void MemoryShard::end_flush(const AccessCount& count, FlushOutcome outcome) {
  Node* const found = nodes_.find(count.entry.key_hash);
  // The entry may have been forgotten since then; its flight goes on apart.
  if (count.source == AccessCount::Source::kApart || found == nullptr || found->tag.id_tag != count.entry.id_tag || found->in_flight < count.reads) {
    counts_.end_flush(count, outcome);
    return;
  }
  found->in_flight -= count.reads;
  if (outcome == FlushOutcome::kLost) add_reads(*found, count.reads);
}

MemoryCacheStats MemoryShard::stats() const {
  return {static_cast<std::int64_t>(nodes_.size()), static_cast<std::int64_t>(small_.bytes + main_.bytes), hits_, misses_};
}

std::size_t MemoryShard::size_of(const MemoryEntry& entry) { return sizeof(Node) + kNodeOverhead + PackedMemory::text_bytes(entry); }

void MemoryShard::Fifo::push(Node& node) {
  node.newer = nullptr;
  node.older = newest;
  (newest != nullptr ? newest->newer : oldest) = &node;
  newest = &node;
  bytes += node.bytes;
}

void MemoryShard::Fifo::remove(Node& node) {
  (node.newer != nullptr ? node.newer->older : newest) = node.older;
  (node.older != nullptr ? node.older->newer : oldest) = node.newer;
  bytes -= node.bytes;
}

}  // namespace waggle::stores
