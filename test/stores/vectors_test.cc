// Collections: made, listed, dropped.

#include "waggle/vectors.h"

#include "support/store_fixture.h"
#include "waggle/changes.h"

namespace waggle::test {
namespace {

class VectorsTest : public StoreTest {
 protected:
  VectorStore vectors_{scope_};
};

TEST_F(VectorsTest, ACollectionSaysWhatItsVectorsAre) {
  const Collection made = vectors_.create({.name = "docs", .dimensions = 384, .metric = Metric::kL2, .model = "mini"}).value();
  EXPECT_EQ(made.name, "docs");
  EXPECT_EQ(made.count, 0);
  EXPECT_EQ(made.created_at, db_.clock.now());
  const Collection found = vectors_.get("docs").value();
  EXPECT_EQ(found.dimensions, 384);
  EXPECT_EQ(found.metric, Metric::kL2);
  EXPECT_EQ(found.model, "mini");
  EXPECT_EQ(vectors_.create({.name = "docs", .dimensions = 3}).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(vectors_.get("nosuch").error().code(), Code::kNotFound);
}

TEST_F(VectorsTest, WhatIsOutOfRangeIsRefused) {
  for (const NewCollection& bad : {NewCollection{.name = "", .dimensions = 3}, NewCollection{.name = "a/b", .dimensions = 3},
                                   NewCollection{.name = std::string(256, 'x'), .dimensions = 3}, NewCollection{.name = "a", .dimensions = 0},
                                   NewCollection{.name = "a", .dimensions = 16'001}, NewCollection{.name = "a", .dimensions = 3, .model = ""}}) {
    EXPECT_EQ(vectors_.create(bad).error().code(), Code::kInvalidArgument) << bad.name << " " << bad.dimensions;
  }
  EXPECT_TRUE(vectors_.create({.name = std::string(255, 'x'), .dimensions = 16'000}));
}

TEST_F(VectorsTest, AreListedNewestFirst) {
  for (const char* const name : {"a", "b", "c"}) vectors_.create({.name = name, .dimensions = 2}).value();
  const Page<Collection> first = vectors_.list({.limit = 2}).value();
  ASSERT_EQ(first.items.size(), 2U);
  EXPECT_EQ(first.items[0].name, "c");
  EXPECT_EQ(first.items[1].name, "b");
  const Page<Collection> second = vectors_.list({.limit = 2, .cursor = *first.next}).value();
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(second.items[0].name, "a");
  EXPECT_FALSE(second.next);
}

TEST_F(VectorsTest, DroppingTakesTheVectorsAlong) {
  vectors_.create({.name = "docs", .dimensions = 2}).value();
  vectors_.in("docs").insert({.id = "x", .embedding = {1, 0}}).value();
  EXPECT_EQ(vectors_.drop("docs").value().count, 1);
  EXPECT_EQ(vectors_.drop("docs").error().code(), Code::kNotFound);
  EXPECT_EQ(vectors_.in("docs").get("x").error().code(), Code::kNotFound);
  // Another one of the same name has nothing of it.
  vectors_.create({.name = "docs", .dimensions = 3}).value();
  EXPECT_EQ(vectors_.get("docs").value().count, 0);
  EXPECT_TRUE(vectors_.in("docs").search({.query = {1, 0, 0}}).value().items.empty());
}

TEST_F(VectorsTest, EveryWriteIsInTheChangeLog) {
  vectors_.create({.name = "docs", .dimensions = 2}).value();
  VectorCollection docs = vectors_.in("docs");
  docs.insert({.id = "a/b", .embedding = {1, 0}}).value();
  docs.upsert({.id = "a/b", .embedding = {0, 1}}).value();
  docs.remove("a/b").value();
  vectors_.drop("docs").value();
  ChangeLog log(scope_);
  std::string seen;
  const std::vector<Change> changes = log.watch().value().next(Duration::zero()).value();
  for (const Change& change : changes) {
    seen += std::string(to_string(change.entity)) + " " + change.entity_id + " " + change.op + " " + change.actor.value_or("-") + "\n";
  }
  EXPECT_EQ(seen, "collection docs create tester\nvector docs/a/b insert tester\nvector docs/a/b update tester\nvector docs/a/b remove tester\n"
                  "collection docs drop tester\n");
}

}  // namespace
}  // namespace waggle::test
