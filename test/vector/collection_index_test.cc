// One collection in memory.

#include "vector/collection_index.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace waggle::vector {
namespace {

class CollectionIndexTest : public ::testing::Test {
 protected:
  void put(std::int64_t seq, std::vector<float> numbers, std::optional<std::string_view> agent = {}, std::optional<std::string_view> metadata = {}) {
    index_.put({.seq = seq, .agent_id = agent, .metadata = metadata, .embedding = numbers}).value();
  }
  std::string found(std::vector<float> query, const Selection& selection = {}) {
    std::string seqs;
    const CollectionIndex::Found found = index_.search(query, {.k = 10, .selection = selection}).value();
    for (const hnsw::Match& match : found.matches) seqs += std::to_string(match.label) + " ";
    return seqs;
  }

  CollectionIndex index_ = CollectionIndex::create({.dimensions = 2, .metric = hnsw::Metric::kL2}).value();
};

TEST_F(CollectionIndexTest, FindsWhatWasPutAndNotWhatWasRemoved) {
  put(1, {0, 0});
  put(2, {1, 0});
  put(7, {2, 0});
  EXPECT_EQ(found({3, 0}), "7 2 1 ");
  index_.remove(2);
  index_.remove(4711);
  EXPECT_EQ(found({3, 0}), "7 1 ");
  put(7, {-9, 0});
  EXPECT_EQ(found({3, 0}), "1 7 ");
  EXPECT_EQ(index_.rows(), 2U);
}

TEST_F(CollectionIndexTest, EqualOnesComeInTheOrderOfTheirRows) {
  put(5, {1, 0});
  put(3, {0, 1});
  put(4, {-1, 0});
  EXPECT_EQ(found({0, 0}), "3 4 5 ");
}

TEST_F(CollectionIndexTest, SelectsAfterRemovalsToo) {
  put(1, {1, 0}, "ann", R"({"n":1})");
  put(2, {2, 0}, "bob", R"({"n":2})");
  put(3, {3, 0}, "ann", R"({"n":3})");
  put(4, {4, 0});
  index_.remove(1);
  const Filter filter = Filter::parse(R"({"n":{"ge":2}})").value();
  EXPECT_EQ(found({0, 0}, {.filter = &filter}), "2 3 ");
  EXPECT_EQ(found({0, 0}, {.agent_id = "ann"}), "3 ");
  EXPECT_EQ(found({0, 0}, {.filter = &filter, .agent_id = "bob"}), "2 ");
  EXPECT_EQ(index_.search(std::vector<float>{0, 0}, {.k = 1, .selection = {.filter = &filter}}).value().matching, 2);
}

TEST_F(CollectionIndexTest, KnowsItsMemory) {
  EXPECT_EQ(index_.bytes(), 0U);
  put(1, {1, 0}, "ann", R"({"text":"something long enough to be kept on the heap"})");
  EXPECT_GT(index_.bytes(), 100U);
  index_.remove(1);
  EXPECT_EQ(index_.bytes(), 0U);
}

TEST_F(CollectionIndexTest, KeepsNothingThatItsMetadataDoNotAllow) {
  EXPECT_EQ(index_.put({.seq = 1, .agent_id = {}, .metadata = "{", .embedding = std::vector<float>{1, 0}}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(found({0, 0}), "");
}

// A model of the whole life of an index: changes, and between them, at any moment, the steps of building a graph, teaching it and dropping the work.
// So small a graph is searched exactly, so that every answer is known.
class Life {
 public:
  explicit Life(hnsw::Storage storage)
      : index_(CollectionIndex::create({.dimensions = 2, .metric = hnsw::Metric::kL2, .storage = storage, .kind = IndexKind::kHnsw}).value()) {}

  void step() {
    switch (*rc::gen::inRange(0, 10)) {
      case 0:
        return begin_build();
      case 1:
        return end_build();
      case 2:
        return begin_fold();
      case 3:
        return end_fold();
      case 4:
      case 5:
        return remove(*rc::gen::inRange<std::int64_t>(1, 30));
      default:
        return put(*rc::gen::inRange<std::int64_t>(1, 30));
    }
  }

  void check() {
    const std::vector<float> query = {static_cast<float>(*rc::gen::inRange(0, 50)), 0};
    const auto k = *rc::gen::inRange<std::size_t>(1, 40);
    const Filter filter = Filter::parse(R"({"odd":true})").value();
    const bool only_odd = *rc::gen::arbitrary<bool>();
    const auto original = [&](std::uint64_t label) { return model_.contains(label) ? model_.at(label).data() : nullptr; };
    const CollectionIndex::Found found =
        index_.search(query, {.k = k, .selection = {.filter = only_odd ? &filter : nullptr}, .original = original}).value();
    std::vector<hnsw::Match> wanted;
    for (const auto& [label, numbers] : model_) {
      if (!only_odd || label % 2 == 1) wanted.push_back({label, hnsw::distance(hnsw::Metric::kL2, query, numbers)});
    }
    std::sort(wanted.begin(), wanted.end());
    if (wanted.size() > k) wanted.resize(k);
    RC_ASSERT(found.matches.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      RC_ASSERT(model_.contains(found.matches[i].label));
      RC_ASSERT(found.matches[i].distance == wanted[i].distance);
    }
  }

 private:
  void put(std::int64_t seq) {
    const std::vector<float> numbers = {static_cast<float>(*rc::gen::inRange(0, 50)), static_cast<float>(*rc::gen::inRange(0, 50))};
    model_[static_cast<std::uint64_t>(seq)] = numbers;
    const std::string metadata = seq % 2 == 1 ? R"({"odd":true})" : "{}";
    index_.put({.seq = seq, .agent_id = {}, .metadata = metadata, .embedding = numbers}).value();
  }
  void remove(std::int64_t seq) {
    model_.erase(static_cast<std::uint64_t>(seq));
    index_.remove(seq);
  }
  void begin_build() {
    if (index_.graph()) return;
    work_ = index_.begin_work();
    built_ = hnsw::GraphIndex::create(index_.options().graph()).value();
    for (std::size_t place = 0; place < index_.labels().size(); ++place) built_->insert(index_.labels()[place], index_.vector_at(place)).value();
    folded_.clear();
  }
  void end_build() {
    if (!built_) return;
    const bool is_current = work_ != 0 && !index_.graph();
    RC_ASSERT(index_.end_build(work_, std::move(built_), std::nullopt).value() == is_current);
    built_ = nullptr;
    work_ = 0;
  }
  void begin_fold() {
    if (!index_.graph()) return;
    work_ = index_.begin_work();
    folded_ = index_.stale_vectors(*rc::gen::inRange<std::size_t>(0, 40));
    for (const CollectionIndex::Stale& each : folded_) {
      if (each.vector.empty()) {
        index_.graph()->remove(each.label);
      } else {
        index_.graph()->insert(each.label, each.vector).value();
      }
    }
  }
  void end_fold() {
    if (index_.graph() && work_ != 0) index_.end_fold(work_, folded_, std::nullopt);
    if (index_.graph()) work_ = 0;
    folded_.clear();
  }

  CollectionIndex index_;
  std::map<std::uint64_t, std::vector<float>> model_;
  std::shared_ptr<hnsw::GraphIndex> built_;
  std::vector<CollectionIndex::Stale> folded_;
  std::uint64_t work_ = 0;
};

RC_GTEST_PROP(CollectionIndexLife, EveryAnswerIsThatOfItsRows, ()) {
  Life life(*rc::gen::element(hnsw::Storage::kF32, hnsw::Storage::kF16));
  const int steps = *rc::gen::inRange(1, 120);
  for (int i = 0; i < steps; ++i) {
    life.step();
    if (i % 3 == 0) life.check();
  }
  life.check();
}

TEST(CollectionIndexWork, AnotherWorkEndsTheOneBefore) {
  CollectionIndex index = CollectionIndex::create({.dimensions = 1, .metric = hnsw::Metric::kL2, .kind = IndexKind::kHnsw}).value();
  const std::uint64_t first = index.begin_work();
  const std::uint64_t second = index.begin_work();
  const std::shared_ptr<hnsw::GraphIndex> graph = hnsw::GraphIndex::create(index.options().graph()).value();
  EXPECT_FALSE(index.end_build(first, graph, std::nullopt).value());
  EXPECT_TRUE(index.end_build(second, graph, hnsw::IndexMark{.change = 3}).value());
  EXPECT_FALSE(index.end_build(second, graph, std::nullopt).value());
  EXPECT_EQ(index.graph_state().mark->change, 3U);
}

}  // namespace
}  // namespace waggle::vector
