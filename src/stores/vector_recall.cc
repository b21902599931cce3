// vector_recall.cc: searches of a collection that ask for words; see waggle/vectors.h, VectorSearch::text.
//
// As with memories (memory_recall.cc) an answer is of one snapshot, and does not depend on where the words were found: in the side file, which is
// brought to the snapshot; or, where it cannot be, in an index of the collection's rows that is made for this search. Both are the same tables.

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"
#include "stores/recall_fusion.h"
#include "stores/recall_query.h"
#include "stores/vector_rows.h"
#include "stores/vector_search.h"
#include "stores/vector_state.h"
#include "vector/memory_search.h"
#include "vector/snippet.h"
#include "vector/word_file.h"

namespace waggle {
namespace {

using stores::Candidate;
using stores::Rankings;
using stores::Reading;
using stores::StoredCollection;
using vector::MemoryHit;
using vector::WordFile;
using vector::WordNext;

// How many vectors each ranking gives to the fusion.
constexpr std::size_t kDepthMin = 100;
constexpr std::size_t kDepthFactor = 4;
// A file that others keep bringing ahead of this call's snapshot is asked so often, each time with a new snapshot.
constexpr int kFileTries = 4;

Status check(const VectorSearch& search) {
  WAGGLE_TRY(base::check_text("text of a search", search.text, VectorSearch::kTextBytesMax));
  if (search.k > VectorSearch::kFusedMax) {
    return Error(Code::kInvalidArgument, "k of a search with a text is 1 to " + std::to_string(VectorSearch::kFusedMax));
  }
  if (search.min_score && search.query.empty()) {
    return Error(Code::kInvalidArgument, "a least score is one of nearness, and there is nothing to be near to", "give a vector as well");
  }
  WAGGLE_TRY(stores::check_weight("text", search.weights.text));
  return stores::check_weight("vector", search.weights.vector.value_or(0));
}

// nullopt when this way has no answer.
using Answered = Result<std::optional<VectorAnswer>>;

// One search.
class WordsAndNear {
 public:
  WordsAndNear(const stores::Scope& scope, const VectorSearch& request, vector::TextQuery query, std::optional<vector::Filter> filter,
               const std::string& collection)
      : scope_(scope),
        file_(*scope.vector_words()),
        request_(request),
        query_(std::move(query)),
        filter_(std::move(filter)),
        collection_name_(collection),
        deadline_(scope.deadline()) {}

