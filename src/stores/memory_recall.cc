// memory_recall.cc: finding memories; see waggle/recall.h.
//
// A recall is answered for exactly one snapshot: by the index in memory, by the word index in the side file, or by the rows, whichever of them is of
// that snapshot. The first two are brought to it where that is possible; all of them give the same answer.

#include "waggle/recall.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "stores/memory_cache.h"
#include "stores/memory_rows.h"
#include "stores/recall_fusion.h"
#include "stores/recall_query.h"
#include "stores/scope.h"
#include "vector/embedding_bytes.h"
#include "vector/memory_search.h"
#include "vector/memory_text.h"
#include "vector/snippet.h"

namespace waggle {
namespace {

using stores::Candidate;
using stores::MemoryCache;
using stores::Rankings;
using stores::Reading;
using vector::MemoryFollower;
using vector::MemoryHit;
using vector::MemoryIndex;
using vector::MemorySearch;
using vector::MemorySelection;
using vector::MemorySpace;
using vector::MemoryState;
using vector::SharedMemoryIndex;
using vector::WordFile;
using vector::WordNext;

// How many entries each ranking gives to the fusion.
constexpr std::size_t kDepthMin = 100;
constexpr std::size_t kDepthFactor = 4;
// A file that others keep bringing ahead of this call's snapshot is asked so often, each time with a new snapshot.
constexpr int kFileTries = 4;

Status check(const Recall& recall) {
  WAGGLE_TRY(base::check_text("text of a recall", recall.text, Recall::kTextBytesMax));
  if (recall.text.empty() && recall.vector.empty()) {
    return Error(Code::kInvalidArgument, "a recall needs a text or a vector", "say what to look for");
  }
  if (recall.k < 1 || recall.k > Recall::kItemsMax) return Error(Code::kInvalidArgument, "k is 1 to " + std::to_string(Recall::kItemsMax));
  if (recall.agent_id) WAGGLE_TRY(base::check_name("agent of memory entries", *recall.agent_id, PutMemory::kKeyBytesMax));
  WAGGLE_TRY(stores::check_weight("text", recall.weights.text));
  WAGGLE_TRY(stores::check_weight("vector", recall.weights.vector.value_or(0)));
  WAGGLE_TRY(stores::check_weight("recency", recall.weights.recency));
  WAGGLE_TRY(stores::check_weight("importance", recall.weights.importance));
  if (recall.half_life && *recall.half_life <= Duration::zero()) return Error(Code::kInvalidArgument, "a half-life must be above zero");
  if (!(recall.diversity >= 0 && recall.diversity <= 1)) return Error(Code::kInvalidArgument, "diversity is 0 to 1");
  return {};
}

// nullopt when this way has no answer.
using Answered = Result<std::optional<RecallAnswer>>;

// One recall.
class Recalling {
 public:
  Recalling(const stores::Scope& scope, const Recall& recall, vector::TextQuery query, std::optional<vector::Filter> filter)
      : scope_(scope),
        search_(*scope.memory_search()),
        recall_(recall),
        query_(std::move(query)),
        filter_(std::move(filter)),
        deadline_(scope.deadline()) {}

