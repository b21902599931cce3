// Texts, stored and found through an embedder.

#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

class VectorTextTest : public StoreTest {
 protected:
  VectorTextTest() { vectors_.create({.name = "notes", .dimensions = 256, .model = embedder_->model()}).value(); }

  std::unique_ptr<Embedder> embedder_ = make_hashing_embedder(256).value();
  VectorStore vectors_{scope_};
  VectorCollection notes_ = vectors_.in("notes");
};

TEST_F(VectorTextTest, IsFoundByItsWords) {
  notes_.upsert_text(*embedder_, {.id = "swarm", .content = "The swarm left the old hive", .metadata = Json(R"({"year":2026})")}).value();
  const std::vector<PutText> more = {{.id = "honey", .content = "Honey is ripe when it is sealed"},
                                     {.id = "queen", .content = "The queen lays eggs"}};
  EXPECT_EQ(notes_.upsert_texts(*embedder_, more).value(), 2);
  const VectorAnswer answer = notes_.search_text(*embedder_, "where did the swarms go from the hive", {.k = 1}).value();
  ASSERT_EQ(answer.items.size(), 1U);
  EXPECT_EQ(answer.items[0].entry.id, "swarm");
  EXPECT_EQ(answer.items[0].entry.content, "The swarm left the old hive");
  EXPECT_EQ(answer.items[0].entry.metadata->text, R"({"year":2026})");
}

TEST_F(VectorTextTest, AnotherModelIsAnErrorThatNamesBoth) {
  const auto other = make_hashing_embedder(128).value();
  for (const Error& refused : {notes_.upsert_text(*other, {.id = "x", .content = "text"}).error(), notes_.search_text(*other, "text").error(),
                               notes_.upsert({.id = "x", .embedding = std::vector<float>(256, 1), .model = other->model()}).error(),
                               notes_.search({.query = std::vector<float>(256, 1), .model = other->model()}).error()}) {
    EXPECT_EQ(refused.code(), Code::kInvalidArgument);
    EXPECT_NE(refused.message().find(other->model()), std::string::npos) << refused.message();
    EXPECT_NE(refused.message().find(embedder_->model()), std::string::npos) << refused.message();
  }
  EXPECT_EQ(vectors_.get("notes").value().count, 0);
  vectors_.create({.name = "unnamed", .dimensions = 256}).value();
  EXPECT_EQ(vectors_.in("unnamed").upsert_text(*embedder_, {.id = "x", .content = "text"}).error().code(), Code::kInvalidArgument);
}

TEST_F(VectorTextTest, ATextWithoutWordsIsRefused) {
  EXPECT_EQ(notes_.upsert_text(*embedder_, {.id = "x", .content = "..."}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(notes_.search_text(*embedder_, "").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(vectors_.in("nosuch").search_text(*embedder_, "text").error().code(), Code::kNotFound);
}

// Answers fewer numbers than it promises.
class Broken final : public Embedder {
 public:
  const std::string& model() const override { return model_; }
  std::int64_t dimensions() const override { return 256; }
  Result<std::vector<float>> embed(std::span<const std::string_view>) const override { return std::vector<float>(10, 1); }

 private:
  std::string model_ = make_hashing_embedder(256).value()->model();
};

TEST_F(VectorTextTest, AnEmbedderThatBreaksItsWordIsFoundOut) {
  EXPECT_EQ(notes_.upsert_text(Broken(), {.id = "x", .content = "text"}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(notes_.search_text(Broken(), "text").error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace waggle::test
