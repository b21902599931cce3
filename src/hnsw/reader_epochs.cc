// reader_epochs.cc: see reader_epochs.h.

#include "hnsw/reader_epochs.h"

#include <algorithm>
#include <functional>
#include <thread>

namespace waggle::hnsw {

ReaderEpochs::Guard::Guard(ReaderEpochs& epochs) : place_(epochs.take_place()) {}

std::atomic<std::uint64_t>& ReaderEpochs::take_place() {
  // Threads begin at different places and mostly find their own one free.
  std::size_t at = std::hash<std::thread::id>()(std::this_thread::get_id()) % kPlaces;
  std::uint64_t now = epoch_.load();
  for (std::uint64_t expected = kNobody; !places_[at].epoch.compare_exchange_strong(expected, now); expected = kNobody) {
    at = (at + 1) % kPlaces;
    if (at == 0) std::this_thread::yield();
  }
  // A writer may have ended the epoch in between, looked, and seen nobody here. Then this search belongs to the new one.
  for (std::uint64_t again = epoch_.load(); again != now; again = epoch_.load()) {
    now = again;
    places_[at].epoch.store(now);
  }
  return places_[at].epoch;
}

bool ReaderEpochs::is_over(std::uint64_t epoch) const {
  return std::all_of(places_.begin(), places_.end(), [&](const Place& place) {
    const std::uint64_t began = place.epoch.load();
    return began == kNobody || began > epoch;
  });
}

}  // namespace waggle::hnsw