  Result<RecallAnswer> run() {
    std::optional<RecallAnswer> answer;
    if (scope_.is_bound()) {
      WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return answer_bound(reading); }));
      return *std::move(answer);
    }
    WAGGLE_ASSIGN_OR_RETURN(answer, by_index());
    if (!answer) {
      WAGGLE_ASSIGN_OR_RETURN(answer, by_file());
    }
    if (!answer) {
      WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return by_rows(reading); }));
    }
    return *std::move(answer);
  }

 private:
  bool wants_words() const { return !query_.words.empty() && recall_.weights.text > 0; }
  bool wants_near() const { return !recall_.vector.empty() && recall_.weights.vector.value_or(1) > 0; }
  std::size_t k() const { return static_cast<std::size_t>(recall_.k); }
  std::size_t depth() const { return std::max(kDepthMin, kDepthFactor * k()); }

  MemorySelection selection(const Reading& reading) const {
    return {.now = reading.now(), .agent_id = recall_.agent_id, .filter = filter_ ? &*filter_ : nullptr};
  }

  // Also checks the vector, against what the snapshot says.
  Result<MemoryState> state_of(const Reading& reading) const {
    WAGGLE_ASSIGN_OR_RETURN(MemoryState state, MemoryState::read(reading.sql));
    if (!recall_.vector.empty() && state.space) WAGGLE_TRY(vector::check_in_space("the query", recall_.model, recall_.vector, *state.space));
    return state;
  }

  // The index in memory knows single words only.
  bool fits_index() const { return !query_.fts5 || !wants_words(); }

  // In a transaction of the caller's nothing is waited for and nothing is brought up to date: its rows may be of a state that nobody else will see.
  Answered answer_bound(Reading& reading) {
    WAGGLE_ASSIGN_OR_RETURN(const MemoryState state, state_of(reading));
    if (const SharedMemoryIndex::Hold hold = search_.index().try_hold(); fits_index() && hold && hold.follower().change() == state.newest) {
      return from_index(reading, hold.follower().index(), "memory", "the entries are in memory");
    }
    reason_ = "a transaction is searched";
    return by_rows(reading);
  }

  // nullopt when there is none yet, or somebody fills it.
  Answered by_index() {
    std::optional<RecallAnswer> answer;
    if (!fits_index()) return answer;
    WAGGLE_ASSIGN_OR_RETURN(SharedMemoryIndex::Hold hold, search_.index().hold(deadline_));
    bool must_fill = !hold;
    if (hold) {
      WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return by_index_as_it_is(reading, hold); }));
      hold = {};
      if (answer) return answer;
      // Alone from here: the snapshot is taken while nobody else can bring the index beyond it.
      WAGGLE_ASSIGN_OR_RETURN(hold, search_.index().hold_alone(SharedMemoryIndex::Purpose::kCatchUp, deadline_));
      if (hold) {
        WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return by_index_after_changes(reading, hold, must_fill); }));
        hold = {};
      }
      if (answer) return answer;
    }
    if (!must_fill || !search_.wants_index()) return answer;
    WAGGLE_ASSIGN_OR_RETURN(hold, search_.index().hold_alone(SharedMemoryIndex::Purpose::kFill, deadline_));
    if (!hold) return answer;
    return scope_.read([&](Reading& reading) { return by_index_after_filling(reading, hold); });
  }

  Answered by_index_as_it_is(Reading& reading, const SharedMemoryIndex::Hold& hold) {
    WAGGLE_ASSIGN_OR_RETURN(const MemoryState state, state_of(reading));
    if (hold.follower().change() != state.newest) return Answered(std::nullopt);
    return from_index(reading, hold.follower().index(), "memory", "the entries are in memory");
  }

  Answered by_index_after_changes(Reading& reading, SharedMemoryIndex::Hold& hold, bool& must_fill) {
    WAGGLE_ASSIGN_OR_RETURN(const MemoryState state, state_of(reading));
    WAGGLE_ASSIGN_OR_RETURN(must_fill, hold.follower().must_fill(reading.sql, state));
    if (must_fill) return Answered(std::nullopt);
    if (const Status done = hold.follower().catch_up(reading.sql, state); !done) {
      if (done.error().code() != Code::kExhausted) return done.error();
      search_.give_up_index();
      return Answered(std::nullopt);
    }
    hold.share();
    return from_index(reading, hold.follower().index(), "memory", "the entries are in memory, with the latest changes applied");
  }

  Answered by_index_after_filling(Reading& reading, SharedMemoryIndex::Hold& hold) {
    WAGGLE_ASSIGN_OR_RETURN(const MemoryState state, state_of(reading));
    const Result<bool> done = hold.follower().fill(reading.sql, state, deadline_.at_most(deadline_.left() / 2));
    if (!done && done.error().code() != Code::kExhausted) return done.error();
    if (!done) search_.give_up_index();
    if (!done || !*done) return Answered(std::nullopt);
    hold.share();
    return from_index(reading, hold.follower().index(), "memory", "the entries have just been read into memory");
  }

  Answered from_index(Reading& reading, const MemoryIndex& index, const char* method, std::string reason) {
    Rankings rankings;
    if (wants_words()) {
      WAGGLE_ASSIGN_OR_RETURN(rankings.by_text, index.find_words(query_, depth(), selection(reading)));
    }
    if (wants_near()) {
      WAGGLE_ASSIGN_OR_RETURN(rankings.by_vector, index.find_near(recall_.vector, depth(), selection(reading)));
    }
    return finish(reading, rankings, {.method = method, .reason = std::move(reason)});
  }

  // nullopt, and why in reason_, when the file cannot answer now.
  Answered by_file() {
    WordFile::Target target;
    std::optional<RecallAnswer> answer;
    std::optional<WordFile::Turn> turn;
    if (wants_words()) {
      WAGGLE_ASSIGN_OR_RETURN(WordFile::Turn taken, search_.file().take_turn(deadline_));
      turn.emplace(std::move(taken));
    }
    for (int i = 0; i < kFileTries && !answer; ++i) {
      bool again = false;
      WAGGLE_ASSIGN_OR_RETURN(answer, scope_.read([&](Reading& reading) { return by_file_once(reading, target, again); }));
      if (!again) break;
    }
    return answer;
  }

  Answered by_file_once(Reading& reading, WordFile::Target& target, bool& again) {
    WAGGLE_ASSIGN_OR_RETURN(const MemoryState state, state_of(reading));
    target.newest = state.newest;
    Rankings rankings;
    if (wants_words()) {
      WAGGLE_ASSIGN_OR_RETURN(WordFile::Answer found, find_in_file(reading, target, rankings));
      if (!found.is_at_target) {
        if (const Status done = search_.file().catch_up(reading.sql, target, deadline_); !done) {
          reason_ = done.error().message();
          return Answered(std::nullopt);
        }
        WAGGLE_ASSIGN_OR_RETURN(found, find_in_file(reading, target, rankings));
      }
      if (!found.is_at_target) {
        reason_ = "the word index is ahead of the snapshot";
        again = true;
        target.ahead = std::max(target.ahead, found.applied);
        return Answered(std::nullopt);
      }
    }
    WAGGLE_TRY(find_near(reading, state, rankings));
    if (!wants_words()) return finish(reading, rankings, {.method = "rows", .reason = "the entries are not in memory"});
    const char* const reason =
        query_.fts5 ? "the query is an expression" : "the entries are not in memory: the first recall of this process, or no room";
    return finish(reading, rankings, {.method = "side file", .reason = reason});
  }

  Status find_near(Reading& reading, const MemoryState& state, Rankings& rankings) {
    if (!wants_near() || !state.space) return {};
    WAGGLE_ASSIGN_OR_RETURN(rankings.by_vector, vector::find_near_rows(reading.sql, *state.space, recall_.vector, depth(), selection(reading)));
    return {};
  }

  vector::WordSearch word_search() const { return {.expression = query_.expression(), .agent_id = recall_.agent_id}; }

  Result<WordFile::Answer> find_in_file(Reading& reading, const WordFile::Target& target, Rankings& rankings) {
    rankings.by_text.clear();
    vector::RowJudge judge(selection(reading));
    bool is_wrong = false;
    auto answer = search_.file().search(reading.sql, target, word_search(), deadline_, [&](std::string_view id, double score) -> Result<WordNext> {
      WAGGLE_ASSIGN_OR_RETURN(const bool is_there, offer(reading, judge, id, score, rankings));
      is_wrong = !is_there;
      return is_there && rankings.by_text.size() < depth() ? WordNext::kGoOn : WordNext::kEnough;
    });
    if (answer && is_wrong) answer->is_at_target = false;
    return answer;
  }

  // An entry that has the words, for the ranking if it may be found. False when there is none of this id.
  static Result<bool> offer(Reading& reading, vector::RowJudge& judge, std::string_view id, double score, Rankings& rankings) {
    bool is_there = false;
    std::optional<MemoryHit> hit;
    WAGGLE_TRY(reading.sql.query("SELECT metadata, updated_at, expires_at FROM memory WHERE id = ?1", {id}, [&](const sql::Row& row) -> Status {
      is_there = true;
      WAGGLE_ASSIGN_OR_RETURN(hit, judge.judge(id, row.optional_text(0), row.timestamp(1), row.optional_timestamp(2)));
      return {};
    }));
    if (!hit) return is_there;
    hit->score = score;
    rankings.by_text.push_back(*std::move(hit));
    return true;
  }

  Answered by_rows(Reading& reading) {
    WAGGLE_ASSIGN_OR_RETURN(MemoryState state, state_of(reading));
    if (!fits_index()) return by_rows_of_expression(reading, state);
    if (!wants_near()) state.space.reset();  // embeddings are left where they are
    WAGGLE_ASSIGN_OR_RETURN(const MemoryIndex index, vector::read_memories(reading.sql, search_.words(), state));
    return from_index(reading, index, "rows", reason_);
  }

  Answered by_rows_of_expression(Reading& reading, const MemoryState& state) {
    Rankings rankings;
    vector::RowJudge judge(selection(reading));
    WAGGLE_TRY(search_.file().search_rows(reading.sql, word_search(), deadline_, [&](std::string_view id, double score) -> Result<WordNext> {
      WAGGLE_TRY(offer(reading, judge, id, score, rankings));
      return rankings.by_text.size() < depth() ? WordNext::kGoOn : WordNext::kEnough;
    }));
    WAGGLE_TRY(find_near(reading, state, rankings));
    return finish(reading, rankings, {.method = "rows", .reason = reason_});
  }

  // ------------------------------------------------------------------------------------------------ the answer

  Answered finish(Reading& reading, const Rankings& rankings, RecallPlan plan) {
    plan.words = static_cast<std::int64_t>(query_.words.size());
    plan.by_text = static_cast<std::int64_t>(rankings.by_text.size());
    plan.by_vector = static_cast<std::int64_t>(rankings.by_vector.size());
    WAGGLE_ASSIGN_OR_RETURN(const double covered, coverage(reading, rankings));
    std::vector<Candidate> candidates = stores::fuse(rankings, stores::weights_of(recall_, covered), reading.now());
    if (recall_.diversity > 0) {
      WAGGLE_ASSIGN_OR_RETURN(candidates, stores::diversify(std::move(candidates), k(), recall_.diversity,
                                                            [&](const std::string& id) { return read_embedding(reading, id); }));
    }
    if (candidates.size() > k()) candidates.resize(k());
    std::optional<RecallAnswer> answer({.items = {}, .plan = std::move(plan)});
    for (Candidate& candidate : candidates) {
      WAGGLE_ASSIGN_OR_RETURN(RecallMatch match, read_match(reading, candidate));
      answer->items.push_back(std::move(match));
    }
    return answer;
  }

  // Which share of the words that are asked for the best entry by words has.
  Result<double> coverage(Reading& reading, const Rankings& rankings) {
    if (rankings.by_text.empty() || rankings.by_vector.empty()) return 0.0;
    std::string text;
    WAGGLE_TRY(reading.sql.query("SELECT key, value FROM memory WHERE id = ?1", {rankings.by_text.front().id}, [&](const sql::Row& row) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(text, vector::text_of_memory(row.text(0), row.text(1)));
      return {};
    }));
    return query_.coverage(text, search_.words());
  }

  static Result<std::vector<float>> read_embedding(Reading& reading, const std::string& id) {
    std::vector<float> numbers;
    WAGGLE_TRY(reading.sql.query("SELECT embedding FROM memory WHERE id = ?1", {id}, [&](const sql::Row& row) -> Status {
      vector::read_numbers(row.blob(0), numbers);
      return {};
    }));
    return numbers;
  }

  Result<RecallMatch> read_match(Reading& reading, const Candidate& candidate) {
    RecallMatch match{.memory = {},
                      .score = candidate.score,
                      .parts = candidate.parts,
                      .snippet = {},
                      .text_rank = candidate.text_rank,
                      .bm25 = candidate.bm25,
                      .vector_rank = candidate.vector_rank,
                      .distance = candidate.distance};
    MemoryEntry& entry = match.memory;
    WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_MEMORY_COLUMNS ", agent_id, key FROM memory WHERE id = ?1", {candidate.id},
                                 [&](const sql::Row& row) -> Status {
                                   stores::decode_memory(row, entry);
                                   entry.agent_id = row.string(stores::kAfterMemoryColumns);
                                   entry.key = row.string(stores::kAfterMemoryColumns + 1);
                                   return {};
                                 }));
    if (entry.id.empty()) return Error(Code::kInternal, "an index names a memory entry that the snapshot does not have");
    entry.access_count += scope_.memory_cache().buffered_reads(MemoryCache::hash_of({entry.agent_id, entry.key}), entry.id);
    WAGGLE_ASSIGN_OR_RETURN(const std::string text, vector::text_of_memory(entry.key, entry.value.text));
    WAGGLE_ASSIGN_OR_RETURN(match.snippet, vector::snippet_of(text, query_, search_.words()));
    return match;
  }

  const stores::Scope& scope_;
  MemorySearch& search_;
  const Recall& recall_;
  const vector::TextQuery query_;
  const std::optional<vector::Filter> filter_;
  const base::Deadline deadline_;
  std::string reason_;
};

}  // namespace

Result<RecallAnswer> MemoryStore::recall(const Recall& recall) {
  WAGGLE_TRY(check(recall));
  if (scope_->memory_search() == nullptr) return Error(Code::kUnsupported, "memories cannot be searched here", "open the database by its file");
  std::optional<vector::Filter> filter;
  if (recall.filter) {
    WAGGLE_ASSIGN_OR_RETURN(filter, vector::Filter::parse(recall.filter->text));
  }
  WAGGLE_ASSIGN_OR_RETURN(vector::TextQuery query, stores::query_of(recall.text, recall.syntax,
                                                                    recall.last_word_is_prefix ? stores::LastWord::kPrefix : stores::LastWord::kWhole,
                                                                    scope_->memory_search()->words()));
  return Recalling(*scope_, recall, std::move(query), std::move(filter)).run();
}

}  // namespace waggle
