// reader_epochs.h: ReaderEpochs, how a writer knows that no search can still be looking at what it unlinked: epoch-based reclamation (Fraser 2004).
//
// Searches take no lock. A node that is taken out of the graph may still be under the eyes of a search that began earlier, so its slot must not be
// given to another vector before that search has ended. Each search notes the epoch in which it began; the writer ends an epoch after unlinking, and
// the slot is free once every search under way began later.

#ifndef WAGGLE_HNSW_READER_EPOCHS_H
#define WAGGLE_HNSW_READER_EPOCHS_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace waggle::hnsw {

class ReaderEpochs {
 public:
  // A search under way, from its making to its end.
  class Guard {
   public:
    explicit Guard(ReaderEpochs& epochs);
    ~Guard() { place_.store(kNobody, std::memory_order_release); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    std::atomic<std::uint64_t>& place_;
  };

  // Ends the present epoch and returns its number. For one writer at a time.
  std::uint64_t end_epoch() { return epoch_.fetch_add(1); }
  // Has every search that began in this epoch or before it ended?
  bool is_over(std::uint64_t epoch) const;

 private:
  static constexpr std::uint64_t kNobody = 0;
  // As many searches at once as there are places; another one waits for a place. A line each, so that searches do not slow each other down.
  static constexpr std::size_t kPlaces = 128;
  struct alignas(64) Place {
    std::atomic<std::uint64_t> epoch{kNobody};
  };

  std::atomic<std::uint64_t>& take_place();

  std::atomic<std::uint64_t> epoch_{1};
  std::array<Place, kPlaces> places_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_READER_EPOCHS_H
