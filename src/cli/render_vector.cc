// render_vector.cc: collections, vectors and what a search found.

#include <cmath>
#include <utility>

#include "base/json.h"
#include "cli/render.h"

namespace waggle::cli {

Record render(const Collection& collection) {
  Record record;
  record.text("name", collection.name).integer("dimensions", collection.dimensions).text("metric", to_string(collection.metric));
  record.text("model", collection.model).text("index", to_string(collection.index)).text("storage", to_string(collection.storage));
  record.integer("count", collection.count).time("created_at", collection.created_at);
  record.integer("M", collection.connectivity).integer("ef_construction", collection.ef_construction);
  if (collection.next_model) record.text("next_model", collection.next_model);
  return record;
}

Record render(const VectorEntry& entry) {
  Record record;
  record.text("collection", entry.collection).text("id", entry.id).text("content", entry.content).json("metadata", entry.metadata);
  record.time("created_at", entry.created_at).time("updated_at", entry.updated_at).text("agent_id", entry.agent_id);
  if (entry.embedding.empty()) return record;
  base::JsonWriter numbers;
  numbers.begin_array();
  for (const float number : entry.embedding) numbers.number(number);
  numbers.end_array();
  record.written("embedding", std::move(numbers));
  return record;
}

namespace {

void add_number(Record& record, std::string_view name, const std::optional<double>& number) {
  if (number)
    record.number(name, *number);
  else
    record.null(name);
}

void add_words(Record& record, const VectorMatch& match) {
  Record parts;
  add_number(parts, "text", match.parts.text);
  add_number(parts, "vector", match.parts.vector);
  record.record("parts", parts).text("snippet", match.snippet).integer("text_rank", match.text_rank);
  add_number(record, "bm25", match.bm25);
  record.integer("vector_rank", match.vector_rank);
}

}  // namespace

Record render(const VectorMatch& match) {
  Record record;
  record.text("id", match.entry.id);
  if (std::isnan(match.distance))
    record.null("distance");
  else
    record.number("distance", static_cast<float>(match.distance));
  const bool is_fused = match.parts.text || match.parts.vector;
  if (is_fused)
    record.number("score", match.score);
  else
    record.number("score", static_cast<float>(match.score));
  record.text("content", match.entry.content).json("metadata", match.entry.metadata);
  if (is_fused) add_words(record, match);
  return record;
}

Record render(const SearchPlan& plan) {
  Record record;
  record.text("method", plan.method).text("reason", plan.reason).integer("vectors", plan.vectors).integer("matching", plan.matching);
  record.integer("distances", plan.distances).integer("visited", plan.visited);
  if (!plan.words) return record;
  const WordPlan& words = *plan.words;
  Record inner;
  inner.text("method", words.method).text("reason", words.reason).integer("words", words.words).integer("by_text", words.by_text);
  record.record("words", inner.integer("by_vector", words.by_vector));
  return record;
}

Record render(const ReindexReport& report) {
  return Record()
      .integer("vectors", report.vectors)
      .boolean("graph", report.has_graph)
      .integer("bytes", report.bytes)
      .integer("unreached", report.unreached);
}

}  // namespace waggle::cli
