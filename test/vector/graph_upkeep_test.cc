// Building, teaching and saving a graph beside searches and changes.

#include "vector/graph_upkeep.h"

#include <random>
#include <thread>

#include "support/store_fixture.h"
#include "vector/index_set.h"
#include "waggle/vectors.h"

namespace waggle::vector {
namespace {

constexpr int kVectors = 3'000;
constexpr int kDimensions = 8;
const auto kGoOn = [](std::size_t, std::size_t) { return true; };

class GraphUpkeepTest : public test::StoreTest {
 protected:
  GraphUpkeepTest() {
    vectors_.create({.name = "c", .dimensions = kDimensions, .metric = Metric::kL2, .index = waggle::IndexKind::kHnsw, .ef_construction = 40})
        .value();
    std::vector<PutVector> all;
    for (int i = 0; i < kVectors; ++i) all.push_back({.id = std::to_string(i), .embedding = numbers()});
    c_.upsert_many(all).value();
  }

  std::vector<float> numbers() {
    std::vector<float> numbers(kDimensions);
    for (float& number : numbers) number = std::normal_distribution<float>()(random_);
    return numbers;
  }
  CollectionState state(sql::Reader& reader) const {
    return {.name = "c",
            .seq = 1,
            .options = {.dimensions = kDimensions, .metric = hnsw::Metric::kL2, .kind = vector::IndexKind::kHnsw, .build_ef = 40},
            .version = reader.query_integer("SELECT version FROM collections", {}).value(),
            .count = reader.query_integer("SELECT count FROM collections", {}).value()};
  }
  void catch_up(SharedIndex& index) {
    db_.engine()
        .read(deadline_,
              [&](sql::Reader& reader) -> Status {
                WAGGLE_TRY(index.catch_up(reader, state(reader), deadline_));
                return {};
              })
        .value();
  }
  // How many of the ten nearest of some queries the index finds, of those that the rows have.
  double recall(SharedIndex& index) {
    int hits = 0;
    for (int i = 0; i < 20; ++i) {
      const std::vector<float> query = numbers();
      std::set<std::string> wanted;
      const auto exact = c_.search({.query = query, .accuracy = VectorSearch::Accuracy::kExact}).value();
      for (const VectorMatch& match : exact.items) wanted.insert(match.entry.id);
      std::vector<std::uint64_t> labels;
      index
          .with_index(deadline_,
                      [&](CollectionIndex& rows, const auto&) -> Status {
                        const auto found = rows.search(query, {.k = 10, .ef = 100}).value();
                        for (const hnsw::Match& match : found.matches) labels.push_back(match.label);
                        return {};
                      })
          .value();
      for (const std::uint64_t label : labels) hits += static_cast<int>(wanted.count(id_of(label)));
    }
    return hits / 200.0;
  }
  std::string id_of(std::uint64_t label) {
    std::string id;
    db_.engine()
        .read(deadline_,
              [&](sql::Reader& reader) -> Status {
                return reader.query("SELECT id FROM vectors WHERE seq = ?1", {static_cast<std::int64_t>(label)}, [&](const sql::Row& row) -> Status {
                  id = row.string(0);
                  return {};
                });
              })
        .value();
    return id;
  }

  std::mt19937 random_{7};
  VectorStore vectors_{scope_};
  VectorCollection c_ = vectors_.in("c");
  base::Deadline deadline_ = base::Deadline::after(std::chrono::seconds(60));
  SharedIndex index_{GraphFile(db_.path(), 1)};
};

TEST_F(GraphUpkeepTest, BuildsTeachesSavesAndComesBack) {
  EXPECT_EQ(index_.due(), SharedIndex::Due::kNothing);
  catch_up(index_);
  EXPECT_EQ(index_.due(), SharedIndex::Due::kBuild);
  build_graph(index_, 2, deadline_, kGoOn).value();
  EXPECT_EQ(index_.due(), SharedIndex::Due::kSave);
  save_graph(index_, deadline_).value();
  EXPECT_EQ(index_.due(), SharedIndex::Due::kNothing);
  EXPECT_GE(recall(index_), 0.98);

  for (int i = 0; i < 200; ++i) c_.upsert({.id = std::to_string(i * 3), .embedding = numbers()}).value();
  for (int i = 0; i < 50; ++i) c_.remove(std::to_string(i * 7 + 1)).value();
  catch_up(index_);
  EXPECT_EQ(index_.due(), SharedIndex::Due::kFold);
  EXPECT_GE(recall(index_), 0.98);
  fold_changes(index_, deadline_).value();
  EXPECT_EQ(index_.due(), SharedIndex::Due::kNothing);
  std::shared_ptr<hnsw::GraphIndex> graph;
  index_
      .with_index(deadline_,
                  [&](CollectionIndex& rows, const auto&) -> Status {
                    EXPECT_EQ(rows.rows(), 0U);
                    EXPECT_EQ(rows.stale(), 0U);
                    graph = rows.graph();
                    return {};
                  })
      .value();
  EXPECT_EQ(graph->validate().value().unreachable, 0U);
  EXPECT_GE(recall(index_), 0.98);

  SharedIndex again(GraphFile(db_.path(), 1));  // from the file, which is as old as before the changes, and from the log
  catch_up(again);
  EXPECT_EQ(again.due(), SharedIndex::Due::kFold);
  EXPECT_GE(recall(again), 0.98);
}

TEST_F(GraphUpkeepTest, SearchesAndChangesGoOnMeanwhile) {
  catch_up(index_);
  std::atomic<bool> is_over = false;
  std::jthread keeper([&] {
    build_graph(index_, 1, deadline_, kGoOn).value();
    while (!is_over) {
      fold_changes(index_, deadline_).value();
      save_graph(index_, deadline_).value();
    }
  });
  for (int i = 0; i < 150; ++i) {
    std::vector<float> mine = numbers();
    mine[0] += 20;  // nearest to itself
    c_.upsert({.id = "mine", .embedding = mine}).value();
    catch_up(index_);
    std::uint64_t nearest = 0;
    index_
        .with_index(deadline_,
                    [&](CollectionIndex& rows, const auto&) -> Status {
                      nearest = rows.search(mine, {.k = 1}).value().matches.front().label;
                      return {};
                    })
        .value();
    ASSERT_EQ(id_of(nearest), "mine") << i;
  }
  is_over = true;
}

TEST_F(GraphUpkeepTest, ABuildThatIsToldToEndLeavesNothing) {
  catch_up(index_);
  const Status ended = build_graph(index_, 2, deadline_, [](std::size_t done, std::size_t) { return done < 200; });
  EXPECT_EQ(ended.error().code(), Code::kCancelled);
  EXPECT_EQ(index_.due(), SharedIndex::Due::kBuild);
  EXPECT_GE(recall(index_), 1.0);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(build_graph(index_, 1, base::Deadline::after(std::chrono::seconds(60), stop.get_token()), kGoOn).error().code(), Code::kCancelled);
}

TEST_F(GraphUpkeepTest, TheKeeperDoesItByItself) {
  const auto index = std::make_shared<SharedIndex>(GraphFile(db_.path(), 1));
  catch_up(*index);
  GraphKeeper keeper(db_.log);
  keeper.wake(index);
  const auto until = base::steady_now() + std::chrono::seconds(60);
  while (!index->file().exists() && base::steady_now() < until) std::this_thread::yield();
  EXPECT_TRUE(index->file().exists());
  keeper.stop();
  EXPECT_GE(recall(*index), 0.98);
}

}  // namespace
}  // namespace waggle::vector
