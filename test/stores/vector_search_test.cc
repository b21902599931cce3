// The nearest vectors, whichever way they are found.

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include "hnsw/metric.h"
#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

class VectorSearchTest : public StoreTest {
 protected:
  VectorSearchTest() { vectors_.create({.name = "docs", .dimensions = 2}).value(); }

  std::string found(const VectorSearch& search) {
    std::string ids;
    const VectorAnswer answer = docs_.search(search).value();
    for (const VectorMatch& match : answer.items) ids += match.entry.id + " ";
    return ids;
  }
  std::string method(const VectorSearch& search) { return docs_.search(search).value().plan.method; }

  VectorStore vectors_{scope_};
  VectorCollection docs_ = vectors_.in("docs");
};

TEST_F(VectorSearchTest, FindsTheNearestFirst) {
  docs_
      .upsert_many(std::vector<PutVector>{{.id = "east", .embedding = {2, 0}, .content = "sunrise"},
                                          {.id = "north", .embedding = {0, 1}},
                                          {.id = "northeast", .embedding = {1, 1}},
                                          {.id = "west", .embedding = {-1, 0}}})
      .value();
  for (int i = 0; i < 3; ++i) {  // by the rows first, from memory later
    const VectorAnswer answer = docs_.search({.query = {5, 0.5F}, .k = 3}).value();
    ASSERT_EQ(answer.items.size(), 3U);
    EXPECT_EQ(answer.items[0].entry.id, "east");
    EXPECT_EQ(answer.items[0].entry.content, "sunrise");
    EXPECT_TRUE(answer.items[0].entry.embedding.empty());
    EXPECT_EQ(answer.items[1].entry.id, "northeast");
    EXPECT_EQ(answer.items[2].entry.id, "north");
    EXPECT_NEAR(answer.items[0].score, 5 / std::hypot(5, 0.5), 1e-6);
    EXPECT_NEAR(answer.items[0].distance, 1 - answer.items[0].score, 1e-6);
    EXPECT_EQ(answer.plan.method, i == 0 ? "exact scan in SQL" : "exact scan in memory");
    EXPECT_EQ(answer.plan.vectors, 4);
    EXPECT_EQ(answer.plan.matching, 4);
  }
  EXPECT_EQ(found({.query = {5, 0.5F}, .k = 100}), "east northeast north west ");
  EXPECT_EQ(found({.query = {5, 0.5F}, .min_score = 0.5}), "east northeast ");
  EXPECT_EQ(docs_.search({.query = {1, 0}, .k = 1, .embeddings = Embedding::kIncluded}).value().items[0].entry.embedding, (std::vector<float>{2, 0}));
}

TEST_F(VectorSearchTest, HasTheNamesOfTheOriginalArchitecture) {
  docs_.insert_with_embedding("east", "sunrise", {1, 0}, Json(R"({"lang":"en"})")).value();
  docs_.insert_with_embedding("west", "sunset", {-1, 0}).value();
  EXPECT_EQ(docs_.insert_with_embedding("west", "sunset", {-1, 0}).error().code(), Code::kAlreadyExists);
  const std::vector<VectorMatch> found = docs_.semantic_search({2, 0}, 1).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].entry.content, "sunrise");
  EXPECT_EQ(found[0].entry.metadata->text, R"({"lang":"en"})");
}

TEST_F(VectorSearchTest, SelectsByMetadataAndAgent) {
  docs_.upsert({.id = "a", .embedding = {1, 0}, .metadata = Json(R"({"lang":"en"})")}).value();
  docs_.upsert({.id = "b", .embedding = {0, 1}, .metadata = Json(R"({"lang":"de"})")}).value();
  const stores::Scope bob = db_.as("bob");
  VectorCollection(bob, "docs").upsert({.id = "c", .embedding = {1, 1}}).value();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(found({.query = {1, 0}, .filter = Json(R"({"lang":"de"})")}), "b ");
    EXPECT_EQ(found({.query = {1, 0}, .filter = Json(R"({"lang":{"exists":false}})")}), "c ");
    EXPECT_EQ(found({.query = {1, 0}, .agent_id = "bob"}), "c ");
    EXPECT_EQ(found({.query = {1, 0}, .filter = Json(R"({"lang":{"exists":true}})"), .agent_id = "bob"}), "");
    EXPECT_EQ(found({.query = {1, 0}, .agent_id = "nobody"}), "");
  }
  EXPECT_EQ(docs_.search({.query = {1, 0}, .agent_id = "tester"}).value().plan.matching, 2);
}

