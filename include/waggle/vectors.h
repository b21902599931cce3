// vectors.h: collections of vectors, each with its text and metadata, found again by nearness.
//
// A collection fixes what its vectors are: how many dimensions, which metric, and of which model. That is a hard boundary: a vector or a query of
// another length is an error that names both, never an empty answer. A search sees every vector whose insertion was acknowledged before it began,
// by whichever thread or process.

#ifndef WAGGLE_VECTORS_H
#define WAGGLE_VECTORS_H

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/embedder.h"
#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

namespace stores {
class Scope;
}

// What is near. `distance` is smaller and `score` greater for what is nearer.
enum class Metric : std::uint8_t {
  kCosine,  // distance = 1 - cosine of the angle, 0 to 2; score = the cosine. A zero vector has no direction: it is refused
  kDot,     // distance = -(inner product); score = the inner product
  kL2,      // distance = the Euclidean one; score = 1 / (1 + distance)
};
std::string_view to_string(Metric metric);
std::optional<Metric> parse_metric(std::string_view name);

// How a collection is searched.
enum class IndexKind : std::uint8_t {
  kAuto,   // exactly, until searches have cost so much that a graph pays; then as kHnsw
  kExact,  // every vector is looked at: nothing is missed, and time grows with the collection
  kHnsw,   // by a graph: a few hundred vectors are looked at, and one in a hundred of the nearest may be missed. From 2,500 vectors on
};
std::string_view to_string(IndexKind kind);
std::optional<IndexKind> parse_index_kind(std::string_view name);

// As what the index holds the numbers of a vector. Rows keep them as they were given; what an index of smaller numbers finds is measured again by
// those, so that distances are exact and few neighbours are missed.
enum class VectorStorage : std::uint8_t { kF32, kF16, kBf16, kInt8 };
std::string_view to_string(VectorStorage storage);
std::optional<VectorStorage> parse_vector_storage(std::string_view name);

struct Collection {
  std::string name;
  std::int64_t dimensions = 0;
  Metric metric = Metric::kCosine;
  std::optional<std::string> model;       // whose vectors these are; nullopt when that was not said
  std::optional<std::string> next_model;  // whose they will be: a reembed is under way, or was interrupted
  IndexKind index = IndexKind::kAuto;
  VectorStorage storage = VectorStorage::kF32;
  std::int64_t connectivity = 0;     // of a graph: links of a vector (M)
  std::int64_t ef_construction = 0;  // of a graph: beam of the search for them
  std::int64_t count = 0;            // vectors in it
  Timestamp created_at;
};

struct NewCollection {
  static constexpr std::size_t kNameBytesMax = 255;
  static constexpr std::int64_t kDimensionsMax = 16'000;

  std::string name;  // 1 to kNameBytesMax bytes, no '/'
  std::int64_t dimensions = 0;
  Metric metric = Metric::kCosine;
  std::optional<std::string> model = {};
  IndexKind index = IndexKind::kAuto;
  VectorStorage storage = VectorStorage::kF32;
  std::int64_t connectivity = 20;      // 4 to 64
  std::int64_t ef_construction = 128;  // 8 to 2,000
};

struct VectorEntry {
  std::string collection;
  std::string id;
  std::string content;  // the text that the vector stands for; may be empty
  std::optional<Json> metadata;
  std::optional<std::string> agent_id;  // whose it is: the acting agent of the latest write
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<float> embedding = {};  // as it was given; only where it was asked for
};

struct PutVector {
  static constexpr std::size_t kIdBytesMax = std::size_t{64} << 10;
  static constexpr std::size_t kContentBytesMax = std::size_t{16} << 20;

  std::string id;                     // 1 to kIdBytesMax bytes, unique in its collection
  std::vector<float> embedding;       // finite numbers, as many as the collection has dimensions
  std::string content = {};           // at most kContentBytesMax bytes
  std::optional<Json> metadata = {};  // an object, for filters to look into
  // Whose vector it is. When it is said here it must be the collection's model, else invalid_argument naming both.
  std::optional<std::string> model = {};
};

// A text of which an embedder makes the vector; it becomes the content.
struct PutText {
  std::string id;
  std::string content;
  std::optional<Json> metadata = {};
};

enum class Embedding : std::uint8_t { kLeftOut, kIncluded };

// How a text that is looked for is read.
enum class QuerySyntax : std::uint8_t {
  kWords,  // as people write: any of its words, and no character is syntax
  // An expression of SQLite's FTS5: "phrases", AND, OR, NOT, NEAR(a b, 5), prefixes (bee*), ^ for the beginning. One that is none is invalid_argument
  // with FTS5's message and the query. There is one text: to name a column is refused.
  kFts5,
};

