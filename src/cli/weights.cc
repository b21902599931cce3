// weights.cc: see weights.h.

#include "cli/weights.h"

#include <string>

#include "base/json_tree.h"

namespace waggle::cli {
namespace {

Error no_weights(WeightsOf of) {
  const std::string names = of == WeightsOf::kMemories ? "text, vector, recency and importance" : "text and vector";
  return {Code::kInvalidArgument, "--weights is an object of numbers by the names " + names, "for example --weights '{\"text\":1,\"vector\":2}'"};
}

}  // namespace

Result<RecallWeights> parse_weights(const Json& json, WeightsOf of) {
  WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree tree, base::parse_json_tree(json.text));
  const auto* members = tree.as<base::JsonTree::Object>();
  if (members == nullptr) return no_weights(of);
  const bool has_all = of == WeightsOf::kMemories;
  RecallWeights weights;
  for (const base::JsonMember& member : *members) {
    if (!member.value.is_number()) return no_weights(of);
    const double weight = member.value.number();
    if (member.key == "text")
      weights.text = weight;
    else if (member.key == "vector")
      weights.vector = weight;
    else if (has_all && member.key == "recency")
      weights.recency = weight;
    else if (has_all && member.key == "importance")
      weights.importance = weight;
    else
      return no_weights(of);
  }
  return weights;
}

}  // namespace waggle::cli
