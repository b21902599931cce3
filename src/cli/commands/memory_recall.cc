// memory_recall.cc: see memory_recall.h.

#include "cli/commands/memory_recall.h"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "cli/embedder_choice.h"
#include "cli/show.h"
#include "cli/vector_reader.h"
#include "cli/weights.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"score", "agent", "key", "snippet"});

struct Given {
  std::vector<std::string> words;  // [AGENT] QUERY
  GivenEmbedding embedding;
  Recall recall;
  std::optional<Json> weights;
  std::optional<double> diversity;
  bool fts = false;
  bool explain = false;
};

// For people one line an item; the record of the other forms is nested.
Record line_of(const RecallMatch& match) {
  Record record;
  record.number("score", static_cast<float>(match.score)).text("agent", match.memory.agent_id).text("key", match.memory.key);
  record.text("snippet", match.snippet);
  return record;
}

Ending show_answer(Call& call, const RecallAnswer& answer, bool explains) {
  const bool is_table = call.out().format() == Format::kTable;
  std::vector<Record> records;
  records.reserve(answer.items.size());
  for (const RecallMatch& match : answer.items) records.push_back(is_table ? line_of(match) : render(match));
  if (call.out().format() == Format::kJson) {
    Record whole;
    whole.records("items", records);
    if (explains) whole.record("plan", render(answer.plan));
    return call.out().object(whole);
  }
  WAGGLE_TRY(call.out().list({records, std::nullopt, kColumns}));
  if (explains) {
    call.note("by " + answer.plan.method + ": " + answer.plan.reason + "; " + std::to_string(answer.plan.words) + " words, " +
              std::to_string(answer.plan.by_text) + " ranked by them, " + std::to_string(answer.plan.by_vector) + " by nearness");
  }
  return {};
}

Ending run(Call& call, Given& given) {
  if (given.words.size() > 2) return usage_failure("a recall takes an agent and a query", "quote a query of several words");
  WAGGLE_TRY(given.embedding.check());
  given.recall.text = given.words.back();
  if (given.words.size() == 2) given.recall.agent_id = given.words.front();
  if (given.fts) given.recall.syntax = QuerySyntax::kFts5;
  given.recall.model = given.embedding.model;
  given.recall.diversity = given.diversity.value_or(0);
  if (given.weights) {
    WAGGLE_ASSIGN_OR_RETURN(given.recall.weights, parse_weights(*given.weights, WeightsOf::kMemories));
  }
  WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given.recall.agent_id.value_or("")));
  MemoryStore memory = session.memory();
  if (given.embedding.embedder) {
    WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> embedder, embedder_of_name(folder, *given.embedding.embedder));
    WAGGLE_ASSIGN_OR_RETURN(const RecallAnswer answer, memory.recall_embedded(*embedder, given.recall));
    return show_answer(call, answer, given.explain);
  }
  if (given.embedding.vector) {
    WAGGLE_ASSIGN_OR_RETURN(given.recall.vector, given.embedding.read_vector());
  }
  WAGGLE_ASSIGN_OR_RETURN(const RecallAnswer answer, memory.recall(given.recall));
  return show_answer(call, answer, given.explain);
}

}  // namespace

Status GivenEmbedding::check() const {
  if (vector && embedder) return Error(Code::kInvalidArgument, "--vector and --embedder contradict each other", "give one of them");
  if (model && !vector) return Error(Code::kInvalidArgument, "--model without --vector", "it says whose numbers --vector gives");
  return {};
}

Result<std::vector<float>> GivenEmbedding::read_vector() const {
  WAGGLE_ASSIGN_OR_RETURN(std::vector<std::vector<float>> vectors, read_vectors(*vector));
  if (vectors.size() == 1) return std::move(vectors.front());
  return Error(Code::kInvalidArgument, "--vector: the file has " + std::to_string(vectors.size()) + " vectors", "give a file with one");
}

void declare_embedding(Arguments& arguments, GivenEmbedding& given) {
  arguments.option({"--vector", "JSON|@FILE", "Its numbers, or a .npy, .fvecs or .jsonl file with one vector"}, given.vector);
  arguments.option({"--model", "M", "Whose vector --vector gives; must be that of the other memories"}, given.model);
  arguments.option({"--embedder", "E", "Makes the vector of the text; waggle embedder list"}, given.embedder);
}

Action recall_memories(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  arguments.positional({"[AGENT] QUERY", "", "Whose memories, all when left out; and what to look for"}, given->words);
  arguments.option({"-k", "N", "How many at most, 1 to 1,000; 10 by default"}, given->recall.k);
  declare_embedding(arguments, given->embedding);
  arguments.option({"--weights", "JSON", "Of text (1), vector (by the words), recency (0.5), importance (0)"}, given->weights);
  arguments.option({"--half-life", "DUR", "Prefer what is young: half of that counts at this age"}, given->recall.half_life);
  arguments.option({"--filter", "JSON", "Only those whose metadata match, as in vector search"}, given->recall.filter);
  arguments.option({"--diversity", "X", "0 to 1: how much less an item counts that is like one before it"}, given->diversity);
  arguments.flag({"--prefix", "", "The last word also finds words that begin with it"}, given->recall.last_word_is_prefix);
  arguments.flag({"--fts", "", "QUERY is an expression of FTS5: \"a phrase\", AND, OR, NOT, NEAR, pre*"}, given->fts);
  arguments.flag({"--explain", "", "Say how it was answered"}, given->explain);
  arguments.note(
      "Finds memories by their words, by nearness to a vector, or by both: the rankings are fused by reciprocal rank. No character of QUERY is\n"
      "special, unless --fts says so. Matched words stand in [brackets] in the snippet.");
  arguments.example("waggle memory recall ann 'where did the bees go'", "ann's memories that have these words, the best first");
  arguments.example("waggle memory recall 'deploy key' --embedder hashing --half-life 7d", "of all agents; the younger the better");
  arguments.example("waggle memory recall ann budget --filter '{\"year\":{\"ge\":2025}}' -k 3 -o json", "with a condition on the metadata");
  arguments.example("waggle memory recall '\"deploy key\" NOT staging' --fts", "a phrase, and what must not be there");
  return [given](Call& call) -> Ending { return run(call, *given); };
}

}  // namespace waggle::cli
