// graph_index_test.cc: changes of a graph: what was inserted, replaced and removed, through consolidations, and builds by one thread and two.

#include "hnsw/graph_index.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "hnsw/index_fixture.h"

namespace waggle::hnsw {
namespace {

using test::index_of;
using test::label_at;
using test::labels_of;
using test::RandomVectors;
using test::Vector;

constexpr GraphOptions kOptions = {.dimensions = 16, .metric = Metric::kL2, .connectivity = 8, .build_ef = 40};

TEST(GraphIndex, FindsWhatWasInserted) {
  RandomVectors random(1);
  const std::vector<Vector> vectors = random.vectors(2'000, 16);
  const auto index = index_of(vectors, kOptions);
  EXPECT_EQ(index->size(), vectors.size());
  for (std::size_t i = 0; i < vectors.size(); i += 7) {
    const SearchResult result = index->search(vectors[i], {.k = 1, .ef = 20}).value();
    ASSERT_EQ(result.matches.size(), 1U);
    EXPECT_EQ(result.matches[0].label, label_at(i));
    EXPECT_EQ(result.method, Method::kGraph);
  }
  const GraphReport report = index->validate().value();
  EXPECT_EQ(report.live, vectors.size());
  EXPECT_EQ(report.unreachable, 0U);
}

TEST(GraphIndex, ReplacesAVectorInPlace) {
  RandomVectors random(2);
  const std::vector<Vector> vectors = random.vectors(500, 16);
  const auto index = index_of(vectors, kOptions);
  const Vector far = random.vector(16, 50);
  ASSERT_TRUE(index->insert(label_at(3), far).has_value());
  EXPECT_EQ(index->size(), vectors.size());
  EXPECT_EQ(index->search(far, {.k = 1}).value().matches[0].label, label_at(3));
  EXPECT_NE(index->search(vectors[3], {.k = 1}).value().matches[0].label, label_at(3)) << "the old one is not found any more";
  EXPECT_TRUE(index->validate().has_value());
}

TEST(GraphIndex, ForgetsWhatWasRemoved) {
  RandomVectors random(3);
  const std::vector<Vector> vectors = random.vectors(800, 16);
  const auto index = index_of(vectors, kOptions);
  for (std::size_t i = 0; i < vectors.size(); i += 2) EXPECT_TRUE(index->remove(label_at(i)));
  EXPECT_FALSE(index->remove(label_at(0)));
  EXPECT_FALSE(index->contains(label_at(0)));
  EXPECT_TRUE(index->contains(label_at(1)));
  EXPECT_EQ(index->size(), 400U);
  for (std::size_t i = 0; i < vectors.size(); i += 2) {
    EXPECT_NE(index->search(vectors[i], {.k = 1, .ef = 20}).value().matches[0].label, label_at(i));
  }
  index->consolidate();
  const GraphReport report = index->validate().value();
  EXPECT_EQ(report.live, 400U);
  EXPECT_EQ(report.deleted, 0U);
  EXPECT_EQ(report.unreachable, 0U);
}

TEST(GraphIndex, AlwaysFindsAsManyAsThereAre) {
  RandomVectors random(4);
  const std::vector<Vector> vectors = random.vectors(1'000, 16);
  const auto index = index_of(vectors, kOptions);
  std::size_t live = vectors.size();
  for (const std::size_t left : {1'000, 500, 100, 10, 1, 0}) {
    while (live > left) EXPECT_TRUE(index->remove(label_at(--live)));
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(index->search(random.vector(16), {.k = 20, .ef = 20}).value().matches.size(), std::min<std::size_t>(20, left));
    }
    EXPECT_TRUE(index->validate().has_value());
  }
}

TEST(GraphIndex, UsesSlotsAgain) {
  RandomVectors random(5);
  const auto index = index_of(random.vectors(500, 16), kOptions);
  std::size_t first_label = 0;
  for (std::size_t i = 500; i < 5'000; ++i) {
    EXPECT_TRUE(index->remove(label_at(first_label++)));
    ASSERT_TRUE(index->insert(label_at(i), random.vector(16)).has_value());
  }
  EXPECT_EQ(index->size(), 500U);
  EXPECT_EQ(index->validate().value().unreachable, 0U);
  EXPECT_LT(test::encoded(*index).size(), std::size_t{500} * 400) << "a file of 500 vectors, not of 5,000";
}

TEST(GraphIndex, BuildsTheSameGraphAgain) {
  RandomVectors random(6);
  const std::vector<Vector> vectors = random.vectors(1'500, 16);
  std::vector<std::uint64_t> labels;
  for (std::size_t i = 0; i < vectors.size(); ++i) labels.push_back(label_at(i));
  const auto vector_at = [&](std::size_t i) { return std::span<const float>(vectors[i]); };
  const auto first = GraphIndex::create(kOptions).value();
  const auto second = GraphIndex::create(kOptions).value();
  const auto in_order = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) { test::run_in_order(count, task); };
  ASSERT_TRUE(first->build(labels, vector_at, in_order).has_value());
  ASSERT_TRUE(second->build(labels, vector_at, in_order).has_value());
  EXPECT_EQ(test::encoded(*first), test::encoded(*second));
  GraphOptions other_seed = kOptions;
  other_seed.seed = 77;
  const auto third = GraphIndex::create(other_seed).value();
  ASSERT_TRUE(third->build(labels, vector_at, in_order).has_value());
  EXPECT_NE(test::encoded(*first), test::encoded(*third));
}

TEST(GraphIndex, BuildsOnTwoThreads) {
  RandomVectors random(7);
  const std::vector<Vector> vectors = random.vectors(3'000, 16);
  std::vector<std::uint64_t> labels;
  for (std::size_t i = 0; i < vectors.size(); ++i) labels.push_back(label_at(i));
  const auto index = GraphIndex::create(kOptions).value();
  const auto on_two = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) { test::run_on_two(count, task); };
  ASSERT_TRUE(index->build(labels, [&](std::size_t i) { return std::span<const float>(vectors[i]); }, on_two).has_value());
  const GraphReport report = index->validate().value();
  EXPECT_EQ(report.live, vectors.size());
  EXPECT_EQ(report.unreachable, 0U);
  for (std::size_t i = 0; i < vectors.size(); i += 11) {
    EXPECT_EQ(labels_of(index->search(vectors[i], {.k = 1, .ef = 30}).value().matches), std::vector<std::uint64_t>{label_at(i)});
  }
}

TEST(GraphIndex, RefusesWhatMakesNoSense) {
  EXPECT_EQ(GraphIndex::create({.dimensions = 0}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(GraphIndex::create({.dimensions = 4, .connectivity = 3}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(GraphIndex::create({.dimensions = 4, .connectivity = 65}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(GraphIndex::create({.dimensions = 4, .build_ef = 7}).error().code(), Code::kInvalidArgument);
  const auto index = GraphIndex::create(kOptions).value();
  EXPECT_EQ(index->insert(1, Vector(15)).error().code(), Code::kInvalidArgument);
  const std::vector<std::uint64_t> twice = {1, 1};
  const Vector vector(16, 1.0F);
  const auto in_order = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) { test::run_in_order(count, task); };
  const auto same = [&](std::size_t) { return std::span<const float>(vector); };
  EXPECT_EQ(index->build(twice, same, in_order).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(index->size(), 0U);
  ASSERT_TRUE(index->insert(1, vector).has_value());
  EXPECT_EQ(index->build(std::vector<std::uint64_t>{2}, same, in_order).error().code(), Code::kInvalidArgument);
}

TEST(GraphIndex, KnowsHowLargeItIs) {
  RandomVectors random(8);
  for (const auto& [storage, most] : {std::pair{Storage::kF32, std::size_t{1'800}}, std::pair{Storage::kInt8, std::size_t{600}}}) {
    const auto index = index_of(random.vectors(300, 384), {.dimensions = 384, .storage = storage, .build_ef = 20});
    EXPECT_LE(index->bytes_per_vector(), most);
  }
}

}  // namespace
}  // namespace waggle::hnsw
