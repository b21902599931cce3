// top_k.h: the k nearest of what was offered. Equal distances are ordered by label, so that every way of finding them gives one answer.

#ifndef WAGGLE_HNSW_TOP_K_H
#define WAGGLE_HNSW_TOP_K_H

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace waggle::hnsw {

// A vector found: its label and its distance from the query.
struct Match {
  std::uint64_t label = 0;
  float distance = 0;

  friend bool operator==(const Match&, const Match&) = default;
  friend bool operator<(const Match& a, const Match& b) { return a.distance != b.distance ? a.distance < b.distance : a.label < b.label; }
};

// Item has a `distance` and an order by it.
template <typename Item>
class Nearest {
 public:
  explicit Nearest(std::size_t k) : k_(k) {}

  // Nothing farther than this can still get in. Infinite until k were offered.
  float bound() const { return bound_; }
  bool is_full() const { return heap_.size() == k_; }
  std::size_t size() const { return heap_.size(); }

  void offer(const Item& item) {
    if (heap_.size() < k_) {
      heap_.push_back(item);
      std::push_heap(heap_.begin(), heap_.end());
    } else if (k_ > 0 && item < heap_.front()) {
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.back() = item;
      std::push_heap(heap_.begin(), heap_.end());
    } else {
      return;
    }
    if (heap_.size() == k_) bound_ = heap_.front().distance;
  }

  // Nearest first; leaves nothing behind.
  std::vector<Item> take() {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  std::size_t k_;
  float bound_ = std::numeric_limits<float>::infinity();
  std::vector<Item> heap_;  // the farthest on top
};

using TopK = Nearest<Match>;

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_TOP_K_H
