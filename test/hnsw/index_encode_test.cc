// index_encode_test.cc: an index comes back from its bytes as it was: every storage, after deletions, and usable for changes.

#include <gtest/gtest.h>

#include <vector>

#include "hnsw/index_fixture.h"
#include "hnsw/index_format.h"

namespace waggle::hnsw {
namespace {

using test::Bytes;
using test::decoded;
using test::encoded;
using test::index_of;
using test::label_at;
using test::RandomVectors;
using test::Vector;

TEST(IndexEncode, ComesBackAsItWas) {
  RandomVectors random(21);
  const std::vector<Vector> vectors = random.vectors(1'500, 20);
  for (const Storage storage : {Storage::kF32, Storage::kF16, Storage::kBf16, Storage::kInt8, Storage::kBinary}) {
    for (const Originals originals : {Originals::kNone, Originals::kKept}) {
      const auto index = index_of(vectors, {.dimensions = 20, .storage = storage, .originals = originals, .connectivity = 6, .build_ef = 30});
      const DecodedIndex back = decoded(encoded(*index, 4711)).value();
      EXPECT_EQ(back.mark.change, 4711U);
      EXPECT_EQ(back.mark.fingerprint, ~std::uint64_t{4711});
      EXPECT_EQ(back.index->size(), vectors.size());
      EXPECT_EQ(back.index->validate().value().unreachable, 0U);
      for (int i = 0; i < 20; ++i) {
        const Vector query = random.vector(20);
        EXPECT_EQ(back.index->search(query, {}).value().matches, index->search(query, {}).value().matches) << to_string(storage);
      }
    }
  }
}

TEST(IndexEncode, TheBytesOfTheSameIndexAreTheSame) {
  RandomVectors random(22);
  const auto index = index_of(random.vectors(300, 8), {.dimensions = 8, .connectivity = 4, .build_ef = 20});
  const Bytes bytes = encoded(*index, 5);
  EXPECT_EQ(encoded(*index, 5), bytes);
  EXPECT_EQ(encoded(*decoded(bytes)->index, 5), bytes);
}

TEST(IndexEncode, ALoadedIndexTakesChanges) {
  RandomVectors random(23);
  const std::vector<Vector> vectors = random.vectors(900, 12);
  const auto index = index_of({vectors.begin(), vectors.begin() + 600}, {.dimensions = 12, .storage = Storage::kInt8, .originals = Originals::kKept});
  const DecodedIndex loaded = decoded(encoded(*index)).value();
  for (std::size_t i = 600; i < 900; ++i) ASSERT_TRUE(loaded.index->insert(label_at(i), vectors[i]).has_value());
  for (std::size_t i = 0; i < 300; ++i) EXPECT_TRUE(loaded.index->remove(label_at(i)));
  EXPECT_EQ(loaded.index->validate().value().unreachable, 0U);
  for (std::size_t i = 300; i < 900; i += 5) {
    EXPECT_EQ(loaded.index->search(vectors[i], {.k = 1}).value().matches[0].label, label_at(i));
  }
  const DecodedIndex again = decoded(encoded(*loaded.index)).value();
  EXPECT_EQ(again.index->size(), 600U);
}

TEST(IndexEncode, DeletedNodesTakeNoRoom) {
  RandomVectors random(24);
  const std::vector<Vector> vectors = random.vectors(1'000, 32);
  const GraphOptions options = {.dimensions = 32, .connectivity = 4, .build_ef = 20};
  const auto index = index_of(vectors, options);
  for (std::size_t i = 100; i < 1'000; ++i) EXPECT_TRUE(index->remove(label_at(i)));
  const auto fresh = index_of({vectors.begin(), vectors.begin() + 100}, options);
  EXPECT_LE(encoded(*index).size(), encoded(*fresh).size() + 4'096);
  const DecodedIndex back = decoded(encoded(*index)).value();
  EXPECT_EQ(back.index->size(), 100U);
  EXPECT_EQ(back.index->validate().value().unreachable, 0U);
}

TEST(IndexEncode, AnEmptyIndexHasAFileToo) {
  const auto index = GraphIndex::create({.dimensions = 7, .metric = Metric::kL2}).value();
  const DecodedIndex back = decoded(encoded(*index, 1)).value();
  EXPECT_EQ(back.index->size(), 0U);
  ASSERT_TRUE(back.index->insert(1, Vector(7, 1.0F)).has_value());
  EXPECT_EQ(back.index->search(Vector(7, 1.0F), {}).value().matches.size(), 1U);
}

TEST(IndexEncode, PassesOnWhatTheSinkSays) {
  const auto index = GraphIndex::create({.dimensions = 7}).value();
  const Status status = encode_index(*index, {.change = 1}, [](std::span<const std::byte>) { return Error(Code::kExhausted, "full"); });
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code(), Code::kExhausted);
}

}  // namespace
}  // namespace waggle::hnsw
