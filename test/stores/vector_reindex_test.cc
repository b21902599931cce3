// Collections with a graph, from the outside: made at once, searched, changed, exact when asked, and whatever happens to the file.

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

#include "support/files.h"
#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

constexpr int kVectors = 3'000;
constexpr int kDimensions = 16;

class VectorReindexTest : public StoreTest, public ::testing::WithParamInterface<VectorStorage> {
 protected:
  void fill(VectorStorage storage = VectorStorage::kF32, IndexKind index = IndexKind::kHnsw) {
    vectors_.create({.name = "c", .dimensions = kDimensions, .index = index, .storage = storage, .ef_construction = 60}).value();
    std::vector<PutVector> all;
    for (int i = 0; i < kVectors; ++i) {
      all.push_back({.id = std::to_string(i), .embedding = numbers(), .metadata = Json(i % 100 == 0 ? R"({"rare":true})" : R"({"rare":false})")});
    }
    c_.upsert_many(all).value();
  }
  std::vector<float> numbers() {
    std::vector<float> numbers(kDimensions);
    for (float& number : numbers) number = std::normal_distribution<float>()(random_);
    return numbers;
  }
  static std::set<std::string> ids_of(const VectorAnswer& answer) {
    std::set<std::string> ids;
    for (const VectorMatch& match : answer.items) ids.insert(match.entry.id);
    return ids;
  }
  // How many of the ten nearest are found, of 30 queries; and that those that are found have their true distances.
  double recall(std::string_view method, const std::optional<Json>& filter = {}) {
    std::size_t hits = 0;
    std::size_t wanted = 0;
    for (int i = 0; i < 30; ++i) {
      VectorSearch search{.query = numbers(), .k = 10, .filter = filter};
      const VectorAnswer found = c_.search(search).value();
      EXPECT_EQ(found.plan.method, method) << found.plan.reason;
      search.accuracy = VectorSearch::Accuracy::kExact;
      const VectorAnswer exact = c_.search(search).value();
      EXPECT_EQ(found.items.size(), exact.items.size());
      wanted += exact.items.size();
      for (const VectorMatch& match : found.items) {
        for (const VectorMatch& true_one : exact.items) {
          if (match.entry.id != true_one.entry.id) continue;
          ++hits;
          EXPECT_NEAR(match.distance, true_one.distance, 1e-5);
        }
      }
    }
    return static_cast<double>(hits) / static_cast<double>(wanted);
  }
  std::string file() const { return db_.path() + "-hnsw-1"; }

  std::mt19937 random_{5};
  VectorStore vectors_{scope_};
  VectorCollection c_ = vectors_.in("c");
};

TEST_P(VectorReindexTest, AGraphFindsNearlyAllAndMeasuresThemExactly) {
  fill(GetParam());
  std::int64_t told = 0;
  const auto progress = [&](std::int64_t done, std::int64_t total) {
    EXPECT_EQ(total, kVectors);
    told = done;
    return true;
  };
  const ReindexReport report = c_.reindex({.progress = progress}).value();
  EXPECT_GT(told, kVectors / 2);
  EXPECT_EQ(report.vectors, kVectors);
  EXPECT_TRUE(report.has_graph);
  EXPECT_EQ(report.unreached, 0);
  EXPECT_TRUE(std::filesystem::exists(file()));
  EXPECT_GE(recall("HNSW"), 0.97);
}

std::string storage_name(const ::testing::TestParamInfo<VectorStorage>& info) { return std::string(to_string(info.param)); }
INSTANTIATE_TEST_SUITE_P(By, VectorReindexTest,
                         ::testing::Values(VectorStorage::kF32, VectorStorage::kF16, VectorStorage::kBf16, VectorStorage::kInt8), storage_name);

class VectorGraphTest : public VectorReindexTest {};

TEST_F(VectorGraphTest, ChangesAreSeenAtOnce) {
  fill();
  c_.reindex().value();
  for (int i = 0; i < 300; ++i) {
    const std::vector<float> mine = numbers();
    const std::string id = i % 3 == 0 ? "new" + std::to_string(i) : std::to_string(i);
    c_.upsert({.id = id, .embedding = mine}).value();
    EXPECT_EQ(c_.search({.query = mine, .k = 1}).value().items.front().entry.id, id);
    c_.remove(id).value();
    EXPECT_FALSE(ids_of(c_.search({.query = mine, .k = 10}).value()).contains(id));
  }
  const ReindexReport report = c_.reindex({.from = Reindex::From::kPresent}).value();
  EXPECT_EQ(report.vectors, vectors_.get("c").value().count);
  EXPECT_EQ(report.unreached, 0);
  EXPECT_GE(recall("HNSW"), 0.97);
}