struct SearchWeights {  // each at least 0; a part of weight 0 is left out
  double text = 1;
  std::optional<double> vector = {};  // as RecallWeights::vector in waggle/recall.h
};

// A search for the k nearest, for the k that fit best the words of a text, or for both.
//
// With a text the words of the contents are ranked by BM25, within the collection; how near they are by `query`, where that is given too; and the two
// rankings are fused as waggle/recall.h says, by the weights. A vector is found by either. `filter`, `agent_id` and `min_score` hold for all of them.
//
// `filter` is a JSON object over the metadata: {"lang":"en"} or {"lang":{"eq":"en"}}, with the operators eq, ne, lt, le, gt, ge, in (an array),
// exists (true or false) and prefix; several keys of one object must all hold; {"and":[..]}, {"or":[..]}, {"not":{..}} combine objects. A key of dots
// ("a.b") walks into objects, and an array stands for each of its items. What is compared must be of the same kind: a number is never less than a
// text. A missing key matches nothing but ne, not and {"exists":false}.
struct VectorSearch {
  static constexpr std::int64_t kNeighboursMax = 10'000;
  static constexpr std::int64_t kFusedMax = 1'000;
  static constexpr std::size_t kTextBytesMax = std::size_t{64} << 10;
  enum class Accuracy : std::uint8_t {
    kOfIndex,  // what the collection's index gives
    kExact,    // every vector is measured by its own numbers
  };

  std::vector<float> query = {};  // may be empty where there is a text
  // The words to look for in the contents. Letters are the same in either case and with or without marks. Empty: nearness alone.
  std::string text = {};
  QuerySyntax syntax = QuerySyntax::kWords;
  bool last_word_is_prefix = false;  // of kWords: the last word also finds words that it begins, as while somebody types
  SearchWeights weights = {};
  std::int64_t k = 10;  // 1 to kNeighboursMax, with a text to kFusedMax; fewer are answered only when fewer match
  std::optional<Json> filter = {};
  std::optional<std::string> agent_id = {};  // only this agent's
  // Only what scores at least this by nearness to `query`, also where it was found by its words; what fusion makes of it is no matter. So it needs a
  // query.
  std::optional<double> min_score = {};
  Embedding embeddings = Embedding::kLeftOut;
  std::optional<std::string> model = {};  // whose vector the query is: as PutVector::model
  std::int64_t ef = 96;  // width of the beam through a graph, 1 to kNeighboursMax: more finds more and takes longer. At least k is used
  Accuracy accuracy = Accuracy::kOfIndex;
};

// What of a fused score comes from where; absent where the part does not take part, or the vector is not in that ranking.
struct VectorParts {
  std::optional<double> text;
  std::optional<double> vector;
};

struct VectorMatch {
  VectorEntry entry;
  double distance = 0;  // not a number in a search by words alone
  double score = 0;     // of nearness; in a search with a text the fused one
  // In a search with a text:
  VectorParts parts = {};
  std::string snippet = {};  // as RecallMatch::snippet, of the content
  std::optional<std::int64_t> text_rank = {};
  std::optional<double> bm25 = {};
  std::optional<std::int64_t> vector_rank = {};
};

// How the words of a search were answered.
struct WordPlan {
  std::string method;          // "side file", "rows"
  std::string reason;          // why this one
  std::int64_t words = 0;      // different ones that were looked for
  std::int64_t by_text = 0;    // vectors that the ranking by words gave to the fusion
  std::int64_t by_vector = 0;  // the same by nearness
};

// How a search was answered, for who wonders.
struct SearchPlan {
  std::string method;                    // "HNSW", "exact scan in memory", "exact scan in SQL", "int8 scan in memory"; "words" where that is all
  std::string reason;                    // why this one
  std::int64_t vectors = 0;              // in the collection
  std::optional<std::int64_t> matching;  // of them passed the filter and the agent scope; a walk through a graph does not count them
  std::int64_t distances = 0;            // computed
  std::int64_t visited = 0;              // places of the graph
  std::optional<WordPlan> words = {};    // in a search with a text
};

struct VectorAnswer {
  std::vector<VectorMatch> items;  // nearest first, or best first; of equals, the older first
  SearchPlan plan;
};

