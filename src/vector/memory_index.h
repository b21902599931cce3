// memory_index.h: the entries of `memory` as searches need them, in memory: their words, their embeddings, and what conditions ask.

#ifndef WAGGLE_VECTOR_MEMORY_INDEX_H
#define WAGGLE_VECTOR_MEMORY_INDEX_H

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
#include "sql/row.h"
#include "sql/words.h"
#include "vector/attributes.h"
#include "vector/filter.h"
#include "vector/memory_space.h"
#include "vector/text_index.h"
#include "waggle/value.h"

namespace waggle::vector {

// One row of the table `memory`, as views.
struct MemoryRow {
  std::string_view id;
  std::string_view agent_id;
  std::string_view key;
  std::string_view value;                    // JSON
  std::optional<std::string_view> metadata;  // JSON
  Timestamp updated_at;
  std::optional<Timestamp> expires_at;
  std::span<const std::byte> embedding;  // as the column holds it; empty: none
};

// The columns of read_memory_row, in its order.
#define WAGGLE_MEMORY_INDEX_COLUMNS "id, agent_id, key, value, metadata, updated_at, expires_at, embedding"
MemoryRow read_memory_row(const sql::Row& row);

// Which entries may be found.
struct MemorySelection {
  Timestamp now;                                  // what has expired by then may not
  std::optional<std::string_view> agent_id = {};  // only this agent's
  const Filter* filter = nullptr;                 // all when nullptr
};

// An entry that was found.
struct MemoryHit {
  std::string id;
  double score = 0;  // of words: BM25, more is better; of vectors: the distance, less is nearer
  Timestamp updated_at;
  std::optional<double> importance;  // the number of that name in its metadata
};

// The number `importance` of a metadata document.
std::optional<double> importance_of(const base::JsonTree& metadata);

// Like a standard container: const calls may run in several threads at once, others need it alone.
class MemoryIndex {
 public:
  // Borrows `words`. Without a space entries have no embeddings.
  static Result<MemoryIndex> create(const sql::Words& words, const std::optional<MemorySpace>& space);

  std::size_t size() const { return by_id_.size(); }
  std::size_t bytes() const;
  // Is so much of it left over from entries that were replaced that making it anew saves memory and time?
  bool is_worn() const { return texts_.dead() > texts_.size() + 10'000; }

  // Adds the row, or replaces the one of this id.
  Status put(const MemoryRow& row);
  void remove(std::string_view id);

  // The `count` best by words, best first.
  Result<std::vector<MemoryHit>> find_words(const TextQuery& query, std::size_t count, const MemorySelection& selection) const;
  // The `count` nearest by embedding, nearest first: by quantised numbers first, then the best of those by the numbers themselves. Precondition: the
  // query fits the space.
  Result<std::vector<MemoryHit>> find_near(std::span<const float> query, std::size_t count, const MemorySelection& selection) const;

 private:
  struct Entry {
    std::string id;
    std::uint32_t agent = 0;
    Timestamp updated_at;
    std::optional<Timestamp> expires_at;
    std::optional<double> importance;
    std::vector<Attribute> attributes;
  };

  explicit MemoryIndex(const sql::Words& words) : words_(&words) {}

  // A selection that has been made ready for these entries.
  class Judge;

  Status put_vector(const MemoryRow& row, TextIndex::Text number);
  MemoryHit hit_of(const Entry& entry, double score) const;

  const sql::Words* words_;
  std::optional<MemorySpace> space_;
  TextIndex texts_;
  std::unique_ptr<hnsw::ExactIndex> vectors_;  // labels are the numbers of the texts; nullptr without a space
  std::size_t expiring_ = 0;                   // entries that will expire
  std::vector<Entry> entries_;                 // by number of the text
  std::unordered_map<std::string, TextIndex::Text> by_id_;
  std::unordered_map<std::string, std::uint32_t> agents_;
  Paths paths_;
  std::size_t entry_bytes_ = 0;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_MEMORY_INDEX_H