TEST_F(VectorSearchTest, WhatCannotBeSearchedIsRefused) {
  EXPECT_EQ(docs_.search({.query = {1, 0, 0}}).error().code(), Code::kInvalidArgument);
  EXPECT_NE(docs_.search({.query = {1, 0, 0}}).error().message().find("3 dimensions"), std::string::npos);
  EXPECT_EQ(docs_.search({.query = {0, 0}}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.search({.query = {1, std::nanf("")}}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.search({.query = {1, 0}, .k = 0}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.search({.query = {1, 0}, .k = 10'001}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.search({.query = {1, 0}, .filter = Json("[]")}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(vectors_.in("nosuch").search({.query = {1, 0}}).error().code(), Code::kNotFound);
  EXPECT_TRUE(docs_.search({.query = {1, 0}}).value().items.empty());
}

TEST_F(VectorSearchTest, SeesEveryCommitBeforeIt) {
  docs_.upsert({.id = "far", .embedding = {-1, 0.5F}}).value();
  EXPECT_EQ(found({.query = {1, 0}}), "far ");
  EXPECT_EQ(method({.query = {1, 0}}), "exact scan in memory");
  docs_.upsert({.id = "near", .embedding = {1, 0}}).value();
  EXPECT_EQ(found({.query = {1, 0}}), "near far ");
  docs_.upsert({.id = "near", .embedding = {-2, 0.1F}}).value();
  EXPECT_EQ(found({.query = {1, 0}}), "far near ");
  docs_.remove("far").value();
  EXPECT_EQ(found({.query = {1, 0}}), "near ");
  EXPECT_EQ(method({.query = {1, 0}}), "exact scan in memory");
}

TEST_F(VectorSearchTest, ATransactionSeesItsOwnWritesAndNobodyElseDoes) {
  docs_.upsert({.id = "old", .embedding = {-1, 0}}).value();
  found({.query = {1, 0}});
  found({.query = {1, 0}});
  const Status undone = scope_.write([&](stores::Writing& writing) -> Status {
    const stores::Scope inside(scope_, writing.sql, writing.now);
    VectorCollection docs(inside, "docs");
    WAGGLE_TRY(docs.upsert({.id = "new", .embedding = {1, 0}}));
    EXPECT_EQ(docs.search({.query = {1, 0}}).value().items.front().entry.id, "new");
    return Error(Code::kConflict, "undo it all");
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(found({.query = {1, 0}}), "old ");
  docs_.upsert({.id = "other", .embedding = {0, 1}}).value();  // of the same version as what was undone
  EXPECT_EQ(found({.query = {1, 0}}), "other old ");
}

TEST_F(VectorSearchTest, ASnapshotIsSearchedAsItWas) {
  docs_.upsert({.id = "old", .embedding = {-1, 0}}).value();
  found({.query = {1, 0}});
  scope_
      .read([&](stores::Reading& reading) -> Status {
        const stores::Scope inside(scope_, reading.sql, reading.now());
        VectorCollection before(inside, "docs");
        EXPECT_EQ(before.search({.query = {1, 0}}).value().items.size(), 1U);
        std::thread([&] {
          docs_.upsert({.id = "new", .embedding = {1, 0}}).value();
          EXPECT_EQ(found({.query = {1, 0}}), "new old ");
        }).join();
        EXPECT_EQ(before.search({.query = {1, 0}}).value().items.size(), 1U);
        return {};
      })
      .value();
}

// Each thread must find what it has just stored, whoever brings the index up to date meanwhile, and never what it has just removed.
TEST_F(VectorSearchTest, ThreadsFindTheirOwnWritesAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 60;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const stores::Scope scope = db_.as("thread" + std::to_string(thread));
      VectorCollection docs(scope, "docs");
      for (int round = 0; round < kRounds; ++round) {
        const std::string id = std::to_string(thread) + "-" + std::to_string(round);
        const float angle = static_cast<float>(thread * kRounds + round) / (kThreads * kRounds) * 3;
        const std::vector<float> here = {std::cos(angle), std::sin(angle)};
        docs.upsert({.id = id, .embedding = here}).value();
        const VectorAnswer stored = docs.search({.query = here, .k = 1}).value();
        ASSERT_EQ(stored.items.size(), 1U);
        EXPECT_EQ(stored.items[0].entry.id, id) << stored.plan.method;
        if (round % 3 != 0) continue;
        docs.remove(id).value();
        const VectorAnswer removed = docs.search({.query = here, .k = 1}).value();
        EXPECT_TRUE(removed.items.empty() || removed.items[0].entry.id != id) << removed.plan.method;
      }
    });
  }
  for (std::thread& each : threads) each.join();
}

// Random upserts, removals and searches, of which a map and a loop know the answer.
RC_GTEST_PROP(SlowVectorSearchModel, FindsWhatALoopOverAllFinds, ()) {
  TestDatabase db;
  const stores::Scope scope = db.as("tester");
  const Metric metric = *rc::gen::element(Metric::kCosine, Metric::kDot, Metric::kL2);
  VectorStore(scope).create({.name = "c", .dimensions = 3, .metric = metric}).value();
  VectorCollection collection(scope, "c");
  std::map<std::string, std::vector<float>> model;
  const auto gen_vector = rc::gen::map(rc::gen::container<std::vector<int>>(3, rc::gen::inRange(1, 100)),
                                       [](const std::vector<int>& numbers) { return std::vector<float>(numbers.begin(), numbers.end()); });
  const auto hnsw_metric = metric == Metric::kCosine ? hnsw::Metric::kCosine : metric == Metric::kDot ? hnsw::Metric::kDot : hnsw::Metric::kL2;
  for (int step = 0; step < 40; ++step) {
    const std::string id = std::to_string(*rc::gen::inRange(0, 12));
    if (*rc::gen::inRange(0, 4) != 0) {
      const std::vector<float> vector = *gen_vector;
      collection.upsert({.id = id, .embedding = vector}).value();
      model[id] = vector;
    } else {
      RC_ASSERT(collection.remove(id).has_value() == (model.erase(id) == 1));
    }
    const std::vector<float> query = *gen_vector;
    const auto k = *rc::gen::inRange<std::int64_t>(1, 6);
    std::vector<float> distances;
    for (const auto& [each, vector] : model) distances.push_back(hnsw::distance(hnsw_metric, query, vector));
    std::sort(distances.begin(), distances.end());
    distances.resize(std::min(distances.size(), static_cast<std::size_t>(k)));
    const VectorAnswer answer = collection.search({.query = query, .k = k}).value();
    RC_ASSERT(answer.items.size() == distances.size());
    for (std::size_t i = 0; i < distances.size(); ++i) {
      RC_ASSERT(std::abs(answer.items[i].distance - distances[i]) <= 1e-4 * std::max(1.0F, std::abs(distances[i])));
      RC_ASSERT(model.contains(answer.items[i].entry.id));
    }
  }
}

}  // namespace
}  // namespace waggle::test
