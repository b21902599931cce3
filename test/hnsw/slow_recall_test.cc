// slow_recall_test.cc: on 50,000 real embeddings: recall per parameter set whatever the order of insertion, no query that is lost, and recall that
// survives changes, deletions and filters.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <vector>

#include "hnsw/exact_index.h"
#include "hnsw/fixture_vectors.h"
#include "hnsw/graph_index.h"
#include "hnsw/index_fixture.h"

namespace waggle::hnsw {
namespace {

using test::FixtureVectors;
using test::RandomVectors;

constexpr std::size_t kK = 10;

struct Recall {
  double mean = 0;
  double worst = 1;
};

class SlowRecallTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { vectors_ = test::read_fixture_vectors(); }
  static void TearDownTestSuite() { vectors_.reset(); }
  void SetUp() override {
    if (!vectors_) GTEST_SKIP() << "the embeddings (shared/fixtures/vectors) do not lie beside this checkout";
  }

  // The first `count` of the vectors in an order made by the seed; 0 keeps theirs. A label is a vector's place in the file.
  static std::vector<std::uint64_t> order(std::size_t count, std::uint64_t seed) {
    std::vector<std::uint64_t> labels(count);
    std::iota(labels.begin(), labels.end(), 0);
    RandomVectors random(seed);
    for (std::size_t i = count; seed > 0 && i > 1; --i) std::swap(labels[i - 1], labels[random.below(i)]);
    return labels;
  }
  static std::unique_ptr<GraphIndex> build(const std::vector<std::uint64_t>& labels, Storage storage,
                                           std::size_t build_ef = GraphOptions().build_ef) {
    auto index =
        GraphIndex::create({.dimensions = FixtureVectors::kDimensions, .storage = storage, .originals = Originals::kKept, .build_ef = build_ef})
            .value();
    const auto on_two = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) { test::run_on_two(count, task); };
    index->build(labels, [&](std::size_t i) { return vectors_->vector(labels[i]); }, on_two).value();
    return index;
  }
  // Against the true neighbours among all vectors.
  static Recall recall(const GraphIndex& index, std::size_t ef) {
    Recall all;
    for (std::size_t i = 0; i < vectors_->query_count(); ++i) {
      const SearchResult result = index.search(vectors_->query(i), {.k = kK, .ef = ef}).value();
      const std::set<std::uint64_t> truth(vectors_->truth.begin() + static_cast<std::ptrdiff_t>(i * FixtureVectors::kTruth),
                                          vectors_->truth.begin() + static_cast<std::ptrdiff_t>(i * FixtureVectors::kTruth + kK));
      const auto hits = std::count_if(result.matches.begin(), result.matches.end(), [&](const Match& each) { return truth.contains(each.label); });
      all.mean += static_cast<double>(hits) / kK / static_cast<double>(vectors_->query_count());
      all.worst = std::min(all.worst, static_cast<double>(hits) / kK);
    }
    return all;
  }
  // Against exact search of the same vectors, for a part of the queries.
  static double recall_against(const ExactIndex& exact, const GraphIndex& index, std::optional<Predicate> predicate = std::nullopt) {
    return filtered_recall(exact, index, [&](std::size_t) { return predicate; });
  }
  // Likewise, with a predicate for each query.
  static double filtered_recall(const ExactIndex& exact, const GraphIndex& index, auto predicate_of) {
    std::size_t hits = 0;
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < vectors_->query_count(); i += 10) {
      const std::optional<Predicate> predicate = predicate_of(i);
      std::set<std::uint64_t> truth;
      const std::vector<Match> nearest = exact.search(vectors_->query(i), kK, predicate).value();
      for (const Match& match : nearest) truth.insert(match.label);
      const SearchResult result = index.search(vectors_->query(i), {.k = kK, .predicate = predicate}).value();
      EXPECT_EQ(result.matches.size(), truth.size()) << "min(k, matching)";
      for (const Match& match : result.matches) hits += truth.contains(match.label) ? 1 : 0;
      wanted += truth.size();
    }
    return wanted == 0 ? 1 : static_cast<double>(hits) / static_cast<double>(wanted);
  }
  static std::unique_ptr<ExactIndex> exact_of(const std::set<std::uint64_t>& labels) {
    auto exact = ExactIndex::create({.dimensions = FixtureVectors::kDimensions}).value();
    for (const std::uint64_t label : labels) exact->add(label, vectors_->vector(label)).value();
    return exact;
  }

  static std::optional<FixtureVectors> vectors_;
};
std::optional<FixtureVectors> SlowRecallTest::vectors_;

TEST_F(SlowRecallTest, ExactSearchGivesTheTruth) {
  for (const Storage storage : {Storage::kF32, Storage::kInt8}) {
    const auto exact = ExactIndex::create({.dimensions = FixtureVectors::kDimensions, .storage = storage}).value();
    for (std::size_t i = 0; i < vectors_->count; ++i) exact->add(i, vectors_->vector(i)).value();
    for (std::size_t i = 0; i < vectors_->query_count(); i += 5) {
      const std::vector<Match> found = exact->search(vectors_->query(i), kK).value();
      for (std::size_t j = 0; j < kK; ++j) {
        EXPECT_EQ(found[j].label, static_cast<std::uint64_t>(vectors_->truth[i * FixtureVectors::kTruth + j]))
            << to_string(storage) << " query " << i;
      }
    }
  }
}

// A parameter set of docs/VECTOR.md, and what it holds there whatever the order of insertion.
struct Row {
  Storage storage;
  std::size_t build_ef;
  std::size_t ef;
  double mean;
  double worst;
};

