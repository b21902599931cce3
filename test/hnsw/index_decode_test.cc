// index_decode_test.cc: bytes that are no index are refused: every truncation, every damaged place, and headers made to deceive. What is let through
// although its checksums were forged can be searched and changed without harm.

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

#include "hnsw/index_fixture.h"
#include "hnsw/index_format.h"
#include "hnsw/index_layout.h"

namespace waggle::hnsw {
namespace {

using test::Bytes;
using test::decoded;
using test::encoded;
using test::index_of;
using test::RandomVectors;
using test::Vector;

constexpr GraphOptions kOptions = {.dimensions = 4, .connectivity = 4, .build_ef = 20};
constexpr std::uint32_t kNodes = 80;

Bytes small_index() { return encoded(*index_of(RandomVectors(31).vectors(kNodes, 4), kOptions), 9); }

// Uses an index in every way.
void use(GraphIndex& index) {
  const Vector query(index.options().dimensions, 0.5F);
  (void)index.search(query, {.k = 5, .ef = 30});
  (void)index.search(query, {.k = 5, .ef = 200});
  (void)index.search_range(query, {.radius = 1});
  const auto some = [](std::uint64_t label) { return label % 3 == 0; };
  (void)index.search(query, {.k = 5, .predicate = some});
  (void)index.insert(1'000'001, query);
  (void)index.insert(10, query);
  (void)index.remove(20);
  index.consolidate();
  (void)index.validate();
}

TEST(IndexDecode, RefusesEveryTruncation) {
  const Bytes bytes = small_index();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<DecodedIndex> index = decoded(std::span(bytes).first(size));
    ASSERT_FALSE(index.has_value()) << size;
    ASSERT_EQ(index.error().code(), Code::kCorruption) << size;
  }
  Bytes longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decoded(longer).has_value());
}

TEST(IndexDecode, RefusesEveryDamagedByte) {
  Bytes bytes = small_index();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] ^= std::byte{0x10};
    ASSERT_FALSE(decoded(bytes).has_value()) << at;
    bytes[at] ^= std::byte{0x10};
  }
  EXPECT_TRUE(decoded(bytes).has_value());
}

TEST(IndexDecode, SaysThatALaterVersionIsNotItsOwn) {
  Bytes bytes = small_index();
  bytes[8] = std::byte{2};
  EXPECT_EQ(decoded(bytes).error().code(), Code::kUnsupported);
}

// One number of the file, forged.
struct Forgery {
  const char* what;
  std::size_t at;
  std::uint32_t number;
};

TEST(IndexDecode, RefusesForgedNumbers) {
  const Bytes whole = small_index();
  const IndexLayout layout = layout_of(kOptions, kNodes, 0);
  const std::size_t count_at = offsetof(IndexHeader, count);
  const std::vector<Forgery> forgeries = {
      {"more nodes than bytes", count_at, kNodes + 1},
      {"fewer nodes than bytes", count_at, kNodes - 1},
      {"nodes near 2^31", count_at, 0x7FFFFFFF},
      {"nodes near 2^32", count_at, 0xFFFFFFFF},
      {"no node", count_at, 0},
      {"an entry that is no node", offsetof(IndexHeader, entry_slot), kNodes},
      {"no entry", offsetof(IndexHeader, entry_slot), kNoSlot},
      {"an entry on level 255", offsetof(IndexHeader, entry_level), 255},
      {"lists near 2^32", offsetof(IndexHeader, upper_count), 0xFFFFFFFF},
      {"M near 2^31", offsetof(IndexHeader, connectivity), 0x7FFFFFFF},
      {"dimensions near 2^32", offsetof(IndexHeader, dimensions), 0xFFFFFFFF},
      {"a node on level 255", layout.nodes + 12, 0x01FF0001},
      {"a node that holds nothing", layout.nodes + 12, 0x00000001},
      {"a node with the lists of another", layout.nodes + 8, 12345},
      {"a link to no node", layout.base, kNodes},
      {"a link near 2^32", layout.base, 0xFFFFFFFE},
      {"a link to itself", layout.base, 0},
      {"a link after the end of a list", layout.base, kNoSlot},
  };
  for (const Forgery& forgery : forgeries) {
    Bytes bytes = whole;
    std::memcpy(bytes.data() + forgery.at, &forgery.number, sizeof(forgery.number));
    rewrite_checksums(bytes);
    const Result<DecodedIndex> index = decoded(bytes);
    ASSERT_FALSE(index.has_value()) << forgery.what;
    EXPECT_EQ(index.error().code(), Code::kCorruption) << forgery.what;
  }
}

TEST(IndexDecode, RefusesALabelThatIsThereTwice) {
  Bytes bytes = small_index();
  const IndexLayout layout = layout_of(kOptions, kNodes, 0);
  std::memcpy(bytes.data() + layout.nodes, bytes.data() + layout.nodes + sizeof(Node), sizeof(std::uint64_t));
  rewrite_checksums(bytes);
  EXPECT_FALSE(decoded(bytes).has_value());
}

TEST(IndexDecode, SearchesRowsOfAnythingWithoutHarm) {
  const std::uint32_t upper = [] {
    IndexHeader header;
    const Bytes bytes = small_index();
    std::memcpy(&header, bytes.data(), sizeof(header));
    return header.upper_count;
  }();
  const IndexLayout layout = layout_of(kOptions, kNodes, upper);
  for (const float odd : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e-42F, 3e38F}) {
    Bytes bytes = small_index();
    for (std::size_t i = 0; i < kNodes; i += 2) std::memcpy(bytes.data() + layout.rows + i * 64, &odd, sizeof(odd));
    rewrite_checksums(bytes);
    const Result<DecodedIndex> index = decoded(bytes);
    ASSERT_TRUE(index.has_value()) << index.error().describe();
    EXPECT_EQ(index->index->search(Vector(4, 0.5F), {.k = 5}).value().matches.size(), 5U);
    use(*index->index);
  }
}

TEST(SlowIndexDecode, SurvivesAHundredThousandMutations) {
  const Bytes whole = small_index();
  RandomVectors random(32);
  std::size_t let_through = 0;
  for (int i = 0; i < 100'000; ++i) {
    Bytes bytes = whole;
    const std::size_t changes = 1 + random.below(4);
    for (std::size_t change = 0; change < changes; ++change) {
      // Half of them where the structure is; the header's padding and the rows would take most.
      const std::size_t at =
          random.below(2) == 0 ? random.below(sizeof(IndexHeader)) : kIndexHeaderBytes + random.below(bytes.size() - kIndexHeaderBytes);
      bytes[at] = static_cast<std::byte>(random.below(256));
    }
    if (random.below(8) == 0) bytes.resize(random.below(bytes.size()));
    const bool is_forged = random.below(4) != 0;
    if (is_forged) rewrite_checksums(bytes);
    const Result<DecodedIndex> index = decoded(bytes);
    if (!index.has_value()) {
      const Code code = index.error().code();
      ASSERT_TRUE(code == Code::kCorruption || code == Code::kUnsupported) << "mutation " << i << ": " << index.error().describe();
      continue;
    }
    ++let_through;
    use(*index->index);
  }
  EXPECT_GT(let_through, 1'000U) << "forged files must reach what lies behind the checksums";
}

}  // namespace
}  // namespace waggle::hnsw
