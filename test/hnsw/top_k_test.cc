// top_k_test.cc: the k nearest are what sorting everything gives, whatever the order.

#include "hnsw/top_k.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

namespace waggle::hnsw {
namespace {

TEST(TopK, IsTheBeginningOfTheSortedList) {
  rc::check("same as sorting", [](const std::vector<std::uint8_t>& distances, std::uint8_t k) {
    std::vector<Match> all;
    TopK nearest(k % 8);
    for (std::size_t i = 0; i < distances.size(); ++i) {
      all.push_back({i * 7 % 100, static_cast<float>(distances[i] % 10)});
      nearest.offer(all.back());
    }
    std::sort(all.begin(), all.end());
    all.resize(std::min<std::size_t>(all.size(), k % 8));
    if (all.size() == k % 8U && k % 8 > 0) RC_ASSERT(nearest.bound() == all.back().distance);
    RC_ASSERT(nearest.take() == all);
  });
}

TEST(TopK, ItsBoundIsInfiniteUntilItIsFull) {
  TopK nearest(2);
  nearest.offer({1, 5});
  EXPECT_FALSE(nearest.is_full());
  EXPECT_EQ(nearest.bound(), std::numeric_limits<float>::infinity());
  nearest.offer({2, 3});
  EXPECT_TRUE(nearest.is_full());
  EXPECT_EQ(nearest.bound(), 5);
}

}  // namespace
}  // namespace waggle::hnsw
