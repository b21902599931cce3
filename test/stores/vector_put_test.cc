// Vectors: stored, read, replaced, removed.

#include <cmath>
#include <limits>

#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

class VectorPutTest : public StoreTest {
 protected:
  VectorPutTest() { vectors_.create({.name = "docs", .dimensions = 2, .model = "mini"}).value(); }

  VectorStore vectors_{scope_};
  VectorCollection docs_ = vectors_.in("docs");
};

TEST_F(VectorPutTest, WhatIsStoredComesBack) {
  const PutVector put{.id = "x", .embedding = {0.5F, -3}, .content = "a text", .metadata = Json(R"({ "lang" : "en" })")};
  const VectorEntry stored = docs_.insert(put).value();
  EXPECT_EQ(stored.collection, "docs");
  EXPECT_EQ(stored.created_at, db_.clock.now());
  const VectorEntry found = docs_.get("x", Embedding::kIncluded).value();
  EXPECT_EQ(found.id, "x");
  EXPECT_EQ(found.content, "a text");
  EXPECT_EQ(found.metadata->text, R"({"lang":"en"})");
  EXPECT_EQ(found.agent_id, "tester");
  EXPECT_EQ(found.embedding, put.embedding);
  EXPECT_TRUE(docs_.get("x").value().embedding.empty());
  EXPECT_EQ(vectors_.get("docs").value().count, 1);
}

TEST_F(VectorPutTest, InsertRefusesAndUpsertReplaces) {
  docs_.insert({.id = "x", .embedding = {1, 0}, .content = "old", .metadata = Json("{}")}).value();
  const Timestamp begin = db_.clock.now();
  db_.clock.advance(std::chrono::seconds(5));
  EXPECT_EQ(docs_.insert({.id = "x", .embedding = {0, 1}}).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(docs_.get("x").value().content, "old");
  VectorEntry replaced = docs_.upsert({.id = "x", .embedding = {0, 1}, .content = "new"}).value();
  replaced = docs_.get("x", Embedding::kIncluded).value();
  EXPECT_EQ(replaced.content, "new");
  EXPECT_FALSE(replaced.metadata);
  EXPECT_EQ(replaced.created_at, begin);
  EXPECT_EQ(replaced.updated_at, begin + std::chrono::seconds(5));
  EXPECT_EQ(replaced.embedding, (std::vector<float>{0, 1}));
  EXPECT_EQ(vectors_.get("docs").value().count, 1);
}

TEST_F(VectorPutTest, AnotherLengthIsAnErrorThatNamesBoth) {
  const auto refused = docs_.insert({.id = "x", .embedding = {1, 2, 3}});
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  for (const char* const part : {"3 dimensions", "docs", "has 2", "mini"}) {
    EXPECT_NE(refused.error().message().find(part), std::string::npos) << refused.error().message();
  }
  EXPECT_EQ(vectors_.get("docs").value().count, 0);
}

TEST_F(VectorPutTest, WhatCannotBeComparedIsRefused) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const std::vector<float>& bad : {std::vector<float>{0, 0}, {kNaN, 1}, {1, kInfinity}, {1, -kInfinity}}) {
    EXPECT_EQ(docs_.insert({.id = "x", .embedding = bad}).error().code(), Code::kInvalidArgument);
  }
  vectors_.create({.name = "plane", .dimensions = 2, .metric = Metric::kL2}).value();
  EXPECT_TRUE(vectors_.in("plane").insert({.id = "origin", .embedding = {0, 0}}));
}

TEST_F(VectorPutTest, OtherBadInputIsRefused) {
  EXPECT_EQ(docs_.insert({.id = "", .embedding = {1, 0}}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.insert({.id = "x", .embedding = {1, 0}, .content = "\xff"}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.insert({.id = "x", .embedding = {1, 0}, .metadata = Json("[1]")}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.insert({.id = "x", .embedding = {1, 0}, .metadata = Json("{")}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(vectors_.in("nosuch").insert({.id = "x", .embedding = {1, 0}}).error().code(), Code::kNotFound);
  EXPECT_EQ(docs_.upsert_many({}).error().code(), Code::kInvalidArgument);
}

TEST_F(VectorPutTest, ManyAreStoredTogetherOrNotAtAll) {
  const std::vector<PutVector> good = {{.id = "a", .embedding = {1, 0}}, {.id = "b", .embedding = {0, 1}}, {.id = "a", .embedding = {1, 1}}};
  EXPECT_EQ(docs_.upsert_many(good).value(), 3);
  EXPECT_EQ(vectors_.get("docs").value().count, 2);
  EXPECT_EQ(docs_.get("a", Embedding::kIncluded).value().embedding, (std::vector<float>{1, 1}));
  const std::vector<PutVector> bad = {{.id = "c", .embedding = {1, 0}}, {.id = "d", .embedding = {1}}};
  EXPECT_EQ(docs_.upsert_many(bad).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(docs_.get("c").error().code(), Code::kNotFound);
  EXPECT_EQ(vectors_.get("docs").value().count, 2);
}

TEST_F(VectorPutTest, RemovedIsGone) {
  docs_.insert({.id = "x", .embedding = {1, 0}, .content = "text"}).value();
  EXPECT_EQ(docs_.remove("x").value().content, "text");
  EXPECT_EQ(docs_.remove("x").error().code(), Code::kNotFound);
  EXPECT_EQ(docs_.get("x").error().code(), Code::kNotFound);
  EXPECT_EQ(vectors_.get("docs").value().count, 0);
}

TEST_F(VectorPutTest, AreListedInTheOrderOfTheirComing) {
  vectors_.create({.name = "other", .dimensions = 2}).value();
  for (const char* const id : {"c", "a", "b"}) {
    docs_.insert({.id = id, .embedding = {1, 0}}).value();
    vectors_.in("other").insert({.id = id, .embedding = {1, 0}}).value();
  }
  std::string seen;
  PageRequest page{.limit = 2};
  for (;;) {
    const Page<VectorEntry> some = docs_.list(page, Embedding::kIncluded).value();
    for (const VectorEntry& entry : some.items) {
      seen += entry.id;
      EXPECT_EQ(entry.collection, "docs");
      EXPECT_EQ(entry.embedding.size(), 2U);
    }
    if (!some.next) break;
    page.cursor = *some.next;
  }
  EXPECT_EQ(seen, "cab");
}

}  // namespace
}  // namespace waggle::test
