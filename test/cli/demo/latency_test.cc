// latency_test.cc: histograms of latencies.

#include "cli/demo/latency.h"

#include <gtest/gtest.h>

namespace waggle::cli::demo {
namespace {

TEST(DemoLatency, ABucketHoldsItsValuesAndIsNotMuchLarger) {
  for (std::int64_t us = 1; us < 2'000'000; us += us / 7 + 1) {
    const std::int64_t bound = Histogram::bucket_of(us);
    EXPECT_GE(bound, us);
    EXPECT_LE(static_cast<double>(bound), static_cast<double>(us) * 1.19 + 1);
    EXPECT_EQ(Histogram::bucket_of(bound), bound) << "a bound lies in its own bucket";
  }
  EXPECT_EQ(Histogram::bucket_of(0), 1);
}

TEST(DemoLatency, PercentilesOfWhatWasCounted) {
  Histogram histogram;
  EXPECT_EQ(histogram.percentile(0.5), Duration::zero());
  histogram.add_bucket(10, 90);
  histogram.add_bucket(100, 9);
  histogram.add_bucket(1'000, 1);
  EXPECT_EQ(histogram.count(), 100);
  EXPECT_EQ(histogram.percentile(0.5), Duration(10));
  EXPECT_EQ(histogram.percentile(0.95), Duration(100));
  EXPECT_EQ(histogram.percentile(0.99), Duration(100));
  EXPECT_EQ(histogram.percentile(1), Duration(1'000));
}

TEST(DemoLatency, IsAJsonObjectFromBoundToCount) {
  Histogram histogram;
  EXPECT_EQ(histogram.to_json().text, "{}");
  histogram.add_bucket(10, 2);
  histogram.add_bucket(100, 1);
  EXPECT_EQ(histogram.to_json().text, R"({"10":2,"100":1})");
}

TEST(DemoLatency, MeasuringAnswersWhatWasCalled) {
  Latencies latencies;
  EXPECT_EQ(latencies.measure("op", [] { return 7; }), 7);
  EXPECT_EQ(latencies.by_operation().at("op").count(), 1);
}

}  // namespace
}  // namespace waggle::cli::demo
