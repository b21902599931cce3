// Another model for a collection: the old one serves until the last vector is made, and whatever happens meanwhile.

#include <cmath>
#include <functional>

#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

// Its vectors lie on the unit circle, at an angle that the text's number says; "" has none.
class CircleEmbedder : public Embedder {
 public:
  CircleEmbedder(std::string model, std::int64_t dimensions) : model_(std::move(model)), dimensions_(dimensions) {}

  const std::string& model() const override { return model_; }
  std::int64_t dimensions() const override { return dimensions_; }
  Result<std::vector<float>> embed(std::span<const std::string_view> texts) const override {
    if (on_embed) on_embed();
    std::vector<float> rows;
    for (const std::string_view text : texts) {
      if (text.empty()) return Error(Code::kInvalidArgument, "text 0 has no direction");
      const float angle = std::stof(std::string(text)) / 1000;
      std::vector<float> row(static_cast<std::size_t>(dimensions_));
      row[0] = std::cos(angle);
      row.back() = std::sin(angle);
      rows.insert(rows.end(), row.begin(), row.end());
    }
    return rows;
  }

  std::function<void()> on_embed;

 private:
  std::string model_;
  std::int64_t dimensions_;
};

class VectorReembedTest : public StoreTest {
 protected:
  VectorReembedTest() { vectors_.create({.name = "c", .dimensions = 2, .model = "old"}).value(); }

  void fill(int count) {
    std::vector<PutText> texts;
    for (int i = 0; i < count; ++i) texts.push_back({.id = std::to_string(i), .content = std::to_string(i + 1)});
    c_.upsert_texts(old_, texts).value();
  }
  // Every vector is the one that the embedder makes of its content now.
  void expect_all_of(const CircleEmbedder& embedder) {
    const Collection collection = vectors_.get("c").value();
    EXPECT_EQ(collection.model, embedder.model());
    EXPECT_EQ(collection.dimensions, embedder.dimensions());
    EXPECT_FALSE(collection.next_model);
    const Page<VectorEntry> all = c_.list({.limit = 10'000, .cursor = {}}, Embedding::kIncluded).value();
    EXPECT_EQ(static_cast<std::int64_t>(all.items.size()), collection.count);
    for (const VectorEntry& entry : all.items) EXPECT_EQ(entry.embedding, embedder.embed_one(entry.content).value()) << entry.id;
    for (int time = 0; time < 3; ++time) {
      const VectorAnswer nearest = c_.search_text(embedder, all.items.back().content, {.k = 1}).value();
      EXPECT_EQ(nearest.items.front().entry.content, all.items.back().content) << nearest.plan.method;
    }
  }
  std::int64_t staged() {
    std::int64_t count = 0;
    db_.engine()
        .read(base::Deadline::after(std::chrono::seconds(10)),
              [&](sql::Reader& reader) -> Status {
                WAGGLE_ASSIGN_OR_RETURN(count, reader.query_integer("SELECT count(*) FROM reembeddings", {}));
                return {};
              })
        .value();
    return count;
  }

  CircleEmbedder old_{"old", 2};
  CircleEmbedder new_{"new", 3};
  VectorStore vectors_{scope_};
  VectorCollection c_ = vectors_.in("c");
};

TEST_F(VectorReembedTest, ChangesTheModelOfEveryVector) {
  fill(1'203);
  for (int i = 0; i < 2; ++i) c_.search_text(old_, "7").value();  // an index of the old ones is in memory
  std::vector<std::int64_t> told;
  const Collection done = c_.reembed(new_, {.progress =
                                                [&](std::int64_t made, std::int64_t total) {
                                                  EXPECT_EQ(total, 1'203);
                                                  told.push_back(made);
                                                  return true;
                                                }})
                              .value();
  EXPECT_EQ(done.model, "new");
  EXPECT_EQ(told, (std::vector<std::int64_t>{500, 1'000, 1'203}));
  expect_all_of(new_);
  EXPECT_EQ(staged(), 0);
  EXPECT_EQ(c_.search_text(old_, "7").error().code(), Code::kInvalidArgument);
  c_.reembed(old_).value();
  expect_all_of(old_);
}

TEST_F(VectorReembedTest, TheOldOnesServeAndChangesAreNotLost) {
  fill(600);
  int calls = 0;
  new_.on_embed = [&] {
    ++calls;
    EXPECT_EQ(c_.search_text(old_, "550", {.k = 1}).value().items.front().entry.content, calls == 1 ? "550" : "549");
    if (calls != 1) return;
    // After the first batch was read and before it is stored: changed, removed and added.
    c_.upsert_text(old_, {.id = "3", .content = "2000"}).value();
    c_.remove("4").value();
    c_.remove("549").value();
    c_.upsert_text(old_, {.id = "new", .content = "3000"}).value();
  };
  c_.reembed(new_).value();
  new_.on_embed = {};
  EXPECT_GE(calls, 3);
  expect_all_of(new_);
  EXPECT_EQ(c_.get("3").value().content, "2000");
}

TEST_F(VectorReembedTest, GoesOnWhereItEnded) {
  fill(1'100);
  EXPECT_EQ(c_.reembed(new_, {.progress = [](std::int64_t, std::int64_t) { return false; }}).error().code(), Code::kCancelled);
  EXPECT_EQ(staged(), 500);
  EXPECT_EQ(vectors_.get("c").value().model, "old");
  EXPECT_EQ(vectors_.get("c").value().next_model, "new");
  c_.upsert_text(old_, {.id = "0", .content = "5"}).value();  // what was made of it no longer counts
  EXPECT_EQ(staged(), 499);
  c_.remove("1").value();
  EXPECT_EQ(staged(), 498);
  int calls = 0;
  new_.on_embed = [&] { ++calls; };
  c_.reembed(new_).value();
  EXPECT_EQ(calls, 2);
  new_.on_embed = {};
  expect_all_of(new_);
}

TEST_F(VectorReembedTest, AnotherModelTakesOver) {
  fill(600);
  const CircleEmbedder third("third", 4);
  new_.on_embed = [&] {
    new_.on_embed = {};
    EXPECT_EQ(c_.reembed(third, {.progress = [](std::int64_t, std::int64_t) { return false; }}).error().code(), Code::kCancelled);
  };
  EXPECT_EQ(c_.reembed(new_).error().code(), Code::kConflict);
  c_.reembed(third).value();
  expect_all_of(third);
}

TEST_F(VectorReembedTest, WhatHasNoVectorIsNamed) {
  fill(3);
  c_.upsert({.id = "silent", .embedding = {1, 0}}).value();
  const Error error = c_.reembed(new_).error();
  EXPECT_EQ(error.code(), Code::kInvalidArgument);
  EXPECT_NE(error.message().find("\"silent\""), std::string::npos) << error.message();
  EXPECT_EQ(vectors_.get("c").value().model, "old");
  EXPECT_EQ(vectors_.in("nosuch").reembed(new_).error().code(), Code::kNotFound);
  c_.remove("silent").value();
  c_.reembed(new_).value();
  expect_all_of(new_);
  c_.reembed(old_, {.progress = [](std::int64_t, std::int64_t) { return false; }}).error();
  vectors_.drop("c").value();
  EXPECT_EQ(staged(), 0);
}

}  // namespace
}  // namespace waggle::test
