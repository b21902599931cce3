// memory_search.h: what a process has for searching the memory entries of one database.
//
//   index   all of it in memory: an answer costs a fraction of a millisecond. Filled with the second search, when it fits
//   file    the words in the side file: what the first search, of a command that ends with it, is answered from
//
// Both follow the rows and are used only for exactly the state that the caller's snapshot has. Lock order: the index is waited for before a snapshot
// is taken, the file after it.

#ifndef WAGGLE_VECTOR_MEMORY_SEARCH_H
#define WAGGLE_VECTOR_MEMORY_SEARCH_H

#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

#include "base/log.h"
#include "sql/side_file.h"
#include "sql/words.h"
#include "vector/shared_memory_index.h"
#include "vector/word_file.h"

namespace waggle::vector {

// One per engine. Thread-safe.
class MemorySearch {
 public:
  // Borrows all three. `bytes_max`: what the index may take; 0 keeps none.
  MemorySearch(const sql::Words& words, sql::SideFile& file, base::Log& log, std::size_t bytes_max)
      : words_(words), file_(words, file, log, kMemoryWords), index_(words, bytes_max), bytes_max_(bytes_max) {}

  const sql::Words& words() const { return words_; }
  WordFile& file() { return file_; }
  SharedMemoryIndex& index() { return index_; }

  // Is it worth to fill the index? Not for the first search: one is answered as quickly without.
  bool wants_index() { return bytes_max_ > 0 && !is_too_large_.load() && searches_.fetch_add(1) > 0; }
  // The entries do not fit.
  void give_up_index() { is_too_large_ = true; }

 private:
  const sql::Words& words_;
  WordFile file_;
  SharedMemoryIndex index_;
  const std::size_t bytes_max_;
  std::atomic<std::size_t> searches_ = 0;
  std::atomic<bool> is_too_large_ = false;
};

// The same by reading the rows of a snapshot, for when neither can be used, or for vectors alone where there is no index.
Result<MemoryIndex> read_memories(sql::Reader& reader, const sql::Words& words, const MemoryState& state);
Result<std::vector<MemoryHit>> find_near_rows(sql::Reader& reader, const MemorySpace& space, std::span<const float> query, std::size_t count,
                                              const MemorySelection& selection);

// Judges single rows as MemoryIndex judges entries.
class RowJudge {
 public:
  explicit RowJudge(const MemorySelection& selection);

  // A hit without its score, nullopt when the row may not be found. The agent is for the caller's SQL to judge.
  Result<std::optional<MemoryHit>> judge(std::string_view id, const std::optional<std::string_view>& metadata, Timestamp updated_at,
                                         const std::optional<Timestamp>& expires_at);

 private:
  Timestamp now_;
  std::optional<Filter> filter_;
  Paths paths_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_MEMORY_SEARCH_H
