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

// What a node costs besides itself and its text: the links of the hash table and the headers of about five allocations.
constexpr std::size_t kNodeOverhead = 16 + 5 * 16;

constexpr std::size_t kBytesPerGhost = 1024;
constexpr std::size_t kGhostsMin = 16;

}  // namespace

MemoryShard::MemoryShard(std::size_t bytes_max)
    : bytes_max_(bytes_max), ghosts_(bytes_max == 0 ? 0 : std::bit_ceil(std::max(kGhostsMin, bytes_max / kBytesPerGhost))) {}

bool MemoryShard::find(const MemoryKey& key, std::uint64_t hash, sql::Version current, MemoryEntry& out) {
  if (valid_ == current) {
    const auto found = nodes_.find(hash);
    if (found != nodes_.end() && is_present(found->second) && found->second.entry.key == key.key && found->second.entry.agent_id == key.agent_id) {
      Node& node = found->second;
      node.uses = std::min<std::uint8_t>(static_cast<std::uint8_t>(node.uses + 1), kUsesMax);
      count_read(node);
      out = node.entry;
      ++hits_;
      return true;
    }
  }
  ++misses_;
  return false;
}

void MemoryShard::admit(std::uint64_t hash, sql::Version read_at, MemoryEntry& entry) {
  const auto found = nodes_.find(hash);
  if (found != nodes_.end() && found->second.entry.id == entry.id) {
    Node& node = found->second;
    count_read(node);
    entry.access_count += node.reads + counts_.buffered(hash, entry.id);
    if (is_present(node) && valid_ == read_at) return;
  } else {
    // What is kept here is of an entry that is gone, and so are its reads: they must not push aside those of this one later.
    if (found != nodes_.end()) erase(found->second);
    entry.access_count += counts_.add(hash, entry.id, 1);
  }
  // With reads in flight nobody can tell whether the row that was read includes them: such an entry would carry a wrong count.
  if (size_of(entry) <= bytes_max_ / kEntryShare && counts_.in_flight(hash, entry.id) == 0 && reach(read_at)) keep(hash, entry);
}

bool MemoryShard::reach(sql::Version read_at) {
  if (valid_ == read_at) return true;
  if (read_at.value == sql::Version::kUnknown) return false;
  if (valid_.value != sql::Version::kUnknown && ++misfits_ < kMisfitsMax) return false;
  drop();
  valid_ = read_at;
  return true;
}

void MemoryShard::keep(std::uint64_t hash, const MemoryEntry& entry) {
  if (const auto old = nodes_.find(hash); old != nodes_.end()) erase(old->second);
  const std::size_t bytes = size_of(entry);
  make_room(bytes);
  Node& node = nodes_[hash];
  node.entry = entry;
  node.hash = hash;
  node.epoch = epoch_;
  node.bytes = bytes;
  if (ghost_of(hash) == hash) {
    ghost_of(hash) = 0;
    node.place = Place::kMain;
  }
  fifo_of(node).push(node);
  node.reads = counts_.take_waiting(hash, entry.id);
  if (node.reads != 0) {
    node.reads_index = with_reads_.size();
    with_reads_.push_back(&node);
  }
}

std::int64_t MemoryShard::buffered_reads(std::uint64_t hash, std::string_view id) const {
  const auto found = nodes_.find(hash);
  const std::int64_t kept = found != nodes_.end() && found->second.entry.id == id ? found->second.reads : 0;
  return kept + counts_.buffered(hash, id);
}

void MemoryShard::after_commit(const sql::Commit& commit) {
  misfits_ = 0;
  if (valid_ == commit.after) return;  // Dropped and filled again from the state after the commit.
  if (valid_ == commit.before && commit.after.value != sql::Version::kUnknown) {
    for (const std::uint64_t hash : commit.changed) {
      if (const auto found = nodes_.find(hash); found != nodes_.end()) erase(found->second);
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

void MemoryShard::count_read(Node& node) {
  ++node.entry.access_count;
  if (node.reads++ == 0) {
    node.reads_index = with_reads_.size();
    with_reads_.push_back(&node);
  }
}

void MemoryShard::forget_reads(Node& node) {
  if (node.reads == 0) return;
  node.reads = 0;
  with_reads_.back()->reads_index = node.reads_index;
  with_reads_[node.reads_index] = with_reads_.back();
  with_reads_.pop_back();
}

void MemoryShard::erase(Node& node) {
  counts_.add(node.hash, node.entry.id, node.reads);
  forget_reads(node);
  fifo_of(node).remove(node);
  const std::uint64_t hash = node.hash;
  nodes_.erase(hash);
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
  if (is_present(node)) ghost_of(node.hash) = node.hash;
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
    counts_.begin_flush({node.hash, node.entry.id, node.reads}, out);
    forget_reads(node);
  }
  counts_.begin_flush(count_max, out);
}

MemoryCacheStats MemoryShard::stats() const {
  return {static_cast<std::int64_t>(nodes_.size()), static_cast<std::int64_t>(small_.bytes + main_.bytes), hits_, misses_};
}

std::size_t MemoryShard::size_of(const MemoryEntry& entry) {
  return sizeof(Node) + kNodeOverhead + entry.id.size() + entry.agent_id.size() + entry.key.size() + entry.value.text.size() +
         (entry.metadata ? entry.metadata->text.size() : 0) + (entry.writer ? entry.writer->size() : 0);
}

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
