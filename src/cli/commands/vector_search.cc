// vector_search.cc: see vector_search.h.

#include "cli/commands/vector_search.h"

#include <array>
#include <utility>
#include <vector>

#include "cli/embedder_choice.h"
#include "cli/show.h"
#include "cli/vector_reader.h"
#include "cli/weights.h"

namespace waggle::cli {

namespace {

constexpr auto kMatchColumns = std::to_array<std::string_view>({"id", "score", "distance", "content", "metadata"});
constexpr auto kWordColumns = std::to_array<std::string_view>({"id", "score", "snippet", "metadata"});

struct Given {
  std::string collection;
  VectorSource source;
  VectorSearch search;
  std::optional<Json> weights;
  bool fts = false;
  bool exact = false;
  bool explain = false;
};

std::vector<Record> records_of(const VectorAnswer& answer) {
  std::vector<Record> records;
  records.reserve(answer.items.size());
  for (const VectorMatch& match : answer.items) records.push_back(render(match));
  return records;
}

// For people one line an item; the record of the other forms is nested.
std::vector<Record> lines_of(const VectorAnswer& answer) {
  std::vector<Record> lines;
  for (const VectorMatch& match : answer.items) {
    Record& line = lines.emplace_back();
    line.text("id", match.entry.id).number("score", static_cast<float>(match.score)).text("snippet", match.snippet);
    line.json("metadata", match.entry.metadata);
  }
  return lines;
}

void note_plan(Call& call, const SearchPlan& plan) {
  const std::string matching = plan.matching ? std::to_string(*plan.matching) + " matching, " : std::string();
  call.note(plan.method + ": " + plan.reason + "; " + std::to_string(plan.vectors) + " vectors, " + matching + std::to_string(plan.distances) +
            " distances");
  if (!plan.words) return;
  const WordPlan& words = *plan.words;
  call.note("words by " + words.method + ": " + words.reason + "; " + std::to_string(words.words) + " words, " + std::to_string(words.by_text) +
            " ranked by them, " + std::to_string(words.by_vector) + " by nearness");
}

Ending show_answer(Call& call, const VectorAnswer& answer, bool explains) {
  const std::vector<Record> records = records_of(answer);
  if (call.out().format() == Format::kJson) {
    Record all;
    all.records("items", records);
    all.record("plan", render(answer.plan));
    return call.out().object(all);
  }
  const bool is_short = answer.plan.words && call.out().format() == Format::kTable;
  WAGGLE_TRY(is_short ? call.out().list({lines_of(answer), std::nullopt, kWordColumns}) : call.out().list({records, std::nullopt, kMatchColumns}));
  if (explains) note_plan(call, answer.plan);
  return {};
}

// One list for each row of a file of queries.
Ending show_batch(Call& call, VectorCollection collection, const VectorSearch& search, const std::vector<std::vector<float>>& queries) {
  base::JsonWriter results;
  results.begin_array();
  for (const std::vector<float>& query : queries) {
    VectorSearch each = search;
    each.query = query;
    WAGGLE_ASSIGN_OR_RETURN(const VectorAnswer answer, collection.search(each));
    results.begin_array();
    for (const Record& record : records_of(answer)) results.raw(record.to_json());
    results.end_array();
    if (call.stop().stop_requested()) return Error(Code::kCancelled, "the searches were stopped by a signal");
  }
  results.end_array();
  return call.out().object(Record().written("results", std::move(results)));
}

Status complete(Given& given) {
  VectorSearch& search = given.search;
  const bool has_source = given.source.vector || given.source.text;
  if (!has_source && search.text.empty()) {
    return Error(Code::kInvalidArgument, "one of --vector, --text and --words is needed", "say what to look for");
  }
  if (has_source) WAGGLE_TRY(given.source.check());
  if (search.text.empty() && (given.fts || search.last_word_is_prefix || given.weights)) {
    return Error(Code::kInvalidArgument, "--fts, --prefix and --weights are for --words", "give --words what to look for");
  }
  if (given.fts) search.syntax = QuerySyntax::kFts5;
  if (given.exact) search.accuracy = VectorSearch::Accuracy::kExact;
  if (!given.weights) return {};
  WAGGLE_ASSIGN_OR_RETURN(const RecallWeights weights, parse_weights(*given.weights, WeightsOf::kVectors));
  search.weights = {.text = weights.text, .vector = weights.vector};
  return {};
}

Ending run(Call& call, Given& given) {
  WAGGLE_TRY(complete(given));
  WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
  VectorCollection collection = session.vectors().in(given.collection);
  if (given.source.text) {
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> embedder, embedder_for(call, session, given.collection));
    WAGGLE_ASSIGN_OR_RETURN(const VectorAnswer answer, collection.search_text(*embedder, *given.source.text, given.search));
    return show_answer(call, answer, given.explain);
  }
  if (given.source.vector) {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<std::vector<float>> queries, read_vectors(*given.source.vector));
    if (queries.size() != 1) return show_batch(call, collection, given.search, queries);
    given.search.query = std::move(queries.front());
  }
  WAGGLE_ASSIGN_OR_RETURN(const VectorAnswer answer, collection.search(given.search));
  return show_answer(call, answer, given.explain);
}

}  // namespace

