// graph_threads_test.cc: searches beside inserts, replacements, deletions and consolidations. Mostly for the thread sanitizer.

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "hnsw/graph_index.h"
#include "hnsw/index_fixture.h"

namespace waggle::hnsw {
namespace {

using test::label_at;
using test::RandomVectors;
using test::Vector;

constexpr std::size_t kDimensions = 8;
constexpr std::size_t kFixed = 300;     // are there all the time
constexpr std::size_t kChanging = 600;  // come, move and go

class GraphThreadsTest : public ::testing::TestWithParam<Storage> {};

TEST_P(GraphThreadsTest, SearchesSeeWholeNodesWhileOneWriterChangesThem) {
  RandomVectors random(61);
  const std::vector<Vector> fixed = random.vectors(kFixed, kDimensions);
  const auto index = test::index_of(
      fixed,
      {.dimensions = kDimensions, .metric = Metric::kL2, .storage = GetParam(), .originals = Originals::kKept, .connectivity = 6, .build_ef = 24});
  std::atomic<bool> is_over{false};
  std::atomic<std::size_t> searches{0};
  std::vector<std::string> failures(2);
  const auto read = [&](std::size_t reader) {
    RandomVectors queries(62 + reader);
    while (!is_over) {
      const std::size_t wanted = queries.below(kFixed);
      const SearchResult result = index->search(fixed[wanted], {.k = 10, .ef = 64, .entries = 1 + reader * 8}).value();
      std::set<std::uint64_t> labels;
      for (const Match& match : result.matches) labels.insert(match.label);
      if (result.matches.size() != 10) failures[reader] = "too few";
      if (labels.size() != result.matches.size()) failures[reader] = "a label twice";
      if (*labels.rbegin() >= label_at(kFixed + kChanging)) failures[reader] = "a label that never was";
      ++searches;
    }
  };
  std::thread first(read, 0);
  std::thread second(read, 1);
  RandomVectors changes(64);
  for (int i = 0; i < 3'000 || searches < 200; ++i) {
    const std::uint64_t label = label_at(kFixed + changes.below(kChanging));
    if (changes.below(5) < 3) {
      ASSERT_TRUE(index->insert(label, changes.vector(kDimensions)).has_value());
    } else {
      index->remove(label);
    }
  }
  is_over = true;
  first.join();
  second.join();
  EXPECT_EQ(failures, std::vector<std::string>(2));
  EXPECT_EQ(index->validate().value().unreachable, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, GraphThreadsTest, ::testing::Values(Storage::kF32, Storage::kInt8),
                         [](const auto& each) { return std::string(to_string(each.param)); });

TEST(GraphThreads, WritersTakeTurns) {
  const auto index = GraphIndex::create({.dimensions = 4, .connectivity = 4, .build_ef = 16}).value();
  std::vector<std::thread> writers;
  for (std::size_t writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      RandomVectors random(70 + writer);
      for (std::size_t i = 0; i < 200; ++i) index->insert(label_at(writer * 1'000 + i), random.vector(4)).value();
      for (std::size_t i = 0; i < 100; ++i) index->remove(label_at(writer * 1'000 + i));
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(index->size(), 300U);
  EXPECT_EQ(index->validate().value().unreachable, 0U);
}

}  // namespace
}  // namespace waggle::hnsw
