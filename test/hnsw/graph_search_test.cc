// graph_search_test.cc: searches of the graph: every metric and storage, filters, ranges, original numbers, and when all vectors are looked at.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "hnsw/exact_index.h"
#include "hnsw/graph_index.h"
#include "hnsw/index_fixture.h"

namespace waggle::hnsw {
namespace {

using test::index_of;
using test::label_at;
using test::labels_of;
using test::RandomVectors;
using test::Vector;

constexpr std::size_t kDimensions = 16;

std::unique_ptr<ExactIndex> exact_of(const std::vector<Vector>& vectors, Metric metric) {
  auto exact = ExactIndex::create({.dimensions = kDimensions, .metric = metric}).value();
  for (std::size_t i = 0; i < vectors.size(); ++i) exact->add(label_at(i), vectors[i]).value();
  return exact;
}

// How many of the wanted labels were found.
std::size_t hits(const std::vector<Match>& found, const std::vector<Match>& wanted) {
  const std::vector<std::uint64_t> labels = labels_of(found);
  return static_cast<std::size_t>(std::count_if(
      wanted.begin(), wanted.end(), [&](const Match& each) { return std::find(labels.begin(), labels.end(), each.label) != labels.end(); }));
}

class GraphSearchTest : public ::testing::TestWithParam<std::tuple<Metric, Storage>> {};

TEST_P(GraphSearchTest, FindsTheNearest) {
  const auto [metric, storage] = GetParam();
  RandomVectors random(11);
  const std::vector<Vector> vectors = random.vectors(3'000, kDimensions);
  const auto exact = exact_of(vectors, metric);
  const auto index =
      index_of(vectors, {.dimensions = kDimensions, .metric = metric, .storage = storage, .originals = Originals::kKept, .build_ef = 100});
  std::size_t found = 0;
  const bool is_coarse = storage == Storage::kBinary;  // sixteen signs: only as a first stage before many are measured again
  for (int i = 0; i < 100; ++i) {
    const Vector query = random.vector(kDimensions);
    const SearchResult result = index->search(query, {.k = 10, .ef = 60, .rerank = is_coarse ? std::size_t{400} : 0}).value();
    const std::vector<Match> wanted = exact->search(query, 10).value();
    ASSERT_EQ(result.matches.size(), 10U);
    EXPECT_TRUE(std::is_sorted(result.matches.begin(), result.matches.end()));
    EXPECT_GT(result.counts.distances, 0U);
    found += hits(result.matches, wanted);
  }
  EXPECT_GE(found, is_coarse ? 600U : 970U) << "of 1,000";
}

TEST_P(GraphSearchTest, MissesNothingWhenAskedToBeExact) {
  const auto [metric, storage] = GetParam();
  RandomVectors random(12);
  const std::vector<Vector> vectors = random.vectors(500, kDimensions);
  const auto exact = exact_of(vectors, metric);
  const auto index =
      index_of(vectors, {.dimensions = kDimensions, .metric = metric, .storage = storage, .originals = Originals::kKept, .build_ef = 20});
  const auto is_even = [](std::uint64_t label) { return label % 20 == 0; };
  for (int i = 0; i < 20; ++i) {
    const Vector query = random.vector(kDimensions);
    const SearchResult all = index->search(query, {.k = 10, .ef = 1, .accuracy = Accuracy::kExact}).value();
    EXPECT_EQ(all.method, Method::kExact);
    EXPECT_EQ(labels_of(all.matches), labels_of(exact->search(query, 10).value()));
    const SearchResult some = index->search(query, {.k = 10, .ef = 1, .predicate = is_even, .accuracy = Accuracy::kExact}).value();
    EXPECT_EQ(labels_of(some.matches), labels_of(exact->search(query, 10, is_even).value()));
  }
}

std::string param_name(const ::testing::TestParamInfo<std::tuple<Metric, Storage>>& info) {
  return std::string(to_string(std::get<0>(info.param))) + "_" + std::string(to_string(std::get<1>(info.param)));
}

INSTANTIATE_TEST_SUITE_P(All, GraphSearchTest,
                         ::testing::Combine(::testing::Values(Metric::kCosine, Metric::kDot, Metric::kL2),
                                            ::testing::Values(Storage::kF32, Storage::kF16, Storage::kBf16, Storage::kInt8, Storage::kBinary)),
                         param_name);

class GraphFilterTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kVectors = 4'000;

  // One graph for all: building it takes longer than the tests.
  static void SetUpTestSuite() {
    vectors_ = RandomVectors(12).vectors(kVectors, kDimensions);
    index_ = index_of(vectors_, {.dimensions = kDimensions, .metric = Metric::kL2, .build_ef = 100});
    exact_ = exact_of(vectors_, Metric::kL2);
  }

  // Recall against the exact search with the same filter, over queries.
  double recall(auto predicate, std::set<Method>& methods) {
    RandomVectors random(13);
    std::size_t found = 0;
    std::size_t wanted = 0;
    for (int i = 0; i < 60; ++i) {
      const Vector query = random.vector(kDimensions);
      const std::vector<Match> truth = exact_->search(query, 10, predicate).value();
      const SearchResult result = index_->search(query, {.k = 10, .ef = 60, .predicate = predicate}).value();
      EXPECT_EQ(result.matches.size(), truth.size()) << "min(k, matching)";
      for (const Match& match : result.matches) EXPECT_TRUE(predicate(match.label));
      methods.insert(result.method);
      found += hits(result.matches, truth);
      wanted += truth.size();
    }
    return wanted == 0 ? 1 : static_cast<double>(found) / static_cast<double>(wanted);
  }

  static void TearDownTestSuite() {
    index_.reset();
    exact_.reset();
  }

  static std::vector<Vector> vectors_;
  static std::unique_ptr<GraphIndex> index_;
  static std::unique_ptr<ExactIndex> exact_;
};
std::vector<Vector> GraphFilterTest::vectors_;
std::unique_ptr<GraphIndex> GraphFilterTest::index_;
std::unique_ptr<ExactIndex> GraphFilterTest::exact_;

TEST_F(GraphFilterTest, FindsWhatPassesFromOneInTenThousandToAll) {
  for (const std::uint64_t part : std::initializer_list<std::uint64_t>{10'000, 1'000, 100, 10, 3, 1}) {
    std::set<Method> methods;
    EXPECT_GE(recall([&](std::uint64_t label) { return label / 10 % part == 0; }, methods), 0.95) << "one in " << part;
    // Where few pass, looking at those is cheaper, and the result says so.
    if (part >= 100) {
      EXPECT_EQ(methods, std::set<Method>{Method::kExact});
    }
    if (part == 1) {
      EXPECT_EQ(methods, std::set<Method>{Method::kGraph});
    }
  }
}

TEST_F(GraphFilterTest, FindsWhatIsFarFromTheQuery) {
  // Only vectors on the other side pass: a walk stands amid vectors that do not.
  RandomVectors random(14);
  std::size_t found = 0;
  for (int i = 0; i < 60; ++i) {
    const Vector query = random.vector(kDimensions);
    const auto is_opposite = [&](std::uint64_t label) { return vectors_[label / 10][0] * query[0] < 0; };
    const std::vector<Match> truth = exact_->search(query, 10, is_opposite).value();
    const SearchResult result = index_->search(query, {.k = 10, .ef = 60, .predicate = is_opposite}).value();
    ASSERT_EQ(result.matches.size(), 10U);
    found += hits(result.matches, truth);
  }
  EXPECT_GE(found, 570U) << "of 600";
}

TEST_F(GraphFilterTest, FindsNothingWhereNothingPasses) {
  const auto nothing = [](std::uint64_t) { return false; };
  const SearchResult result = index_->search(vectors_[0], {.predicate = nothing}).value();
  EXPECT_TRUE(result.matches.empty());
  EXPECT_EQ(result.method, Method::kExact);
}

TEST_F(GraphFilterTest, ARangeHoldsWhatIsInsideIt) {
  RandomVectors random(15);
  std::size_t found = 0;
  std::size_t wanted = 0;
  for (const float radius : {1.5F, 1.9F, 2.2F}) {
    for (int i = 0; i < 30; ++i) {
      const Vector query = random.near(vectors_[random.below(kVectors)], 0.1F);
      const SearchResult result = index_->search_range(query, {.radius = radius, .limit = 500}).value();
      for (const Match& match : result.matches) EXPECT_LE(match.distance, radius);
      std::vector<Match> truth = exact_->search(query, 500).value();
      std::erase_if(truth, [&](const Match& each) { return each.distance > radius; });
      found += hits(result.matches, truth);
      wanted += truth.size();
      EXPECT_LE(result.matches.size(), truth.size());
    }
  }
  EXPECT_GE(static_cast<double>(found), 0.98 * static_cast<double>(wanted));
  EXPECT_GT(wanted, 300U);
  EXPECT_TRUE(index_->search_range(vectors_[0], {.radius = -1}).value().matches.empty());
}

TEST_F(GraphFilterTest, ARangeTakesAFilterAndALimit) {
  const auto is_even = [](std::uint64_t label) { return label / 10 % 2 == 0; };
  const SearchResult result = index_->search_range(vectors_[4], {.radius = 100, .limit = 20, .predicate = is_even}).value();
  const std::vector<Match> wanted = exact_->search(vectors_[4], 20, is_even).value();
  ASSERT_EQ(result.matches.size(), 20U);
  EXPECT_GE(hits(result.matches, wanted), 19U);
  for (const Match& match : result.matches) EXPECT_TRUE(is_even(match.label));
}

TEST(GraphSearch, MeasuresAgainWithTheCallersNumbers) {
  RandomVectors random(16);
  const std::vector<Vector> vectors = random.vectors(1'000, kDimensions);
  const auto index = index_of(vectors, {.dimensions = kDimensions, .metric = Metric::kL2, .storage = Storage::kInt8});
  const Vector query = random.vector(kDimensions);
  const auto original = [&](std::uint64_t label) -> const float* { return vectors[label / 10].data(); };
  const SearchResult measured = index->search(query, {.k = 10, .original = original}).value();
  for (const Match& match : measured.matches) EXPECT_NEAR(match.distance, distance(Metric::kL2, query, vectors[match.label / 10]), 1e-5);
  const auto missing = [](std::uint64_t) -> const float* { return nullptr; };
  EXPECT_EQ(index->search(query, {.k = 10, .original = missing}).value().matches.size(), 10U) << "estimates stand in";
}

// Reading an original is the dearest step of a search: those that rounding cannot have put behind the k-th are not asked for.
TEST(GraphSearch, AsksOnlyForNumbersThatCanMatter) {
  RandomVectors random(24);
  const std::vector<Vector> vectors = random.vectors(2'000, kDimensions);
  const auto index = index_of(vectors, {.dimensions = kDimensions, .storage = Storage::kInt8});
  const auto exact = exact_of(vectors, Metric::kCosine);
  std::size_t asked = 0;
  std::size_t found = 0;
  for (int i = 0; i < 100; ++i) {
    const Vector query = random.vector(kDimensions);
    const auto numbers = [&](std::uint64_t label) {
      ++asked;
      return vectors[label / 10].data();
    };
    found += hits(index->search(query, {.k = 10, .ef = 200, .original = numbers}).value().matches, exact->search(query, 10).value());
  }
  EXPECT_EQ(found, 1'000U);
  EXPECT_GE(asked, 1'000U);
  EXPECT_LE(asked, 1'400U) << "of 2,000 candidates";
}

TEST(GraphSearch, ANarrowBeamEntersAtFewPlaces) {
  RandomVectors random(25);
  const std::vector<Vector> vectors = random.vectors(5'000, 64);
  const auto index = index_of(vectors, {.dimensions = 64});
  const auto distances = [&](std::size_t ef, std::size_t entries) {
    RandomVectors queries(26);
    std::size_t sum = 0;
    for (int i = 0; i < 50; ++i) sum += index->search(queries.vector(64), {.k = 1, .ef = ef, .entries = entries}).value().counts.distances;
    return sum;
  };
  EXPECT_EQ(distances(31, 0), distances(31, 2));
  EXPECT_EQ(distances(32, 0), distances(32, 16));
  EXPECT_EQ(distances(96, 0), distances(96, 32));
  EXPECT_EQ(distances(300, 0), distances(300, 100));
}

TEST(GraphSearch, AsksNoMoreThanItMay) {
  const auto index = index_of({Vector{1, 2}}, {.dimensions = 2});
  EXPECT_EQ(index->search(Vector{1, 2}, {.k = kResultsMax + 1}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(index->search(Vector{1, 2, 3}, {}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(index->search_range(Vector{1, 2}, {.limit = kResultsMax + 1}).error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(index->search(Vector{1, 2}, {.k = 0}).value().matches.empty());
  EXPECT_EQ(index->search(Vector{1, 2}, {.k = kResultsMax}).value().matches.size(), 1U);
}

TEST(GraphSearch, AnEmptyGraphHasNothing) {
  const auto index = GraphIndex::create({.dimensions = 2}).value();
  EXPECT_TRUE(index->search(Vector{1, 2}, {}).value().matches.empty());
  EXPECT_TRUE(index->search_range(Vector{1, 2}, {.radius = 5}).value().matches.empty());
}

}  // namespace
}  // namespace waggle::hnsw
