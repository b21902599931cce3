// text_index.h: which texts hold which words, in memory, and the best of them for a query by BM25.
//
// The score is the one that searches of the side file give (sql/side_file.h), so that both answer the same: for each word of the query
//
//   idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)),   idf = ln((N - n + 0.5) / (n + 0.5)), at least 1e-6
//
// where n of N texts have the word, tf times in this one; k1 = 1.2, b = 0.75.

#ifndef WAGGLE_VECTOR_TEXT_INDEX_H
#define WAGGLE_VECTOR_TEXT_INDEX_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/function_ref.h"
#include "vector/text_query.h"

namespace waggle::vector {

// Like a standard container: const calls may run in several threads at once, others need it alone.
class TextIndex {
 public:
  using Text = std::uint32_t;  // the number of a text, given in the order in which they are added

  // Adds a text, which is these words in any order, and answers its number.
  Text add(std::span<const std::string> words);
  // Its number is not given again.
  void remove(Text text);

  // How many texts there are, and how many were removed and still take memory.
  std::size_t size() const { return live_; }
  std::size_t dead() const { return lengths_.size() - live_; }
  std::size_t bytes() const { return bytes_; }

  struct Hit {
    Text text = 0;
    double score = 0;
  };
  using MayBeFound = base::FunctionRef<bool(Text)>;
  // The best `count` of the texts that have a word of the query and may be found, best first; of equals the first added.
  std::vector<Hit> search(const TextQuery& query, std::size_t count, MayBeFound may_be_found) const;

 private:
  static constexpr std::uint32_t kDead = std::numeric_limits<std::uint32_t>::max();

  struct Posting {
    Text text = 0;
    std::uint32_t times = 0;
  };
  struct WordEntry {
    std::vector<Posting> postings;  // by text; those of removed ones stay
    std::uint32_t texts = 0;        // that have the word, without removed ones
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::uint32_t intern(const std::string& word);
  // Where each text has the word, and how many have it. With a prefix, as if all words that begin so were one; `merged` holds what that makes.
  struct Found {
    std::span<const Posting> postings;
    std::size_t texts = 0;
  };
  Found find(const QueryWord& word, std::vector<Posting>& merged) const;
  Found find_prefix(std::string_view prefix, std::vector<Posting>& merged) const;

  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<WordEntry> words_;
  std::vector<std::uint32_t> lengths_;                // by text, in words; kDead when it was removed
  std::vector<std::vector<std::uint32_t>> words_of_;  // by text, its different words
  std::size_t live_ = 0;
  std::uint64_t length_ = 0;  // of all texts together
  std::size_t bytes_ = 0;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_TEXT_INDEX_H
