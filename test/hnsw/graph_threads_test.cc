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
      const SearchResult result = index->search(fixed[wanted], {.k = 10, .ef = 16, .entries = 1 + reader * 8}).value();
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

// The old and the new vector of a label are both in the graph for a moment. It must not be found twice, nor in the place of another.
TEST(GraphThreads, AReplacedVectorIsFoundOnce) {
  const Vector place(kDimensions, 1.0F);
  const auto index = test::index_of(RandomVectors(67).vectors(200, kDimensions), {.dimensions = kDimensions, .metric = Metric::kL2});
  std::atomic<bool> is_over{false};
  std::thread writer([&] {
    for (int i = 0; i < 4'000; ++i) index->insert(7, place).value();
    is_over = true;
  });
  std::size_t twice = 0;
  std::size_t too_few = 0;
  while (!is_over) {
    const std::vector<Match> found = index->search(place, {.k = 2, .ef = 20}).value().matches;
    if (found.size() < 2) ++too_few;
    if (found.size() == 2 && found[0].label == found[1].label) ++twice;
  }
  writer.join();
  EXPECT_EQ(twice, 0U);
  EXPECT_EQ(too_few, 0U);
}

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
