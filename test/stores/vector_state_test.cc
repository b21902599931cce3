// A collection as the indexes know it.

#include "stores/vector_state.h"

#include <gtest/gtest.h>

namespace waggle::stores {
namespace {

TEST(VectorState, SaysWhatTheRowSays) {
  const StoredCollection stored{.collection = {.name = "docs",
                                               .dimensions = 3,
                                               .metric = Metric::kDot,
                                               .index = IndexKind::kHnsw,
                                               .storage = VectorStorage::kInt8,
                                               .connectivity = 12,
                                               .ef_construction = 90,
                                               .count = 7},
                                .seq = 4,
                                .version = 5,
                                .generation = 6};
  const vector::CollectionState state = state_of(stored);
  EXPECT_EQ(state.name, "docs");
  EXPECT_EQ(state.seq, 4);
  EXPECT_EQ(state.version, 5);
  EXPECT_EQ(state.count, 7);
  const vector::IndexOptions wanted{.dimensions = 3,
                                    .metric = hnsw::Metric::kDot,
                                    .storage = hnsw::Storage::kInt8,
                                    .kind = vector::IndexKind::kHnsw,
                                    .connectivity = 12,
                                    .build_ef = 90,
                                    .generation = 6};
  EXPECT_EQ(state.options, wanted);
}

TEST(VectorState, WhatIsNearerScoresHigher) {
  EXPECT_EQ(score_of(Metric::kCosine, 0.25), 0.75);
  EXPECT_EQ(score_of(Metric::kDot, -3), 3);
  EXPECT_EQ(score_of(Metric::kL2, 1), 0.5);
}

}  // namespace
}  // namespace waggle::stores
