// exact_index.cc: see exact_index.h.

#include "hnsw/exact_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace waggle::hnsw {
namespace {

// Distances are computed for so many rows at a time: enough to forget the call, few enough to stay in the first-level cache.
constexpr std::size_t kBatch = 64;
constexpr std::size_t kSlotsMax = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace

Status ExactOptions::validate() const {
  if (dimensions < 1 || dimensions > kDimensionsMax) {
    return Error(Code::kInvalidArgument, "an index of " + std::to_string(dimensions) + " dimensions", "give 1 to " + std::to_string(kDimensionsMax));
  }
  if (rerank_factor < 1) return Error(Code::kInvalidArgument, "rerank_factor is 0", "give 1 or more");
  return {};
}

Result<std::unique_ptr<ExactIndex>> ExactIndex::create(const ExactOptions& options) {
  WAGGLE_TRY(options.validate());
  return std::unique_ptr<ExactIndex>(new ExactIndex(options));
}

ExactIndex::ExactIndex(const ExactOptions& options)
    : options_(options),
      codec_(options.metric, options.storage, options.dimensions),
      original_codec_(options.metric, Storage::kF32, options.dimensions),
      rows_(codec_.row_bytes()) {
  if (options.storage != Storage::kF32) originals_.emplace(original_codec_.row_bytes());
}

Status ExactIndex::add(std::uint64_t label, std::span<const float> vector) {
  WAGGLE_TRY(codec_.check(vector));
  if (const std::optional<std::uint32_t> slot = map_.find(label)) {
    store(*slot, vector);
    return {};
  }
  if (labels_.size() >= kSlotsMax) return Error(Code::kExhausted, "the index is full", "make a second collection");
  const auto slot = static_cast<std::uint32_t>(labels_.size());
  WAGGLE_TRY(rows_.reserve(slot + 1));
  if (originals_) WAGGLE_TRY(originals_->reserve(slot + 1));
  store(slot, vector);
  labels_.push_back(label);
  map_.insert(label, slot);
  return {};
}

std::span<const float> ExactIndex::vector_at(std::size_t place) const {
  const std::byte* row = (originals_ ? *originals_ : rows_).row(static_cast<std::uint32_t>(place));
  return {reinterpret_cast<const float*>(row), options_.dimensions};
}

std::span<const float> ExactIndex::vector_of(std::uint64_t label) const {
  const std::optional<std::uint32_t> slot = map_.find(label);
  return slot ? vector_at(*slot) : std::span<const float>();
}

void ExactIndex::store(std::uint32_t slot, std::span<const float> vector) {
  codec_.encode(vector, rows_.row(slot));
  if (originals_) original_codec_.encode(vector, originals_->row(slot));
}

bool ExactIndex::remove(std::uint64_t label) {
  const std::optional<std::uint32_t> slot = map_.find(label);
  if (!slot) return false;
  // The last row takes the free place: a scan never meets a hole.
  const auto last = static_cast<std::uint32_t>(labels_.size() - 1);
  map_.erase(label);
  if (*slot != last) {
    std::memcpy(rows_.row(*slot), rows_.row(last), codec_.row_bytes());
    if (originals_) std::memcpy(originals_->row(*slot), originals_->row(last), original_codec_.row_bytes());
    labels_[*slot] = labels_[last];
    map_.assign(labels_[*slot], *slot);
  }
  labels_.pop_back();
  return true;
}

Result<std::vector<Match>> ExactIndex::search(std::span<const float> query, std::size_t k, std::optional<Predicate> predicate) const {
  WAGGLE_TRY(check_vector(options_.metric, options_.dimensions, query));
  std::vector<std::byte> buffer(std::max(codec_.query_bytes(), original_codec_.query_bytes()));
  k = std::min(k, labels_.size());
  std::vector<Match> matches;
  if (!originals_) {
    matches = scan(codec_.make_query(query, buffer.data()), k, predicate);
  } else {
    const std::size_t candidates = std::min(labels_.size(), std::max(options_.rerank_min, k * options_.rerank_factor));
    matches = scan(codec_.make_query(query, buffer.data()), candidates, predicate);
    matches = rerank(original_codec_.make_query(query, buffer.data()), matches, k);
  }
  for (Match& match : matches) match.distance = codec_.reported(match.distance);
  return matches;
}

std::vector<Match> ExactIndex::scan(const Query& query, std::size_t k, const std::optional<Predicate>& predicate) const {
  TopK nearest(k);
  std::array<const std::byte*, kBatch> rows;
  std::array<std::uint32_t, kBatch> slots;
  std::array<float, kBatch> distances;
  const auto count = static_cast<std::uint32_t>(labels_.size());
  for (std::uint32_t slot = 0; slot < count;) {
    std::size_t batch = 0;
    for (; batch < kBatch && slot < count; ++slot) {
      if (predicate && !(*predicate)(labels_[slot])) continue;
      rows[batch] = rows_.row(slot);
      slots[batch++] = slot;
    }
    codec_.distances(query, {rows.data(), batch}, distances.data());
    for (std::size_t i = 0; i < batch; ++i) {
      if (distances[i] <= nearest.bound()) nearest.offer({labels_[slots[i]], distances[i]});
    }
  }
  return nearest.take();
}

std::vector<Match> ExactIndex::rerank(const Query& query, std::span<const Match> candidates, std::size_t k) const {
  std::vector<const std::byte*> rows;
  rows.reserve(candidates.size());
  for (const Match& match : candidates) rows.push_back(originals_->row(*map_.find(match.label)));
  std::vector<float> distances(rows.size());
  original_codec_.distances(query, rows, distances.data());
  TopK nearest(k);
  for (std::size_t i = 0; i < rows.size(); ++i) nearest.offer({candidates[i].label, distances[i]});
  return nearest.take();
}

}  // namespace waggle::hnsw
