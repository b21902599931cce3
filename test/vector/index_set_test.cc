// Which collections have an index, and how much memory they take.

#include "vector/index_set.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::vector {
namespace {

using IfAbsent = IndexSet::IfAbsent;

CollectionState state_of(std::int64_t seq, std::int64_t count, IndexKind kind = IndexKind::kExact) {
  return {.name = "c", .seq = seq, .options = {.dimensions = 16, .metric = hnsw::Metric::kL2, .kind = kind}, .version = 1, .count = count};
}

class IndexSetTest : public ::testing::Test {
 protected:
  base::Log log_{{}};
};

TEST_F(IndexSetTest, MakesAnIndexAtTheSecondSearch) {
  IndexSet set({.bytes_max = 1 << 20}, log_);
  EXPECT_EQ(set.find(state_of(1, 10), IfAbsent::kMake), nullptr);
  EXPECT_EQ(set.find(state_of(1, 10), IfAbsent::kNothing), nullptr);
  const auto made = set.find(state_of(1, 10), IfAbsent::kMake);
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(set.find(state_of(1, 10), IfAbsent::kNothing), made);
  EXPECT_EQ(set.make(state_of(1, 10)), made);
  EXPECT_EQ(set.find(state_of(2, 10), IfAbsent::kMake), nullptr);
  EXPECT_EQ(set.usage().indexes, 1);
  EXPECT_NE(set.make(state_of(3, 10)), nullptr);
  EXPECT_EQ(set.usage().indexes, 2);
}

TEST_F(IndexSetTest, MakesAnIndexAtTheFirstSearchWhenThereIsAFile) {
  const test::TempDir dir;
  test::write_file(dir.file("a.db-hnsw-1"), "whatever it is");
  IndexSet set({.bytes_max = 1 << 20, .database_path = dir.file("a.db")}, log_);
  EXPECT_NE(set.find(state_of(1, 10, IndexKind::kAuto), IfAbsent::kMake), nullptr);
  EXPECT_EQ(set.find(state_of(2, 10, IndexKind::kAuto), IfAbsent::kMake), nullptr);
}

TEST_F(IndexSetTest, ForgetsACollectionWithItsFile) {
  const test::TempDir dir;
  test::write_file(dir.file("a.db-hnsw-1"), "whatever it is");
  IndexSet set({.bytes_max = 1 << 20, .database_path = dir.file("a.db")}, log_);
  EXPECT_NE(set.make(state_of(1, 10)), nullptr);
  set.forget(1);
  EXPECT_EQ(set.usage().indexes, 0);
  EXPECT_FALSE(std::filesystem::exists(dir.file("a.db-hnsw-1")));
}

TEST_F(IndexSetTest, KeepsToItsMemory) {
  IndexSet none({}, log_);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(none.find(state_of(1, 10), IfAbsent::kMake), nullptr);
  IndexSet small({.bytes_max = 100'000}, log_);  // room for about 300 vectors
  for (int i = 0; i < 2; ++i) small.find(state_of(1, 200), IfAbsent::kMake);
  EXPECT_NE(small.find(state_of(1, 200), IfAbsent::kNothing), nullptr);
  for (int i = 0; i < 2; ++i) small.find(state_of(2, 200), IfAbsent::kMake);
  EXPECT_NE(small.find(state_of(2, 200), IfAbsent::kNothing), nullptr);
  EXPECT_EQ(small.find(state_of(1, 200), IfAbsent::kNothing), nullptr);  // made room for the other
  for (int i = 0; i < 3; ++i) EXPECT_EQ(small.find(state_of(3, 2000), IfAbsent::kMake), nullptr);
  EXPECT_EQ(small.make(state_of(3, 2000)), nullptr);
  EXPECT_NE(small.find(state_of(2, 200), IfAbsent::kNothing), nullptr);
}

}  // namespace
}  // namespace waggle::vector