TEST_F(SlowRecallTest, HoldsItsFloorInEveryOrderAndLosesNoQuery) {
  const std::size_t usual = GraphOptions().build_ef;
  const std::vector<Row> rows = {{Storage::kInt8, usual, 32, 0.988, 0},
                                 {Storage::kInt8, usual, 64, 0.994, 0.7},
                                 {Storage::kInt8, usual, 96, 0.996, 0.7},
                                 {Storage::kF32, usual, 64, 0.994, 0.7}};
  for (const std::uint64_t seed : std::initializer_list<std::uint64_t>{0, 1, 2}) {
    std::unique_ptr<GraphIndex> index;
    for (const Row& row : rows) {
      if (row.storage == Storage::kF32 && seed > 0) continue;  // the same graph as with int8: once is enough
      const bool is_other = !index || index->options().storage != row.storage || index->options().build_ef != row.build_ef;
      if (is_other) index = build(order(vectors_->count, seed), row.storage, row.build_ef);
      EXPECT_EQ(index->validate().value().unreachable, 0U);
      const Recall found = recall(*index, row.ef);
      std::printf("recall: order %d, %s, build_ef %zu, ef %zu: mean %.4f, worst query %.1f\n", static_cast<int>(seed),
                  std::string(to_string(row.storage)).c_str(), row.build_ef, row.ef, found.mean, found.worst);
      EXPECT_GE(found.mean, row.mean) << "order " << seed << ", ef " << row.ef;
      EXPECT_GE(found.worst, row.worst) << "order " << seed << ": a query is lost";
    }
  }
}

// Ten rounds in which a tenth of the vectors is replaced by others.
TEST_F(SlowRecallTest, ChurnCostsNeitherRecallNorRoom) {
  constexpr std::size_t kLive = 20'000;
  constexpr std::size_t kPart = kLive / 10;
  const auto index = build(order(kLive, 0), Storage::kInt8);
  std::set<std::uint64_t> live;
  for (std::uint64_t label = 0; label < kLive; ++label) live.insert(label);
  RandomVectors random(91);
  for (std::uint64_t round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < kPart; ++i) {
      const auto victim = *live.lower_bound(random.below(*live.rbegin() + 1));
      live.erase(victim);
      ASSERT_TRUE(index->remove(victim));
      const std::uint64_t fresh = kLive + round * kPart + i;
      live.insert(fresh);
      ASSERT_TRUE(index->insert(fresh, vectors_->vector(fresh)).has_value());
    }
    index->consolidate();
    EXPECT_EQ(index->validate().value().unreachable, 0U) << "round " << round;
  }
  const auto exact = exact_of(live);
  const auto rebuilt = build({live.begin(), live.end()}, Storage::kInt8);
  const double churned = recall_against(*exact, *index);
  const double fresh = recall_against(*exact, *rebuilt);
  std::printf("recall: after churn %.4f, rebuilt %.4f\n", churned, fresh);
  EXPECT_GE(churned, fresh - 0.01);
  EXPECT_LE(test::encoded(*index).size(), test::encoded(*rebuilt).size() * 115 / 100);
}

TEST_F(SlowRecallTest, DeletionsLeaveTheRestToBeFound) {
  constexpr std::size_t kAll = 10'000;
  const auto index = build(order(kAll, 0), Storage::kF32);
  std::set<std::uint64_t> live;
  for (std::uint64_t label = 0; label < kAll; ++label) live.insert(label);
  for (const std::size_t left : std::initializer_list<std::size_t>{kAll, kAll / 2, kAll / 10, kAll / 100}) {
    for (std::uint64_t label = 0; live.size() > left; label = (label + 7'919) % kAll) {
      if (live.erase(label) > 0) {
        ASSERT_TRUE(index->remove(label));
      }
    }
    const double found = recall_against(*exact_of(live), *index);
    std::printf("recall: %zu of %zu left: %.4f\n", left, kAll, found);
    EXPECT_GE(found, 0.99) << left;
  }
}

TEST_F(SlowRecallTest, FiltersOfEverySelectivityKeepTheirRecall) {
  const auto labels = order(vectors_->count, 0);
  const auto index = build(labels, Storage::kInt8);
  const auto exact = exact_of({labels.begin(), labels.end()});
  for (const std::uint64_t part : std::initializer_list<std::uint64_t>{10'000, 1'000, 100, 20, 5, 2, 1}) {
    const auto is_in_part = [&](std::uint64_t label) { return label * 2'654'435'761 % 10'007 * part < 10'007; };
    const double found = recall_against(*exact, *index, is_in_part);
    std::printf("recall: filter of one in %d: %.4f\n", static_cast<int>(part), found);
    EXPECT_GE(found, 0.95) << "one in " << part;
  }
  // Vectors on one side of a plane, which is also one side of the queries: near to half of them, far from the others.
  const auto is_on_one_side = [&](std::uint64_t label) { return vectors_->vector(label)[3] > 0.05F; };
  EXPECT_GE(recall_against(*exact, *index, is_on_one_side), 0.95);
  // What passes is what is near the query, and what is not.
  for (const bool is_near : {true, false}) {
    std::size_t query = 0;
    const auto passes = [&](std::uint64_t label) {
      return (distance(Metric::kCosine, vectors_->query(query), vectors_->vector(label)) < 0.75F) == is_near;
    };
    const auto of_query = [&](std::size_t i) {
      query = i;
      return std::optional<Predicate>(passes);
    };
    const double found = filtered_recall(*exact, *index, of_query);
    std::printf("recall: filter of what is %s the query: %.4f\n", is_near ? "near" : "far from", found);
    EXPECT_GE(found, 0.95);
  }
}

}  // namespace
}  // namespace waggle::hnsw
