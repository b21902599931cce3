// weights_test.cc: what --weights says.

#include "cli/weights.h"

#include <gtest/gtest.h>

namespace waggle::cli {
namespace {

TEST(Weights, AreNamedNumbers) {
  const RecallWeights weights = parse_weights(Json(R"({"text":2,"vector":0.5,"recency":3,"importance":4})"), WeightsOf::kMemories).value();
  EXPECT_EQ(weights.text, 2);
  EXPECT_EQ(weights.vector, 0.5);
  EXPECT_EQ(weights.recency, 3);
  EXPECT_EQ(weights.importance, 4);
  EXPECT_EQ(parse_weights(Json("{}"), WeightsOf::kVectors).value().vector, std::nullopt);
  EXPECT_EQ(parse_weights(Json(R"({"vector":1})"), WeightsOf::kVectors).value().vector, 1);
}

TEST(Weights, AreRefusedWhereTheyAreNone) {
  for (const char* bad : {"[1]", R"({"colour":1})", R"({"text":"1"})", "1"}) EXPECT_FALSE(parse_weights(Json(bad), WeightsOf::kMemories)) << bad;
  const auto refused = parse_weights(Json(R"({"recency":1})"), WeightsOf::kVectors);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace waggle::cli
