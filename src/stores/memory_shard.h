// memory_shard.h: one shard of the cache of memory entries: what it keeps, up to which state of the database it is right, and what it evicts.
//
// Eviction is S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023), with sizes in bytes instead of entries:
//
//   new --> small (a tenth) --used twice--> main --unused--> out
//              |                              ^  |
//              +--else--> out, its hash into the ghost table;   used: goes round once more, with one use less
//                         a hash that is met there again goes to main at once
//
// A scan passes through small and leaves main as it was. It differs from the paper in the ghost queue, which is a table of fixed size in which a
// newer hash overwrites an older one in its place.

#ifndef WAGGLE_STORES_MEMORY_SHARD_H
#define WAGGLE_STORES_MEMORY_SHARD_H

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sql/executor.h"
#include "stores/hash_table.h"
#include "stores/memory_counts.h"
#include "stores/memory_packed.h"
#include "waggle/memory.h"

namespace waggle::stores {

// What the cache holds and how it serves.
struct MemoryCacheStats {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
  std::int64_t hits = 0;
  std::int64_t misses = 0;
};

// Invariant: every entry of the present epoch is what the database holds for its key in the state valid_. Not thread-safe: MemoryCache locks it.
class MemoryShard {
 public:
  // An entry is kept if it is at most this part of the shard.
  static constexpr std::size_t kEntryShare = 8;

  explicit MemoryShard(std::size_t bytes_max);
  MemoryShard(const MemoryShard&) = delete;
  MemoryShard& operator=(const MemoryShard&) = delete;

  // Copies the entry to `out`, which is as a MemoryEntry is at first, and counts the read, if the shard knows it in the state `current`.
  bool find(const MemoryKey& key, std::uint64_t hash, sql::Version current, MemoryEntry& out);

  // Counts the read of an entry that came from the database, and sets entry.access_count, which holds what is in the row, to the full count. Keeps
  // a copy of the entry if it is known to be the one of state `read_at`.
  void admit(std::uint64_t hash, std::int64_t rowid, sql::Version read_at, MemoryEntry& entry);

  // For a find that will come soon. Needs no lock.
  void prefetch(std::uint64_t hash) const { nodes_.prefetch(hash); }
  // For an admit that will come soon. Needs no lock.
  void prefetch_count(std::uint64_t hash) const { counts_.prefetch(hash); }

  // How many reads of the entry are not in its row.
  std::int64_t buffered_reads(std::uint64_t hash, std::string_view id) const;

  // Follows a commit of this process: forgets what it changed, or everything when the shard was not in the state that the commit was made on.
  // `commit.changed` may hold hashes of other shards.
  void after_commit(const sql::Commit& commit);
  // Forgets every entry, at a cost that does not depend on how many there are.
  void drop();

  void begin_flush(std::size_t count_max, std::vector<AccessCount>& out);
  void end_flush(const AccessCount& count, FlushOutcome outcome);
  bool has_reads() const { return !with_reads_.empty() || counts_.any_waiting(); }

  MemoryCacheStats stats() const;

 private:
  enum class Place : std::uint8_t { kSmall, kMain };

  // The entry's text lies behind the node, in the same allocation: a hit waits for memory once. What a hit reads and writes comes first.
  struct Node {
    explicit Node(const MemoryEntry& from) : entry(from, reinterpret_cast<char*>(this + 1)) {}

    static void* operator new(std::size_t node_bytes, std::size_t text_bytes) { return ::operator new(node_bytes + text_bytes); }
    static void operator delete(void* node, std::size_t) { ::operator delete(node); }  // when the constructor has thrown
    static void operator delete(void* node) { ::operator delete(node); }

    std::uint64_t epoch = 0;
    std::uint8_t uses = 0;  // hits, at most kUsesMax
    Place place = Place::kSmall;
    PackedMemory entry;           // access_count: the row's and all reads of this process since
    std::int64_t reads = 0;       // of access_count, those that are neither in the row nor in flight
    std::int64_t in_flight = 0;   // of access_count, those that a transaction is writing to the row
    std::size_t reads_index = 0;  // where with_reads_ has this node, while reads is above zero
    EntryTag tag;
    std::size_t bytes = 0;
    Node* newer = nullptr;
    Node* older = nullptr;
  };
  // Nodes in order of arrival. Borrows them.
  struct Fifo {
    Node* newest = nullptr;
    Node* oldest = nullptr;
    std::size_t bytes = 0;

    void push(Node& node);
    void remove(Node& node);
  };

  static std::size_t size_of(const MemoryEntry& entry);
  bool is_present(const Node& node) const { return node.epoch == epoch_; }
  // May an entry read in this state be kept? Brings valid_ forward when it has been left behind.
  bool reach(sql::Version read_at);
  void keep(const EntryTag& tag, const MemoryEntry& entry);
  void add_reads(Node& node, std::int64_t reads);
  // Afterwards the node counts no reads: somebody else does.
  void forget_reads(Node& node);
  // Its reads wait apart from it from now on.
  void erase(Node& node);
  void make_room(std::size_t bytes);
  void evict_from_small();
  void evict_from_main();
  Fifo& fifo_of(const Node& node) { return node.place == Place::kSmall ? small_ : main_; }
  std::uint64_t& ghost_of(std::uint64_t hash) { return ghosts_[hash & (ghosts_.size() - 1)]; }

  const std::size_t bytes_max_;
  sql::Version valid_;
  int misfits_ = 0;  // entries not kept because they were of another state than valid_, since it last moved
  std::uint64_t epoch_ = 1;
  HashTable<Node> nodes_;
  Fifo small_;
  Fifo main_;
  std::vector<std::uint64_t> ghosts_;  // a power of two
  std::vector<Node*> with_reads_;
  AccessCounts counts_;  // reads of entries that are not kept
  std::int64_t hits_ = 0;
  std::int64_t misses_ = 0;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_SHARD_H