struct Reindex {
  enum class From : std::uint8_t {
    kScratch,  // the file that there is is not looked at
    kPresent,  // what the file lacks is added
  };
  From from = From::kScratch;
  // Told how many of how many vectors are linked, now and then, by any thread, one at a time; false ends the work with cancelled.
  std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

struct Reembed {
  // Told how many of how many vectors are made, after each batch; false ends the work with cancelled. What was made stays for the next time.
  std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

struct ReindexReport {
  std::int64_t vectors = 0;
  bool has_graph = false;      // false: the collection is searched exactly
  std::int64_t bytes = 0;      // of memory
  std::int64_t unreached = 0;  // vectors that no walk through the graph can reach; 0, or the graph is not right
};

class VectorCollection;

// The collections of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one durable transaction with its rows in the change log (entities "collection" and "vector").
class VectorStore {
 public:
  explicit VectorStore(const stores::Scope& scope) : scope_(&scope) {}

  // already_exists when one has this name; invalid_argument for what is out of range.
  Result<Collection> create(const NewCollection& collection);
  Result<Collection> get(std::string_view name);
  // Newest first.
  Result<Page<Collection>> list(const PageRequest& page = {});
  // Removes the collection with all of its vectors; answers what it was.
  Result<Collection> drop(std::string_view name);

  // A handle on the collection of this name. It need not exist until a call is made.
  VectorCollection in(std::string name) const;

 private:
  const stores::Scope* scope_;
};

// One collection. All calls answer not_found when there is none of this name.
class VectorCollection {
 public:
  VectorCollection(const stores::Scope& scope, std::string name) : scope_(&scope), name_(std::move(name)) {}

  // Adds a vector; already_exists when the id is taken.
  Result<VectorEntry> insert(const PutVector& vector);
  // Adds a vector or replaces the one of this id, which keeps created_at.
  Result<VectorEntry> upsert(const PutVector& vector);
  // Upserts all in one transaction, or none; 1 to 100,000. Of equal ids the last counts. Answers how many there were.
  Result<std::int64_t> upsert_many(std::span<const PutVector> vectors);

  // The same with vectors that the embedder makes, outside of the transaction. Its model must be the collection's: invalid_argument naming both
  // otherwise, and for a collection that does not say its model. Errors of Embedder::embed are answered as they are.
  Result<VectorEntry> upsert_text(const Embedder& embedder, const PutText& text);
  Result<std::int64_t> upsert_texts(const Embedder& embedder, std::span<const PutText> texts);

  Result<VectorEntry> get(std::string_view id, Embedding embedding = Embedding::kLeftOut);
  // Answers what was removed.
  Result<VectorEntry> remove(std::string_view id);

  // The nearest vectors, min(k, matching) of them, by whatever index there is at this moment; or what VectorSearch::text finds. SearchPlan tells.
  // invalid_argument for a query that cannot be one of this collection, and for a filter or an expression that is none.
  Result<VectorAnswer> search(const VectorSearch& search);

  // The nearest to a text, by the embedder of the collection's model as above; `search.query` and `search.model` are set by it. Its words are looked
  // for only where `search.text` says so.
  Result<VectorAnswer> search_text(const Embedder& embedder, std::string_view text, VectorSearch search = {});

  // Two by the names of the architecture that Waggle began with: insert, and search for `limit` without conditions.
  Result<VectorEntry> insert_with_embedding(std::string id, std::string content, std::vector<float> embedding, std::optional<Json> metadata = {});
  Result<std::vector<VectorMatch>> semantic_search(std::vector<float> query_embedding, std::int64_t limit = 10);

  // Gives the collection another model: of each vector's content the embedder makes a new one. The old ones serve until all are made, and then all
  // are replaced in one transaction. What is stored meanwhile has the old model, and is made anew as well. After an interruption, in whichever
  // process, a call with the same model goes on where the other ended.
  // invalid_argument, naming its id, for a content that has no vector; conflict when another reembed for another model has begun.
  Result<Collection> reembed(const Embedder& embedder, const Reembed& reembed = {});

  // Makes the index in memory, and the graph in its file beside the database, now, and not when searches need them; takes seconds to minutes. There
  // is no need to: whatever a file lacks is caught up with. exhausted when Options::index_bytes has no room for it.
  Result<ReindexReport> reindex(const Reindex& reindex = {});

  // All vectors, in the order in which they were first added.
  Result<Page<VectorEntry>> list(const PageRequest& page = {}, Embedding embedding = Embedding::kLeftOut);

 private:
  const stores::Scope* scope_;
  std::string name_;
};

}  // namespace waggle

#endif  // WAGGLE_VECTORS_H
