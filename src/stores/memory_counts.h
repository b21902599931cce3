// memory_counts.h: reads of memory entries that are counted in this process and not yet written to their rows.

#ifndef WAGGLE_STORES_MEMORY_COUNTS_H
#define WAGGLE_STORES_MEMORY_COUNTS_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace waggle::stores {

// Which entry, without its text. A rowid alone can be given again to another entry: whoever writes by it compares the tag.
struct EntryTag {
  std::uint64_t key_hash = 0;
  std::uint64_t id_tag = 0;
  std::int64_t rowid = 0;

  static std::uint64_t tag_of(std::string_view id) { return base::hash_bytes(id); }
};

// Reads of one entry, on their way to its row.
struct AccessCount {
  enum class Source : std::uint8_t { kApart, kCache };  // counted by AccessCounts, or beside the entry in the cache

  EntryTag entry;
  std::int64_t reads = 0;
  Source source = Source::kApart;
};

enum class FlushOutcome : std::uint8_t { kWritten, kLost };

// Counts by entry. A count waits, then is in flight while a transaction writes it, then is gone; a transaction that failed gives it back.
//
// A read that is not answered by the cache pays for its count here, so a count costs one or two lines of the processor's cache: a table of fixed
// size, in which an entry's place is one of the four of its set. When all four are taken, reads of the entry are not counted. Not thread-safe, but
// for prefetch.
class AccessCounts {
 public:
  static constexpr std::size_t kSets = 512;
  static constexpr std::size_t kWays = 4;
  static constexpr std::size_t kSlots = kSets * kWays;

  // Has the processor fetch the lines that a count of this entry will need, so that they are there by then.
  void prefetch(std::uint64_t key_hash) const {
    const Slot* const slots = published_.load(std::memory_order_acquire);
    if (slots == nullptr) return;
    __builtin_prefetch(&slots[first_of(key_hash)], 1);
    __builtin_prefetch(&slots[first_of(key_hash) + kWays / 2], 1);
  }

  // Adds reads to the entry's count. Answers how many of the entry's reads are not in its row, these included, also when they were not kept.
  std::int64_t add(const EntryTag& entry, std::int64_t reads);

  // Takes over reads that are in flight.
  void add_in_flight(const EntryTag& entry, std::int64_t reads);

  // How many reads of the entry are waiting or in flight.
  std::int64_t buffered(std::uint64_t key_hash, std::uint64_t id_tag) const;
  std::int64_t in_flight(std::uint64_t key_hash, std::uint64_t id_tag) const;

  // Hands the waiting reads of the entry to the caller, who counts them from now on.
  std::int64_t take_waiting(std::uint64_t key_hash, std::uint64_t id_tag);

  // Appends counts to `out`, at most until it holds `count_max`, and has them in flight.
  void begin_flush(std::size_t count_max, std::vector<AccessCount>& out);
  // Ends the flight of a count.
  void end_flush(const AccessCount& count, FlushOutcome outcome);

  bool any_waiting() const { return waiting_slots_ != 0; }

 private:
  // Two of them a line of the processor's cache.
  struct alignas(32) Slot {
    EntryTag entry;
    std::uint32_t waiting = 0;
    std::uint32_t in_flight = 0;

    bool is_free() const { return waiting == 0 && in_flight == 0; }
    bool is_of(std::uint64_t key_hash, std::uint64_t id_tag) const { return entry.key_hash == key_hash && entry.id_tag == id_tag && !is_free(); }
  };

  const Slot* find(std::uint64_t key_hash, std::uint64_t id_tag) const;
  // The entry's slot or a free one of its set; nullptr when there is none.
  Slot* place_for(const EntryTag& entry);
  // The set begins at the hash's lower middle bits: the top ones choose the shard.
  static std::size_t first_of(std::uint64_t key_hash) { return (key_hash >> 16 & (kSets - 1)) * kWays; }
  void wait(Slot& slot, std::int64_t reads);

  std::unique_ptr<Slot[]> slots_;  // none until the first count
  std::atomic<const Slot*> published_ = nullptr;
  std::size_t waiting_slots_ = 0;
  std::size_t flush_from_ = 0;  // the slot at which the next flush begins
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_COUNTS_H
