// graph_check_test.cc: validate() sees each kind of damage. The damage is done to the bytes of a file, with its checksums mended.

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "hnsw/graph_index.h"
#include "hnsw/index_fixture.h"
#include "hnsw/index_layout.h"

namespace waggle::hnsw {
namespace {

using test::Bytes;
using test::RandomVectors;

constexpr GraphOptions kOptions = {.dimensions = 4, .connectivity = 4, .build_ef = 20};
constexpr std::uint32_t kNodes = 60;

class GraphCheckTest : public ::testing::Test {
 protected:
  GraphCheckTest() : bytes_(test::encoded(*test::index_of(RandomVectors(1).vectors(kNodes, 4), kOptions))) {}

  // Writes a number into the base list of node 0, or into a node, and loads the result.
  Result<GraphReport> report_with(std::size_t at, std::uint32_t number) {
    std::memcpy(bytes_.data() + at, &number, sizeof(number));
    rewrite_checksums(bytes_);
    WAGGLE_ASSIGN_OR_RETURN(const DecodedIndex decoded, test::decoded(bytes_));
    return decoded.index->validate();
  }
  std::uint32_t number_at(std::size_t at) const {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes_.data() + at, sizeof(number));
    return number;
  }

  Bytes bytes_;
  IndexLayout layout_ = layout_of(kOptions, kNodes, 0);  // the places of nodes and base lists do not depend on the upper ones
};

TEST_F(GraphCheckTest, AWholeGraphPasses) {
  const GraphReport report = report_with(layout_.base, number_at(layout_.base)).value();
  EXPECT_EQ(report.live, kNodes);
  EXPECT_EQ(report.unreachable, 0U);
  EXPECT_GT(report.links, std::size_t{kNodes});
}

TEST_F(GraphCheckTest, SeesALinkThatIsThereTwice) {
  const Result<GraphReport> report = report_with(layout_.base + 4, number_at(layout_.base));
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code(), Code::kCorruption);
}

TEST_F(GraphCheckTest, SeesAWrongCountOfLinks) {
  constexpr std::size_t kInDegreeAt = 12;
  EXPECT_FALSE(report_with(layout_.nodes + kInDegreeAt, number_at(layout_.nodes + kInDegreeAt) + 1).has_value());
}

TEST_F(GraphCheckTest, CountsWhatCannotBeReached) {
  // No list but its own leads to node 5 any more: each of its links leads to node 6 instead, or ends there.
  for (std::uint32_t node = 0; node < kNodes; ++node) {
    for (std::uint32_t i = 0; i < 8; ++i) {
      const std::size_t at = layout_.base + (node * 8 + i) * sizeof(Slot);
      if (number_at(at) != 5) continue;
      const std::uint32_t last = 0xFFFFFFFF;
      for (std::uint32_t j = i; j < 8; ++j) {
        const std::uint32_t next = j + 1 < 8 ? number_at(at + (j - i + 1) * sizeof(Slot)) : last;
        std::memcpy(bytes_.data() + at + (j - i) * sizeof(Slot), &next, sizeof(next));
      }
    }
  }
  std::uint32_t node_of_5 = number_at(layout_.nodes + 5 * sizeof(Node) + 12);
  node_of_5 &= 0xFFFF0000U;  // no links lead to it
  const Result<GraphReport> report = report_with(layout_.nodes + 5 * sizeof(Node) + 12, node_of_5);
  if (report.has_value()) {
    EXPECT_EQ(report->unreachable, 1U);
  } else {
    ADD_FAILURE() << report.error().describe();
  }
}

}  // namespace
}  // namespace waggle::hnsw