Status VectorSource::check() const {
  if (vector.has_value() != text.has_value()) return {};
  return Error(Code::kInvalidArgument, "one of --vector and --text is needed", "give numbers, or a text to make them of");
}

Result<std::unique_ptr<Embedder>> embedder_for(const Call& call, const Session& session, const std::string& collection_name) {
  WAGGLE_ASSIGN_OR_RETURN(const Collection collection, session.vectors().get(collection_name));
  if (!collection.model) {
    return Error(Code::kInvalidArgument, "the collection \"" + collection_name + "\" does not say its model", "give the vector itself with --vector");
  }
  WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
  return embedder_of_model(folder, *collection.model);
}

Action search_vectors(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  arguments.positional({"NAME", "", "The collection"}, given->collection);
  arguments.option({"--vector", "JSON|@FILE", "The query; a file of several is a batch: one list a vector"}, given->source.vector);
  arguments.option({"--text", "TEXT", "The query as a text, for the collection's embedder"}, given->source.text);
  arguments.option({"--words", "QUERY", "What the contents say: any of these words, alone or with the above"}, given->search.text);
  arguments.flag({"--fts", "", "QUERY is an expression of FTS5: \"a phrase\", AND, OR, NOT, NEAR, pre*"}, given->fts);
  arguments.flag({"--prefix", "", "The last word of QUERY also finds words that begin with it"}, given->search.last_word_is_prefix);
  arguments.option({"--weights", "JSON", "With --words, of text (1) and vector (by the words)"}, given->weights);
  arguments.option({"-k", "N", "How many at most, 1 to 10,000 (with --words 1,000); 10 by default"}, given->search.k);
  arguments.option({"--filter", "JSON", "Only those whose metadata match"}, given->search.filter);
  arguments.option({"--of", "AGENT", "Only those that this agent has stored"}, given->search.agent_id);
  arguments.option({"--min-score", "X", "Only those that score at least this by nearness"}, given->search.min_score);
  arguments.option({"--ef", "N", "Beam through a graph; 96 by default. More finds more and takes longer"}, given->search.ef);
  arguments.flag({"--exact", "", "Miss nothing: measure every vector"}, given->exact);
  arguments.flag({"--explain", "", "Say how it was answered"}, given->explain);
  arguments.note(
      "A filter is an object: {\"lang\":\"en\",\"year\":{\"ge\":2020}}, with eq, ne, lt, le, gt, ge, in, exists and prefix, and with and, or, not\n"
      "around such objects. With --words the rankings by words and by nearness are fused by reciprocal rank; no character of QUERY is special,\n"
      "unless --fts says so, and matched words stand in [brackets] in the snippet.");
  arguments.example("waggle vector search docs --vector '[0.1,0.7,-0.2]' -k 3 --filter '{\"lang\":\"en\"}'", "the three nearest English ones");
  arguments.example("waggle vector search notes --text 'where did the bees go'", "the nearest texts");
  arguments.example("waggle vector search notes --words bees --text bees", "by the words and by what they mean");
  arguments.example("waggle vector search notes --words '\"old hive\" NOT wasp*' --fts", "by an expression");
  arguments.example("waggle vector search docs --vector @queries.npy -o json", "a list for each row of the file");
  return [given](Call& call) -> Ending { return run(call, *given); };
}

}  // namespace waggle::cli
