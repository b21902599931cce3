// recall.h: finding memories by what they say and by what they mean.
//
// A recall ranks memories by the words of a text (BM25), by the nearness of a vector, or by both, and fuses the ranks: an entry's score is the sum of
//
//   text        weight / (2 + its rank by words)
//   vector      weight / (2 + its rank by nearness)
//   recency     weight / 3 * 2 ^ (-age / half_life), where a half-life is given; age is the time since updated_at
//   importance  weight / 3 * the number `importance` of its metadata (0 to 1), where that has a weight
//
// Ranks count from 1, and equals share one; so the most that each part can give is weight / 3. Recency and importance are added and do not multiply:
// they are one more opinion on what was found, and an entry that fits best is not pushed out by age alone. They find nothing by themselves.
//
// A recall sees every write that was acknowledged before it began, by whichever thread or process, and nothing that has expired.

#ifndef WAGGLE_RECALL_H
#define WAGGLE_RECALL_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "waggle/memory.h"
#include "waggle/vectors.h"

namespace waggle {

struct RecallWeights {  // each at least 0; a part of weight 0 is left out
  double text = 1;
  // Absent: 1 - 0.8 * the share of the text's words that the best entry by words has. Where one has them all, words tell more than likeness does;
  // where none has many, they tell little. What an expression of FTS5 finds has all that was asked.
  std::optional<double> vector = {};
  double recency = 0.5;  // counts only with Recall::half_life
  double importance = 0;
};

struct Recall {
  static constexpr std::int64_t kItemsMax = 1'000;
  static constexpr std::size_t kTextBytesMax = std::size_t{64} << 10;

  // The words to look for, as people write them: no character is syntax. An entry is found when it has one of them, in its value (strings, numbers
  // and names of members) or in its key; letters are the same in either case and with or without marks. May be empty when there is a vector.
  std::string text = {};
  QuerySyntax syntax = QuerySyntax::kWords;  // what `text` is; see waggle/vectors.h
  bool last_word_is_prefix = false;          // of kWords: the last word also finds words that it begins, as while somebody types
  std::vector<float> vector = {};            // nearness to this, of entries that have an embedding; empty: words alone
  std::optional<std::string> model = {};     // whose vector it is; when said, it must be that of the embeddings
  std::optional<std::string> agent_id = {};  // only this agent's memories
  std::optional<Json> filter = {};           // over the metadata, as VectorSearch::filter
  std::int64_t k = 10;                       // 1 to kItemsMax; fewer are answered only when fewer are found
  RecallWeights weights = {};
  std::optional<Duration> half_life = {};  // above zero; absent: age does not matter
  // 0 to 1. Above 0 the items are chosen one by one, each for its score less its likeness to those before it (maximal marginal relevance, by
  // embeddings; the share that likeness has). Entries without embedding are like nothing.
  double diversity = 0;
};

// What of the score comes from where; absent where the part does not take part, or the entry is not in that ranking.
struct RecallParts {
  std::optional<double> text;
  std::optional<double> vector;
  std::optional<double> recency;
  std::optional<double> importance;
};

struct RecallMatch {
  MemoryEntry memory;
  double score = 0;
  RecallParts parts;
  // About 160 bytes of the text that was searched, the words that were looked for in [brackets]; from the beginning where it has none of them.
  std::string snippet;
  std::optional<std::int64_t> text_rank;
  std::optional<double> bm25;
  std::optional<std::int64_t> vector_rank;
  std::optional<double> distance;  // by the metric of the embeddings
};

// How a recall was answered, for who wonders.
struct RecallPlan {
  std::string method;          // "memory", "side file", "rows"
  std::string reason;          // why this one
  std::int64_t words = 0;      // different ones that were looked for
  std::int64_t by_text = 0;    // entries that the ranking by words gave to the fusion
  std::int64_t by_vector = 0;  // the same by nearness
};

struct RecallAnswer {
  std::vector<RecallMatch> items;  // best first; of equals the older entry
  RecallPlan plan;
};

// Whose vectors the embeddings of a database's memories are: fixed with the first of them, for all.
struct MemoryEmbedding {
  std::int64_t dimensions = 0;  // 1 to 16,000
  Metric metric = Metric::kCosine;
  std::optional<std::string> model = {};
};

}  // namespace waggle

#endif  // WAGGLE_RECALL_H
