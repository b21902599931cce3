// ground_truth.cc: see ground_truth.h.

#include "vector/ground_truth.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "measure.h"

namespace waggle::bench {
namespace {

constexpr int kThreads = 2;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kQueriesAtOnce = 8;  // so many share one pass over the vectors

// Sums lane by lane, which is what a compiler may turn into vector instructions without being allowed to reorder sums at will.
float dot(const float* a, const float* b, std::size_t count) {
  std::array<float, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float total = 0;
  for (const float sum : sums) total += sum;
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

struct Neighbour {
  float score;
  std::int32_t id;
  // Better ones are smaller, so that the worst that is kept is on top of a heap.
  bool operator<(const Neighbour& other) const { return score > other.score || (score == other.score && id < other.id); }
};

void offer(std::vector<Neighbour>& best, std::size_t count, Neighbour candidate) {
  if (best.size() == count) {
    if (!(candidate < best.front())) return;
    std::pop_heap(best.begin(), best.end());
    best.pop_back();
  }
  best.push_back(candidate);
  std::push_heap(best.begin(), best.end());
}

void search_some(const Vectors& base, const Vectors& queries, const std::vector<bool>& allowed, std::size_t first, Ids& found) {
  const std::size_t last = std::min(first + kQueriesAtOnce, queries.rows);
  std::vector<std::vector<Neighbour>> best(last - first);
  for (std::size_t id = 0; id < base.rows; ++id) {
    if (!allowed.empty() && !allowed[id]) continue;
    for (std::size_t query = first; query < last; ++query) {
      offer(best[query - first], found.columns, {dot(base.row(id).data(), queries.row(query).data(), base.columns), static_cast<std::int32_t>(id)});
    }
  }
  for (std::size_t query = first; query < last; ++query) {
    auto& sorted = best[query - first];
    if (sorted.size() < found.columns) throw std::runtime_error("ground truth: fewer vectors than neighbours are asked for");
    std::sort_heap(sorted.begin(), sorted.end());
    std::ranges::transform(sorted, found.row(query).begin(), &Neighbour::id);
  }
}

}  // namespace

Ids nearest_by_dot(const Vectors& base, const Vectors& queries, std::size_t count, const std::vector<bool>& allowed) {
  const auto candidates = allowed.empty() ? base.rows : static_cast<std::size_t>(std::ranges::count(allowed, true));
  if (candidates < count || base.columns != queries.columns) throw std::runtime_error("ground truth: vectors and queries do not fit together");
  Ids found(queries.rows, count);
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (std::size_t first = 0; (first = next.fetch_add(kQueriesAtOnce)) < queries.rows;) search_some(base, queries, allowed, first, found);
    });
  }
  threads.clear();  // joins
  return found;
}

void normalise(Matrix<float>& matrix) {
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    const std::span<float> row = matrix.row(i);
    double squares = 0;
    for (const float number : row) squares += static_cast<double>(number) * static_cast<double>(number);
    if (squares == 0) throw std::runtime_error("a vector of zeros has no direction");
    const double factor = 1 / std::sqrt(squares);
    for (float& number : row) number = static_cast<float>(number * factor);
  }
}

double read_bandwidth(const Vectors& vectors) {
  constexpr int kPasses = 15;
  constexpr std::size_t kStride = kLanes * 8;  // enough independent sums that adding never waits
  double best = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    std::array<float, kStride> sums{};
    const double begin = seconds();
    const std::size_t end = vectors.numbers.size() / kStride * kStride;
    for (std::size_t i = 0; i < end; i += kStride) {
      for (std::size_t lane = 0; lane < kStride; ++lane) sums[lane] += vectors.numbers[i + lane];
    }
    keep(sums);
    best = std::max(best, static_cast<double>(end * sizeof(float)) / (seconds() - begin) / 1e9);
  }
  return best;
}

}  // namespace waggle::bench
