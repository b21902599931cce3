// index_access_test.cc: while the inside of an index is looked at, changes wait and searches do not.

#include "hnsw/index_access.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "hnsw/index_fixture.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;

TEST(IndexAccess, KeepsChangesOutAndSearchesIn) {
  const auto index = test::index_of(RandomVectors(41).vectors(200, 4), {.dimensions = 4});
  std::optional<IndexAccess> access(*index);
  std::atomic<bool> is_changed{false};
  std::thread writer([&] {
    index->insert(7, Vector{1, 2, 3, 4}).value();
    is_changed = true;
  });
  EXPECT_EQ(index->search(Vector{1, 2, 3, 4}, {.k = 3}).value().matches.size(), 3U);
  EXPECT_FALSE(is_changed);
  EXPECT_EQ(access->nodes().count(), 200U);
  EXPECT_EQ(access->originals(), nullptr);
  access.reset();
  writer.join();
  EXPECT_EQ(index->size(), 201U);
}

}  // namespace
}  // namespace waggle::hnsw