TEST_F(VectorGraphTest, FiltersAndCountsAreThoseOfTheRows) {
  fill();
  c_.reindex().value();
  const VectorAnswer rare = c_.search({.query = numbers(), .k = 100, .filter = Json(R"({"rare":true})")}).value();
  EXPECT_EQ(rare.items.size(), 30U);
  EXPECT_NE(rare.plan.method, "HNSW") << "a scan of thirty is cheaper";
  EXPECT_EQ(c_.search({.query = numbers(), .k = 10'000}).value().items.size(), static_cast<std::size_t>(kVectors));
  EXPECT_EQ(c_.search({.query = numbers(), .k = 5, .agent_id = "nobody"}).value().items.size(), 0U);
  EXPECT_GE(recall("HNSW"), 0.97);
  const VectorAnswer exact = c_.search({.query = numbers(), .accuracy = VectorSearch::Accuracy::kExact}).value();
  EXPECT_EQ(exact.plan.method, "exact scan in memory");
  EXPECT_EQ(exact.plan.distances, kVectors);
}

TEST_F(VectorGraphTest, AutoStaysExactUntilAGraphPays) {
  fill(VectorStorage::kF32, IndexKind::kAuto);
  for (int i = 0; i < 5; ++i) EXPECT_NE(c_.search({.query = numbers()}).value().plan.method, "HNSW");
  EXPECT_TRUE(c_.reindex().value().has_graph);
  EXPECT_EQ(c_.search({.query = numbers()}).value().plan.method, "HNSW");
}

TEST_F(VectorGraphTest, AnExactCollectionNeverHasOne) {
  fill(VectorStorage::kInt8, IndexKind::kExact);
  EXPECT_FALSE(c_.reindex().value().has_graph);
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_EQ(c_.search({.query = numbers()}).value().plan.method, "int8 scan in memory");
  EXPECT_EQ(c_.search({.query = numbers(), .accuracy = VectorSearch::Accuracy::kExact}).value().plan.method, "exact scan in SQL");
  EXPECT_GE(recall("int8 scan in memory"), 0.97);
}

// Another process is another set of indexes on the same file.
class OtherProcess {
 public:
  OtherProcess(TestDatabase& db, base::Log& log)
      : indexes_({.bytes_max = std::size_t{64} << 20, .database_path = db.path()}, log),
        shared_{db.engine(), db.clock, db.ids, db.cache, indexes_},
        scope_(shared_, {.actor = "other", .timeout = std::chrono::seconds(10), .stop = {}}) {}
  VectorCollection in(std::string name) const { return {scope_, std::move(name)}; }

 private:
  vector::IndexSet indexes_;
  stores::Shared shared_;
  stores::Scope scope_;
};

TEST_F(VectorGraphTest, TheFileServesTheNextProcessAndTheLogTheRest) {
  fill();
  c_.reindex().value();
  const std::vector<float> mine = numbers();
  c_.upsert({.id = "mine", .embedding = mine, .metadata = Json(R"({"rare":true})")}).value();
  c_.remove("100").value();
  const OtherProcess other(db_, db_.log);
  const VectorAnswer answer = other.in("c").search({.query = mine, .k = 3}).value();
  EXPECT_EQ(answer.plan.method, "HNSW") << answer.plan.reason;
  EXPECT_EQ(answer.items.front().entry.id, "mine");
  EXPECT_EQ(other.in("c").search({.query = mine, .k = 100, .filter = Json(R"({"rare":true})")}).value().items.size(), 30U);
  const std::vector<float> theirs = numbers();
  other.in("c").upsert({.id = "theirs", .embedding = theirs}).value();
  EXPECT_EQ(c_.search({.query = theirs, .k = 1}).value().items.front().entry.id, "theirs");
}

TEST_F(VectorGraphTest, AFileThatIsGoneCutOrDamagedCostsOnlyARebuild) {
  fill();
  c_.reindex().value();
  const std::string bytes = read_file(file());
  for (const auto& damaged : std::vector<std::string>{"", bytes.substr(0, 5000), bytes.substr(0, bytes.size() - 1), std::string(bytes.size(), 'x')}) {
    write_file(file(), damaged);
    const OtherProcess other(db_, db_.log);
    const std::vector<float> query = numbers();
    const VectorSearch exactly{.query = query, .k = 20, .accuracy = VectorSearch::Accuracy::kExact};
    EXPECT_EQ(ids_of(other.in("c").search({.query = query, .k = 20}).value()), ids_of(c_.search(exactly).value()));
    EXPECT_TRUE(other.in("c").reindex({.from = Reindex::From::kPresent}).value().has_graph);
    EXPECT_EQ(other.in("c").search({.query = query}).value().plan.method, "HNSW");
  }
  std::filesystem::remove(file());
  EXPECT_GE(recall("HNSW"), 0.97);  // who has it in memory does not miss it
}

TEST_F(VectorGraphTest, WhatCannotBeMadeIsRefused) {
  fill();
  EXPECT_EQ(vectors_.in("nosuch").reindex().error().code(), Code::kNotFound);
  EXPECT_EQ(c_.reindex({.progress = [](std::int64_t, std::int64_t) { return false; }}).error().code(), Code::kCancelled);
  EXPECT_EQ(vectors_.create({.name = "d", .dimensions = 2, .connectivity = 3}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(vectors_.create({.name = "d", .dimensions = 2, .ef_construction = 5'000}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(c_.search({.query = numbers(), .ef = 0}).error().code(), Code::kInvalidArgument);
  vectors_.create({.name = "small", .dimensions = 2, .index = IndexKind::kHnsw}).value();
  EXPECT_FALSE(vectors_.in("small").reindex().value().has_graph);
}

TEST_F(VectorGraphTest, ADroppedCollectionTakesItsFileWithIt) {
  fill();
  c_.reindex().value();
  vectors_.drop("c").value();
  EXPECT_FALSE(std::filesystem::exists(file()));
  fill();  // another one of the same name
  EXPECT_EQ(c_.search({.query = numbers(), .k = 3}).value().items.size(), 3U);
}

}  // namespace
}  // namespace waggle::test
