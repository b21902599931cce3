// exact_index_test.cc: exact search is exact: under every metric and storage, after every change, with every filter.

#include "hnsw/exact_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "hnsw/random_vectors.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;
using Model = std::map<std::uint64_t, Vector>;

std::vector<std::uint64_t> labels_of(const std::vector<Match>& matches) {
  std::vector<std::uint64_t> labels;
  for (const Match& match : matches) labels.push_back(match.label);
  return labels;
}

// By definition.
std::vector<Match> nearest(const Model& model, Metric metric, const Vector& query, std::size_t k, auto is_wanted) {
  std::vector<Match> all;
  for (const auto& [label, vector] : model) {
    if (is_wanted(label)) all.push_back({label, distance(metric, query, vector)});
  }
  std::sort(all.begin(), all.end());
  all.resize(std::min(k, all.size()));
  return all;
}

class ExactIndexTest : public ::testing::TestWithParam<std::tuple<Metric, Storage>> {};

TEST_P(ExactIndexTest, FollowsEveryChangeAndFilter) {
  const auto [metric, storage] = GetParam();
  const auto index = ExactIndex::create({.dimensions = 24, .metric = metric, .storage = storage, .rerank_min = 200}).value();
  RandomVectors random(9);
  Model model;
  for (int round = 0; round < 400; ++round) {
    const std::uint64_t label = random.below(150) << 40U;
    if (random.below(3) == 0) {
      EXPECT_EQ(index->remove(label), model.erase(label) > 0);
    } else {
      model[label] = random.vector(24);
      ASSERT_TRUE(index->add(label, model[label]).has_value());
    }
    ASSERT_EQ(index->size(), model.size());
    EXPECT_EQ(index->contains(label), model.contains(label));
    const Vector query = random.vector(24);
    const std::size_t k = random.below(12);
    const std::uint64_t part = 1 + random.below(4);
    const auto is_wanted = [&](std::uint64_t each) { return (each >> 40U) % part == 0; };
    const std::vector<Match> wanted = nearest(model, metric, query, k, is_wanted);
    const std::vector<Match> found = index->search(query, k, is_wanted).value();
    EXPECT_EQ(labels_of(found), labels_of(wanted)) << "round " << round;
    for (std::size_t i = 0; i < found.size() && i < wanted.size(); ++i) {
      EXPECT_NEAR(found[i].distance, wanted[i].distance, 2e-3 * (1 + std::abs(wanted[i].distance)));
    }
  }
}

std::string param_name(const ::testing::TestParamInfo<std::tuple<Metric, Storage>>& info) {
  return std::string(to_string(std::get<0>(info.param))) + "_" + std::string(to_string(std::get<1>(info.param)));
}

INSTANTIATE_TEST_SUITE_P(All, ExactIndexTest,
                         ::testing::Combine(::testing::Values(Metric::kCosine, Metric::kDot, Metric::kL2),
                                            ::testing::Values(Storage::kF32, Storage::kF16, Storage::kBf16, Storage::kInt8, Storage::kBinary)),
                         param_name);

TEST(ExactIndex, RefusesWhatMakesNoSense) {
  EXPECT_EQ(ExactIndex::create({.dimensions = 0}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(ExactIndex::create({.dimensions = kDimensionsMax + 1}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(ExactIndex::create({.dimensions = 3, .rerank_factor = 0}).error().code(), Code::kInvalidArgument);
  const auto index = ExactIndex::create({.dimensions = 3}).value();
  EXPECT_EQ(index->add(1, Vector{1, 2}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(index->add(1, Vector{0, 0, 0}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(index->size(), 0U);
  EXPECT_EQ(index->search(Vector{1, 2}, 1).error().code(), Code::kInvalidArgument);
}

TEST(ExactIndex, EmptyFindsNothing) {
  const auto index = ExactIndex::create({.dimensions = 3}).value();
  EXPECT_TRUE(index->search(Vector{1, 2, 3}, 10).value().empty());
  EXPECT_FALSE(index->remove(1));
}

TEST(ExactIndex, GivesAllWhenAskedForMore) {
  const auto index = ExactIndex::create({.dimensions = 2, .metric = Metric::kL2}).value();
  for (std::uint64_t label = 0; label < 5; ++label) ASSERT_TRUE(index->add(label, Vector{static_cast<float>(label), 0}).has_value());
  EXPECT_EQ(labels_of(index->search(Vector{0, 0}, 1'000'000).value()), (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(index->search(Vector{0, 0}, 0).value().empty());
}

TEST(ExactIndex, OrdersEquallyNearOnesByLabel) {
  const auto index = ExactIndex::create({.dimensions = 2, .metric = Metric::kL2}).value();
  for (const std::uint64_t label : std::initializer_list<std::uint64_t>{9, 3, 7, 1}) ASSERT_TRUE(index->add(label, Vector{1, 0}).has_value());
  EXPECT_EQ(labels_of(index->search(Vector{0, 0}, 3).value()), (std::vector<std::uint64_t>{1, 3, 7}));
}

TEST(ExactIndexRows, AreGivenBack) {
  for (const Storage storage : {Storage::kF32, Storage::kInt8}) {
    const auto index = ExactIndex::create({.dimensions = 2, .metric = Metric::kL2, .storage = storage}).value();
    for (const std::uint64_t label : {5U, 6U, 7U}) index->add(label, std::vector<float>{static_cast<float>(label), 0.5F}).value();
    index->remove(5);
    ASSERT_EQ(index->labels().size(), 2U);
    for (std::size_t place = 0; place < 2; ++place) {
      EXPECT_EQ(index->vector_at(place)[0], static_cast<float>(index->labels()[place]));
      EXPECT_EQ(index->vector_at(place)[1], 0.5F);
      EXPECT_EQ(index->vector_of(index->labels()[place]).data(), index->vector_at(place).data());
    }
    EXPECT_TRUE(index->vector_of(5).empty());
  }
}

}  // namespace
}  // namespace waggle::hnsw