  Result<VectorAnswer> run() {
    std::optional<VectorAnswer> answer;
    if (!scope_.is_bound()) {
      WAGGLE_ASSIGN_OR_RETURN(answer, by_file());
    } else {
      reason_ = "a transaction is searched";
    }
    if (!answer) {
      WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return by_rows(reading); }));
    }
    return *std::move(answer);
  }

 private:
  bool wants_words() const { return !query_.words.empty() && request_.weights.text > 0; }
  bool wants_near() const { return !request_.query.empty() && request_.weights.vector.value_or(1) > 0; }
  std::size_t k() const { return static_cast<std::size_t>(request_.k); }
  std::size_t depth() const { return std::max(kDepthMin, kDepthFactor * k()); }

  Status begin(Reading& reading) {
    WAGGLE_ASSIGN_OR_RETURN(stored_, stores::require_collection(reading.sql, collection_name_));
    WAGGLE_TRY(stores::check_model("the query", request_.model, stored_.collection));
    if (!request_.query.empty()) WAGGLE_TRY(stores::check_vector("the query", request_.query, stored_.collection));
    rankings_ = {};
    return {};
  }

  // nullopt, and why in reason_, when the file cannot answer now.
  Answered by_file() {
    WordFile::Target target;
    std::optional<VectorAnswer> answer;
    WAGGLE_ASSIGN_OR_RETURN(const WordFile::Turn turn, file_.take_turn(deadline_));
    for (int i = 0; i < kFileTries && !answer; ++i) {
      bool again = false;
      WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return by_file_once(reading, target, again); }));
      if (!again) break;
    }
    return answer;
  }

  Answered by_file_once(Reading& reading, WordFile::Target& target, bool& again) {
    WAGGLE_TRY(begin(reading));
    if (wants_words()) {
      WAGGLE_ASSIGN_OR_RETURN(target.newest, reading.sql.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", {}));
      WAGGLE_ASSIGN_OR_RETURN(WordFile::Answer found, find_in_file(reading, target));
      if (!found.is_at_target) {
        if (const Status done = file_.catch_up(reading.sql, target, deadline_); !done) {
          reason_ = done.error().message();
          return Answered(std::nullopt);
        }
        WAGGLE_ASSIGN_OR_RETURN(found, find_in_file(reading, target));
      }
      if (!found.is_at_target) {
        reason_ = "the word index is ahead of the snapshot";
        again = true;
        target.ahead = std::max(target.ahead, found.applied);
        return Answered(std::nullopt);
      }
    }
    return finish(reading, {.method = wants_words() ? "side file" : "none", .reason = wants_words() ? "it is of this moment" : "no words count"});
  }

  Answered by_rows(Reading& reading) {
    WAGGLE_TRY(begin(reading));
    if (wants_words()) {
      vector::RowJudge judge(selection(reading));
      WAGGLE_TRY(file_.search_rows(reading.sql, word_search(), deadline_, [&](std::string_view id, double score) -> Result<WordNext> {
        WAGGLE_TRY(offer(reading, judge, id, score));
        return rankings_.by_text.size() < depth() ? WordNext::kGoOn : WordNext::kEnough;
      }));
    }
    return finish(reading, {.method = wants_words() ? "rows" : "none", .reason = reason_});
  }

  vector::WordSearch word_search() const { return {.expression = query_.expression(), .scope = stored_.seq, .agent_id = request_.agent_id}; }
  vector::MemorySelection selection(const Reading& reading) const { return {.now = reading.now(), .filter = filter_ ? &*filter_ : nullptr}; }

  Result<WordFile::Answer> find_in_file(Reading& reading, const WordFile::Target& target) {
    rankings_.by_text.clear();
    vector::RowJudge judge(selection(reading));
    bool is_wrong = false;
    auto answer = file_.search(reading.sql, target, word_search(), deadline_, [&](std::string_view id, double score) -> Result<WordNext> {
      WAGGLE_ASSIGN_OR_RETURN(const bool is_there, offer(reading, judge, id, score));
      is_wrong = !is_there;
      return is_there && rankings_.by_text.size() < depth() ? WordNext::kGoOn : WordNext::kEnough;
    });
    if (answer && is_wrong) answer->is_at_target = false;
    return answer;
  }

  // A vector whose content has the words, for the ranking if it may be found. False when the collection has none of this id.
  Result<bool> offer(Reading& reading, vector::RowJudge& judge, std::string_view id, double score) {
    bool is_there = false;
    std::optional<MemoryHit> hit;
    WAGGLE_TRY(reading.sql.query("SELECT metadata, updated_at, embedding FROM vectors WHERE seq = ?1 AND collection = ?2",
                                 {vector::vector_of_id(id), collection_name_}, [&](const sql::Row& row) -> Status {
                                   is_there = true;
                                   WAGGLE_ASSIGN_OR_RETURN(hit, judge.judge(id, row.optional_text(0), row.timestamp(1), std::nullopt));
                                   if (!hit || !request_.min_score) return {};
                                   WAGGLE_ASSIGN_OR_RETURN(const double distance, distance_to(row.blob(2)));
                                   if (!is_near_enough(distance)) hit.reset();
                                   return {};
                                 }));
    if (!hit) return is_there;
    hit->score = score;
    rankings_.by_text.push_back(*std::move(hit));
    return true;
  }

  Result<double> distance_to(std::span<const std::byte> embedding) const {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<float> numbers, stores::read_embedding(embedding, stored_.collection));
    return double{hnsw::distance(stores::metric_of(stored_.collection.metric), request_.query, numbers)};
  }

  bool is_near_enough(double distance) const {
    return !request_.min_score || stores::score_of(stored_.collection.metric, distance) >= *request_.min_score;
  }

  // Ranks by nearness, and answers how that was done.
  Result<SearchPlan> rank_near(Reading& reading) {
    if (!wants_near()) return SearchPlan{.method = "words", .reason = "nothing to be near to counts", .vectors = stored_.collection.count};
    VectorSearch near = request_;
    near.k = static_cast<std::int64_t>(depth());
    WAGGLE_ASSIGN_OR_RETURN(stores::NearVectors found, stores::find_near(scope_, reading, near, filter_, collection_name_));
    for (const hnsw::Match& match : found.matches) {
      if (!is_near_enough(match.distance)) break;
      MemoryHit hit{.id = vector::id_of_vector(static_cast<std::int64_t>(match.label)), .score = match.distance, .updated_at = {}, .importance = {}};
      rankings_.by_vector.push_back(std::move(hit));
    }
    return std::move(found.plan);
  }

  // ------------------------------------------------------------------------------------------------ the answer

  Answered finish(Reading& reading, WordPlan words) {
    VectorAnswer answer;
    WAGGLE_ASSIGN_OR_RETURN(answer.plan, rank_near(reading));
    words.words = static_cast<std::int64_t>(query_.words.size());
    words.by_text = static_cast<std::int64_t>(rankings_.by_text.size());
    words.by_vector = static_cast<std::int64_t>(rankings_.by_vector.size());
    answer.plan.words = std::move(words);
    WAGGLE_ASSIGN_OR_RETURN(const double covered, coverage(reading));
    const stores::FusionWeights weights{.text = request_.weights.text, .vector = stores::weight_of_vector(request_.weights.vector, covered)};
    std::vector<Candidate> candidates = stores::fuse(rankings_, weights, reading.now());
    if (candidates.size() > k()) candidates.resize(k());
    for (const Candidate& candidate : candidates) {
      WAGGLE_ASSIGN_OR_RETURN(VectorMatch match, read_match(reading, candidate));
      answer.items.push_back(std::move(match));
    }
    return std::optional(std::move(answer));
  }

  // Which share of the words that are asked for the best vector by words has.
  Result<double> coverage(Reading& reading) const {
    if (rankings_.by_text.empty() || rankings_.by_vector.empty()) return 0.0;
    std::string text;
    WAGGLE_TRY(reading.sql.query("SELECT content FROM vectors WHERE seq = ?1", {vector::vector_of_id(rankings_.by_text.front().id)},
                                 [&](const sql::Row& row) -> Status {
                                   text = row.string(0);
                                   return {};
                                 }));
    return query_.coverage(text, file_.words());
  }

  Result<VectorMatch> read_match(Reading& reading, const Candidate& candidate) const {
    VectorMatch match{.entry = {},
                      .distance = std::numeric_limits<double>::quiet_NaN(),
                      .score = candidate.score,
                      .parts = {.text = candidate.parts.text, .vector = candidate.parts.vector},
                      .snippet = {},
                      .text_rank = candidate.text_rank,
                      .bm25 = candidate.bm25,
                      .vector_rank = candidate.vector_rank};
    bool is_there = false;
    WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_VECTOR_COLUMNS_WITH_EMBEDDING " FROM vectors WHERE seq = ?1", {vector::vector_of_id(candidate.id)},
                                 [&](const sql::Row& row) -> Status {
                                   is_there = true;
                                   match.entry = stores::read_vector(row, collection_name_);
                                   if (request_.embeddings == Embedding::kIncluded) {
                                     WAGGLE_ASSIGN_OR_RETURN(match.entry.embedding, stores::read_embedding(row.blob(7), stored_.collection));
                                   }
                                   if (request_.query.empty()) return {};
                                   WAGGLE_ASSIGN_OR_RETURN(match.distance, distance_to(row.blob(7)));
                                   return {};
                                 }));
    if (!is_there) return Error(Code::kInternal, "an index names a vector that the snapshot does not have");
    WAGGLE_ASSIGN_OR_RETURN(match.snippet, vector::snippet_of(match.entry.content, query_, file_.words()));
    return match;
  }

  const stores::Scope& scope_;
  WordFile& file_;
  const VectorSearch& request_;
  const vector::TextQuery query_;
  const std::optional<vector::Filter> filter_;
  const std::string& collection_name_;
  const base::Deadline deadline_;
  StoredCollection stored_;
  Rankings rankings_;
  std::string reason_;
};

}  // namespace

Result<VectorAnswer> stores::search_text(const Scope& scope, const VectorSearch& request, std::optional<vector::Filter> filter,
                                         const std::string& collection) {
  WAGGLE_TRY(check(request));
  if (scope.vector_words() == nullptr) return Error(Code::kUnsupported, "words cannot be searched here", "open the database by its file");
  const LastWord last = request.last_word_is_prefix ? LastWord::kPrefix : LastWord::kWhole;
  WAGGLE_ASSIGN_OR_RETURN(vector::TextQuery query, query_of(request.text, request.syntax, last, scope.vector_words()->words()));
  return WordsAndNear(scope, request, std::move(query), std::move(filter), collection).run();
}

}  // namespace waggle
