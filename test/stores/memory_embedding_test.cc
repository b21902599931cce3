// memory_embedding_test.cc: whose embeddings a database takes.

#include <limits>

#include "stores/recall_fixture.h"
#include "waggle/embedder.h"

namespace waggle::test {
namespace {

class MemoryEmbeddingTest : public RecallTest {
 protected:
  Code refused(std::vector<float> embedding, std::optional<std::string> model = {}) {
    const auto answer =
        handle_.memory().put({.agent_id = "ann", .key = "x", .value = Json("1"), .embedding = std::move(embedding), .model = std::move(model)});
    return answer ? Code::kInternal : answer.error().code();
  }
};

TEST_F(MemoryEmbeddingTest, FirstOneSaysWhatAllAre) {
  EXPECT_EQ(handle_.memory().embedding().error().code(), Code::kNotFound);
  ASSERT_TRUE(handle_.memory().put({.agent_id = "ann", .key = "a", .value = Json("1"), .embedding = {1, 0}, .model = "bee-1"}));
  const MemoryEmbedding embedding = handle_.memory().embedding().value();
  EXPECT_EQ(embedding.dimensions, 2);
  EXPECT_EQ(embedding.model, "bee-1");
  EXPECT_EQ(refused({1, 0, 0}), Code::kInvalidArgument);
  EXPECT_EQ(refused({1, 0}, "wasp-2"), Code::kInvalidArgument);
  EXPECT_EQ(refused({0, 0}), Code::kInvalidArgument);
  EXPECT_EQ(refused({1, std::numeric_limits<float>::infinity()}), Code::kInvalidArgument);
  EXPECT_EQ(refused({}, "bee-1"), Code::kInvalidArgument) << "a model of nothing";
  EXPECT_EQ(handle_.memory().get({"ann", "x"}).error().code(), Code::kNotFound);
  put("b", "without");
  put("c", "of no model", std::nullopt, {0, 1});
}

TEST_F(MemoryEmbeddingTest, IsFixedBeforehandForAnotherMetric) {
  ASSERT_TRUE(handle_.memory().set_embedding({.dimensions = 2, .metric = Metric::kL2, .model = "bee-1"}));
  put("zero", "a", std::nullopt, {0, 0});
  put("far", "a", std::nullopt, {3, 4});
  const RecallAnswer answer = handle_.recall({.vector = {0, 1}});
  EXPECT_EQ(keys_of(answer), (std::vector<std::string>{"zero", "far"}));
  EXPECT_EQ(answer.items[0].distance, 1.0);
  EXPECT_TRUE(handle_.memory().set_embedding({.dimensions = 2, .metric = Metric::kL2, .model = "bee-1"})) << "the same";
  EXPECT_EQ(handle_.memory().set_embedding({.dimensions = 2}).error().code(), Code::kConflict);
  EXPECT_EQ(handle_.memory().set_embedding({.dimensions = 0}).error().code(), Code::kInvalidArgument);
  handle_.memory().remove_prefix({"ann", "z"}).value();
  put("far", "a");
  EXPECT_TRUE(handle_.memory().set_embedding({.dimensions = 3})) << "nobody has one any more";
  put("three", "a", std::nullopt, {1, 2, 3});
  EXPECT_EQ(keys_of(handle_.recall({.vector = {1, 2, 3}})), std::vector<std::string>{"three"});
}

TEST_F(MemoryEmbeddingTest, IsMadeByAnEmbedder) {
  const auto embedder = make_hashing_embedder(64).value();
  const auto store = [&](const std::string& key, const std::string& text) {
    handle_.memory().put_embedded(*embedder, {.agent_id = "ann", .key = key, .value = Json::string(text)}).value();
  };
  store("hive", "the swarm left its hive");
  store("rain", "it rained all day");
  const RecallAnswer answer = handle_.memory().recall_embedded(*embedder, {.text = "swarms leaving hives"}).value();
  EXPECT_EQ(keys_of(answer).at(0), "hive") << "none of these words is in it";
  EXPECT_FALSE(answer.items[0].parts.text);
  EXPECT_EQ(handle_.memory().embedding()->model, embedder->model());
  const auto other = make_hashing_embedder(128).value();
  EXPECT_EQ(handle_.memory().recall_embedded(*other, {.text = "hive"}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(handle_.memory().put_embedded(*other, {.agent_id = "ann", .key = "k", .value = Json("\"a\"")}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(handle_.memory().put_embedded(*embedder, {.agent_id = "ann", .key = "k", .value = Json("\"?!\"")}).error().code(), Code::kInvalidArgument)
      << "no direction";
}

}  // namespace
}  // namespace waggle::test
