// render_vector_test.cc: collections and vectors as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

VectorEntry sample() {
  return {.collection = "docs",
          .id = "x",
          .content = "text",
          .metadata = Json(R"({"n":1})"),
          .agent_id = "ann",
          .created_at = kTime,
          .updated_at = kTime,
          .embedding = {}};
}

TEST(RenderVector, HasAllKeysInOrder) {
  const Collection docs{.name = "docs",
                        .dimensions = 3,
                        .metric = Metric::kDot,
                        .model = std::nullopt,
                        .index = IndexKind::kHnsw,
                        .storage = VectorStorage::kInt8,
                        .connectivity = 16,
                        .ef_construction = 90,
                        .count = 7,
                        .created_at = kTime};
  EXPECT_EQ(render(docs).to_json(), R"({"name":"docs","dimensions":3,"metric":"dot","model":null,"index":"hnsw","storage":"int8","count":7,)"
                                    R"("created_at":"2026-11-23T00:00:00.000000Z","M":16,"ef_construction":90})");
  EXPECT_EQ(render(sample()).to_json(),
            R"({"collection":"docs","id":"x","content":"text","metadata":{"n":1},"created_at":"2026-11-23T00:00:00.000000Z",)"
            R"("updated_at":"2026-11-23T00:00:00.000000Z","agent_id":"ann"})");
  VectorEntry whole = sample();
  whole.embedding = {0.1F, -2};
  EXPECT_TRUE(render(whole).to_json().ends_with(R"("agent_id":"ann","embedding":[0.1,-2]})"));
}

TEST(RenderVector, AMatchSaysHowNear) {
  EXPECT_EQ(render(VectorMatch{.entry = sample(), .distance = 0.1F, .score = 0.9F}).to_json(),
            R"({"id":"x","distance":0.1,"score":0.9,"content":"text","metadata":{"n":1}})");
  EXPECT_EQ(render(SearchPlan{.method = "m", .reason = "r", .vectors = 3, .matching = 2, .distances = 1}).to_json(),
            R"({"method":"m","reason":"r","vectors":3,"matching":2,"distances":1,"visited":0})");
  EXPECT_TRUE(render(SearchPlan{.method = "HNSW", .visited = 9}).to_json().ends_with(R"("matching":null,"distances":0,"visited":9})"));
  EXPECT_EQ(render(ReindexReport{.vectors = 3, .has_graph = true, .bytes = 9}).to_json(), R"({"vectors":3,"graph":true,"bytes":9,"unreached":0})");
}

}  // namespace
}  // namespace waggle::cli
