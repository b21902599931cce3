// render_vector.cc: collections, vectors and what a search found.

#include <utility>

#include "base/json.h"
#include "cli/render.h"

namespace waggle::cli {

Record render(const Collection& collection) {
  Record record;
  record.text("name", collection.name).integer("dimensions", collection.dimensions).text("metric", to_string(collection.metric));
  record.text("model", collection.model).text("index", "exact").text("storage", "f32").integer("count", collection.count);
  record.time("created_at", collection.created_at);
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

Record render(const VectorMatch& match) {
  Record record;
  record.text("id", match.entry.id)
      .number("distance", static_cast<float>(match.distance))
      .number("score", static_cast<float>(match.score))
      .text("content", match.entry.content);
  record.json("metadata", match.entry.metadata);
  return record;
}

Record render(const SearchPlan& plan) {
  Record record;
  record.text("method", plan.method).text("reason", plan.reason).integer("vectors", plan.vectors).integer("matching", plan.matching);
  record.integer("distances", plan.distances);
  return record;
}

}  // namespace waggle::cli
