// recall_fusion.cc: see recall_fusion.h. Reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009; why its constant is 2 here and not 60, and
// the weight of vectors not 1: docs/decisions/015-words-in-memory-and-in-a-side-file.md.

#include "stores/recall_fusion.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "vector/memory_space.h"

namespace waggle::stores {
namespace {

constexpr double kRankOffset = 2;
constexpr double kCoveredShare = 0.8;

double by_rank(double weight, std::int64_t rank) { return weight / (kRankOffset + static_cast<double>(rank)); }

double freshness(Timestamp updated_at, Timestamp now, Duration half_life) {
  const double age = std::max(0.0, std::chrono::duration<double>(now - updated_at).count());
  return std::exp2(-age / std::chrono::duration<double>(half_life).count());
}

// The entries by id, each with what does not depend on a ranking.
class Fusion {
 public:
  Fusion(const FusionWeights& weights, Timestamp now) : weights_(weights), now_(now) {}

  Candidate& candidate(const vector::MemoryHit& hit) {
    const auto [found, is_new] = places_.try_emplace(hit.id, candidates_.size());
    if (!is_new) return candidates_[found->second];
    Candidate& made = candidates_.emplace_back();
    made.id = hit.id;
    if (weights_.recency > 0) made.parts.recency = by_rank(weights_.recency, 1) * freshness(hit.updated_at, now_, weights_.half_life);
    if (weights_.importance > 0 && hit.importance) {
      made.parts.importance = by_rank(weights_.importance, 1) * std::clamp(*hit.importance, 0.0, 1.0);
    }
    made.score = made.parts.recency.value_or(0) + made.parts.importance.value_or(0);
    return made;
  }

  std::vector<Candidate> take() { return std::move(candidates_); }

 private:
  const FusionWeights& weights_;
  const Timestamp now_;
  std::vector<Candidate> candidates_;
  std::unordered_map<std::string, std::size_t> places_;
};

// Equals have one rank: the number of better ones, and 1. So it is not chance that tells between entries that say the same.
template <typename Visit>
void for_each_rank(const std::vector<vector::MemoryHit>& ranking, Visit visit) {
  std::int64_t rank = 0;
  for (std::size_t i = 0; i < ranking.size(); ++i) {
    if (i == 0 || ranking[i].score != ranking[i - 1].score) rank = static_cast<std::int64_t>(i) + 1;
    visit(ranking[i], rank);
  }
}

double likeness(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.empty() || a.size() != b.size()) return 0;
  return std::max(0.0, 1.0 - double{hnsw::distance(hnsw::Metric::kCosine, a, b)});
}

}  // namespace

Status check_weight(const char* name, double weight) {
  if (std::isfinite(weight) && weight >= 0) return {};
  return Error(Code::kInvalidArgument, std::string("the weight of ") + name + " is a finite number, at least 0");
}

double weight_of_vector(const std::optional<double>& given, double coverage) { return given.value_or(1 - kCoveredShare * coverage); }

FusionWeights weights_of(const Recall& recall, double coverage) {
  return {.text = recall.weights.text,
          .vector = weight_of_vector(recall.weights.vector, coverage),
          .recency = recall.half_life ? recall.weights.recency : 0,
          .importance = recall.weights.importance,
          .half_life = recall.half_life.value_or(Duration(1))};
}

std::vector<Candidate> fuse(const Rankings& rankings, const FusionWeights& weights, Timestamp now) {
  Fusion fusion(weights, now);
  for_each_rank(rankings.by_text, [&](const vector::MemoryHit& hit, std::int64_t rank) {
    Candidate& candidate = fusion.candidate(hit);
    candidate.text_rank = rank;
    candidate.bm25 = hit.score;
    candidate.parts.text = by_rank(weights.text, rank);
    candidate.score += *candidate.parts.text;
  });
  for_each_rank(rankings.by_vector, [&](const vector::MemoryHit& hit, std::int64_t rank) {
    Candidate& candidate = fusion.candidate(hit);
    candidate.vector_rank = rank;
    candidate.distance = hit.score;
    candidate.parts.vector = by_rank(weights.vector, rank);
    candidate.score += *candidate.parts.vector;
  });
  std::vector<Candidate> candidates = fusion.take();
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.id < b.id; });
  return candidates;
}

Result<std::vector<Candidate>> diversify(std::vector<Candidate> candidates, std::size_t count, double diversity, const EmbeddingOf& embedding_of) {
  std::vector<Candidate> chosen;
  if (candidates.empty()) return chosen;
  struct Left {
    std::size_t place = 0;
    std::vector<float> embedding;
    double likeness = 0;  // to the likest that was chosen
  };
  std::vector<Left> left;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<float> embedding, embedding_of(candidates[i].id));
    left.push_back({.place = i, .embedding = std::move(embedding)});
  }
  const double best_score = candidates.front().score > 0 ? candidates.front().score : 1;
  while (!left.empty() && chosen.size() < count) {
    const auto worth = [&](const Left& each) { return (1 - diversity) * candidates[each.place].score / best_score - diversity * each.likeness; };
    // The first of equals: they are in the order of their scores.
    const auto best = std::max_element(left.begin(), left.end(), [&](const Left& a, const Left& b) { return worth(a) < worth(b); });
    const Left taken = std::move(*best);
    left.erase(best);
    for (Left& each : left) each.likeness = std::max(each.likeness, likeness(each.embedding, taken.embedding));
    chosen.push_back(std::move(candidates[taken.place]));
  }
  return chosen;
}

}  // namespace waggle::stores
