// recall_fusion_test.cc: rankings into one.

#include "stores/recall_fusion.h"

#include <gtest/gtest.h>

namespace waggle::stores {
namespace {

using std::chrono::hours;

const Timestamp kNow{hours(1'000)};

vector::MemoryHit hit(const std::string& id, double score, Duration age = {}) {
  return {.id = id, .score = score, .updated_at = kNow - age, .importance = {}};
}

std::string ids(const std::vector<Candidate>& candidates) {
  std::string joined;
  for (const Candidate& candidate : candidates) joined += candidate.id;
  return joined;
}

TEST(RecallFusion, SumsReciprocalRanks) {
  const Rankings rankings{.by_text = {hit("a", 9), hit("b", 8)}, .by_vector = {hit("b", 0.1), hit("c", 0.2)}};
  const auto fused = fuse(rankings, {.text = 1, .vector = 1}, kNow);
  EXPECT_EQ(ids(fused), "bac");
  EXPECT_DOUBLE_EQ(fused[0].score, 1.0 / 4 + 1.0 / 3);
  EXPECT_DOUBLE_EQ(fused[1].score, 1.0 / 3);
  EXPECT_FALSE(fused[1].parts.vector || fused[1].parts.recency || fused[1].parts.importance);
  EXPECT_EQ(fused[2].vector_rank, 2);
  EXPECT_EQ(fused[2].distance, 0.2);
}

TEST(RecallFusion, GivesEqualsOneRank) {
  const auto fused = fuse({.by_text = {hit("b", 9), hit("a", 9), hit("c", 8)}, .by_vector = {}}, {}, kNow);
  EXPECT_EQ(ids(fused), "abc") << "of equals the lower id";
  EXPECT_EQ(fused[1].text_rank, 1);
  EXPECT_EQ(fused[2].text_rank, 3);
}

TEST(RecallFusion, HalvesRecencyByAge) {
  const FusionWeights weights{.text = 1, .vector = 1, .recency = 1, .importance = 0, .half_life = hours(2)};
  const auto fused = fuse({.by_text = {hit("a", 9, hours(4)), hit("b", 9), hit("c", 9, hours(-5))}, .by_vector = {}}, weights, kNow);
  EXPECT_EQ(ids(fused), "bca") << "what seems to come from the future is as young as can be";
  EXPECT_DOUBLE_EQ(*fused[2].parts.recency, 0.25 / 3);
}

TEST(RecallFusion, WeighsVectorsByWhatWordsCover) {
  EXPECT_DOUBLE_EQ(weights_of({}, 0).vector, 1);
  EXPECT_DOUBLE_EQ(weights_of({}, 1).vector, 0.2);
  EXPECT_DOUBLE_EQ(weights_of({.weights = {.vector = 3}}, 1).vector, 3);
  EXPECT_EQ(weights_of({}, 0).recency, 0) << "without a half-life";
}

TEST(RecallFusion, DiversifiesByLikenessToWhatWasChosen) {
  const std::vector<Candidate> candidates = fuse({.by_text = {hit("a", 9), hit("b", 8), hit("c", 7), hit("d", 6)}, .by_vector = {}}, {}, kNow);
  const EmbeddingOf embedding_of = [](const std::string& id) -> Result<std::vector<float>> {
    if (id == "c") return std::vector<float>{0, 1};
    if (id == "d") return std::vector<float>();
    return std::vector<float>{1, 0};
  };
  EXPECT_EQ(ids(diversify(candidates, 3, 0.5, embedding_of).value()), "acd");
  EXPECT_EQ(ids(diversify(candidates, 4, 0.01, embedding_of).value()), "abcd");
  EXPECT_EQ(ids(diversify({}, 4, 0.5, embedding_of).value()), "");
  EXPECT_EQ(diversify(candidates, 4, 0.5, [](const std::string&) -> Result<std::vector<float>> { return Error(Code::kIo, "no"); }).error().code(),
            Code::kIo);
}

}  // namespace
}  // namespace waggle::stores
