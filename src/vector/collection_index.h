// collection_index.h: the vectors of one collection in memory, with what filters look at.

#ifndef WAGGLE_VECTOR_COLLECTION_INDEX_H
#define WAGGLE_VECTOR_COLLECTION_INDEX_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "hnsw/exact_index.h"
#include "vector/attributes.h"
#include "vector/filter.h"

namespace waggle::vector {

// One row of the table `vectors`, as views.
struct RowView {
  std::int64_t seq = 0;
  std::string_view id;
  std::optional<std::string_view> agent_id;
  std::optional<std::string_view> metadata;  // JSON
  std::span<const float> embedding;
};

// Which vectors may be found.
struct Selection {
  const Filter* filter = nullptr;  // all when nullptr
  std::optional<std::string_view> agent_id = {};
};

// Like a standard container: const calls may run in several threads at once, others need it alone.
class CollectionIndex {
 public:
  static Result<CollectionIndex> create(const hnsw::ExactOptions& options);

  std::size_t size() const { return entries_.size(); }
  // About what it takes in memory.
  std::size_t bytes() const { return bytes_; }

  // Adds the row, or replaces the one of this id. What the index refuses (exhausted) leaves it without the row.
  Status put(const RowView& row);
  // Nothing happens when there is none of this id.
  void remove(std::string_view id);

  struct Found {
    std::vector<hnsw::Match> matches;  // nearest first, of equals the lowest seq; `label` is the row's seq
    std::int64_t matching = 0;         // how many were selected
  };
  // The min(k, matching) nearest of the selected.
  Result<Found> search(std::span<const float> query, std::size_t k, const Selection& selection) const;

 private:
  static constexpr std::uint32_t kNobody = UINT32_MAX;
  struct Entry {
    std::int64_t seq = 0;
    std::uint32_t agent = kNobody;
    std::vector<Attribute> attributes;
  };

  explicit CollectionIndex(std::unique_ptr<hnsw::ExactIndex> vectors) : vectors_(std::move(vectors)) {}

  std::uint32_t intern_agent(std::optional<std::string_view> agent_id);
  std::size_t bytes_of(const Entry& entry, std::string_view id) const;
  // By place in entries_: is it selected?
  std::vector<bool> select(const Selection& selection) const;

  std::unique_ptr<hnsw::ExactIndex> vectors_;  // labels are seqs
  std::vector<Entry> entries_;
  hnsw::LabelMap places_;  // seq -> place in entries_
  std::unordered_map<std::string, std::int64_t> by_id_;
  Paths paths_;
  std::unordered_map<std::string, std::uint32_t> agents_;
  std::size_t bytes_ = 0;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_COLLECTION_INDEX_H
