// memory_counts.h: reads of memory entries that are counted in this process and not yet written to their rows.

#ifndef WAGGLE_STORES_MEMORY_COUNTS_H
#define WAGGLE_STORES_MEMORY_COUNTS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace waggle::stores {

// Reads of one entry, on their way to its row.
struct AccessCount {
  std::uint64_t key_hash = 0;
  std::string id;  // of the entry; an entry that began anew under the same key has another
  std::int64_t reads = 0;
};

enum class FlushOutcome : std::uint8_t { kWritten, kLost };

// Counts by entry. A count waits, then is in flight while a transaction writes it, then is gone; a transaction that failed gives it back.
// Bounded: when kEntriesMax entries have counts waiting, reads of further entries are not counted. Not thread-safe.
class AccessCounts {
 public:
  static constexpr std::size_t kEntriesMax = 2048;

  // Adds reads to the entry's count. Answers how many of the entry's reads are not in its row, these included, also when they were not kept.
  std::int64_t add(std::uint64_t key_hash, std::string_view id, std::int64_t reads);

  // How many reads of the entry are waiting or in flight.
  std::int64_t buffered(std::uint64_t key_hash, std::string_view id) const;
  std::int64_t in_flight(std::uint64_t key_hash, std::string_view id) const;

  // Hands the waiting reads of the entry to the caller, who counts them from now on.
  std::int64_t take_waiting(std::uint64_t key_hash, std::string_view id);

  // Appends counts to `out`, at most until it holds `count_max`, and has them in flight.
  void begin_flush(std::size_t count_max, std::vector<AccessCount>& out);
  // The same for reads that somebody else counted.
  void begin_flush(AccessCount count, std::vector<AccessCount>& out);
  // Ends the flight of a count.
  void end_flush(const AccessCount& count, FlushOutcome outcome);

  bool any_waiting() const { return waiting_entries_ != 0; }

 private:
  struct Slot {
    std::string id;
    std::int64_t waiting = 0;
    std::int64_t in_flight = 0;
  };
  // Keys are good hashes already.
  struct Identity {
    std::size_t operator()(std::uint64_t hash) const noexcept { return static_cast<std::size_t>(hash); }
  };
  using Slots = std::unordered_map<std::uint64_t, Slot, Identity>;

  const Slot* find(std::uint64_t key_hash, std::string_view id) const;
  // The slot of the entry. It takes the place of that of an earlier entry under the same key, whose reads nobody can see any more.
  Slot& slot_of(std::uint64_t key_hash, std::string_view id);
  void wait(Slot& slot, std::int64_t reads);

  Slots slots_;
  std::size_t waiting_entries_ = 0;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_COUNTS_H
