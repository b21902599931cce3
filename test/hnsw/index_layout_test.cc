// index_layout_test.cc: the places of the parts of a file, and headers that no index has.

#include "hnsw/index_layout.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <vector>

#include "hnsw/index_format.h"

namespace waggle::hnsw {
namespace {

constexpr GraphOptions kOptions = {.dimensions = 384, .storage = Storage::kInt8, .originals = Originals::kKept, .seed = 9};

TEST(IndexLayout, PartsFollowEachOtherOnPages) {
  const IndexLayout layout = layout_of(kOptions, 1'000, 60);
  EXPECT_EQ(layout.nodes, 4096U);
  EXPECT_GE(layout.base, layout.nodes + 1'000 * 16);
  EXPECT_GE(layout.upper, layout.base + 1'000 * 160);
  EXPECT_GE(layout.rows, layout.upper + 60 * 80);
  EXPECT_GE(layout.originals, layout.rows + 1'000 * 392);
  EXPECT_GE(layout.checksums, layout.originals + 1'000 * 1536);
  EXPECT_EQ(layout.blocks, 3U);
  EXPECT_EQ(layout.file_bytes, layout.checksums + 32);
  for (const std::uint64_t part : {layout.base, layout.upper, layout.rows, layout.originals, layout.checksums}) EXPECT_EQ(part % 4096, 0U);
}

TEST(IndexLayout, AnEmptyIndexIsAHeaderAndAChecksum) { EXPECT_EQ(layout_of(kOptions, 0, 0).file_bytes, 4096U + 8); }

TEST(IndexLayout, TheLargestIndexOverflowsNothing) {
  const GraphOptions largest = {.dimensions = kDimensionsMax, .connectivity = 64};
  const IndexLayout layout = layout_of(largest, kSlotsMax, std::numeric_limits<std::uint32_t>::max());
  EXPECT_GT(layout.file_bytes, std::uint64_t{kSlotsMax} * kDimensionsMax * 4);
  EXPECT_GT(layout.checksums, layout.rows);
}

TEST(IndexLayout, AHeaderKeepsItsOptions) {
  const GraphOptions back = options_of(header_of(kOptions, 1'000, 60, {7, 2}, {.change = 123})).value();
  EXPECT_EQ(back.dimensions, 384U);
  EXPECT_EQ(back.metric, Metric::kCosine);
  EXPECT_EQ(back.storage, Storage::kInt8);
  EXPECT_EQ(back.originals, Originals::kKept);
  EXPECT_EQ(back.connectivity, kOptions.connectivity);
  EXPECT_EQ(back.build_ef, kOptions.build_ef);
  EXPECT_EQ(back.seed, 9U);
}

TEST(IndexLayout, RefusesHeadersThatNoIndexHas) {
  const std::vector<std::function<void(IndexHeader&)>> damages = {
      [](IndexHeader& header) { header.dimensions = 0; },
      [](IndexHeader& header) { header.dimensions = 16'001; },
      [](IndexHeader& header) { header.dimensions = 0xFFFFFFFF; },
      [](IndexHeader& header) { header.metric = 3; },
      [](IndexHeader& header) { header.storage = 5; },
      [](IndexHeader& header) { header.originals = 2; },
      [](IndexHeader& header) { header.connectivity = 0x7FFFFFFF; },
      [](IndexHeader& header) { header.connectivity = 0; },
      [](IndexHeader& header) { header.build_ef = 0xFFFFFFFF; },
      [](IndexHeader& header) { header.count = 0x80000000; },
      [](IndexHeader& header) { header.upper_count = header.count * 15 + 1; },
      [](IndexHeader& header) { header.row_bytes += 1; },
      [](IndexHeader& header) { header.block_bytes = 0; },
      [](IndexHeader& header) { header.header_bytes = 80; },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    IndexHeader header = header_of(kOptions, 1'000, 60, {7, 2}, {.change = 123});
    damages[i](header);
    const Result<GraphOptions> options = options_of(header);
    ASSERT_FALSE(options.has_value()) << i;
    EXPECT_EQ(options.error().code(), Code::kCorruption) << i;
  }
}

}  // namespace
}  // namespace waggle::hnsw
