// memory_recall_test.cc: `waggle memory recall`, and embeddings of `waggle memory put`.

#include "cli/commands/memory_recall.h"

#include <filesystem>

#include "cli/runner.h"

namespace waggle::test {
namespace {

class MemoryRecallCommand : public CliTest {
 protected:
  MemoryRecallCommand() {
    json({"memory", "put", "ann", "hive", "The swarm left the old hive", "--text", "--metadata", R"({"year":2025,"importance":1})"});
    json({"memory", "put", "bob", "weather", "The rain came to the hive", "--text", "--metadata", R"({"year":2026})"});
  }
};

TEST_F(MemoryRecallCommand, AnswersItemsWithTheirParts) {
  const std::string answer = json({"memory", "recall", "swarm"});
  EXPECT_TRUE(answer.starts_with(R"({"items":[{"memory":{"id":)")) << answer;
  EXPECT_TRUE(holds(answer, R"("score":0.3333333333333333,"parts":{"text":0.3333333333333333,"vector":null,"recency":null,"importance":null})"));
  EXPECT_TRUE(holds(answer, R"("snippet":"The [swarm] left the old hive hive")"));
  EXPECT_FALSE(holds(answer, "\"plan\""));
  EXPECT_TRUE(holds(json({"memory", "recall", "swarm", "--explain"}), R"("plan":{"method":"side file")"));
  EXPECT_EQ(json({"memory", "recall", "nothing"}), "{\"items\":[]}\n");
}

TEST_F(MemoryRecallCommand, KeepsToAgentFilterAndNumber) {
  EXPECT_FALSE(holds(json({"memory", "recall", "bob", "hive"}), "swarm"));
  EXPECT_FALSE(holds(json({"memory", "recall", "hive", "--filter", R"({"year":{"lt":2026}})"}), "rain"));
  EXPECT_FALSE(holds(json({"memory", "recall", "hive", "-k", "1"}), "rain"));
  EXPECT_TRUE(holds(json({"memory", "recall", "rai", "--prefix"}), "[rain]"));
  EXPECT_EQ(json({"memory", "recall", "--", "-rai*"}), "{\"items\":[]}\n") << "no character is special";
}

TEST_F(MemoryRecallCommand, TakesExpressionsWhereAsked) {
  const std::string answer = json({"memory", "recall", "hive NOT \"old hive\"", "--fts", "--explain"});
  EXPECT_TRUE(holds(answer, R"("key":"weather")") && !holds(answer, R"("key":"hive")")) << answer;
  EXPECT_TRUE(holds(json({"memory", "recall", "swar* OR rai*", "--fts"}), "[swarm]"));
  const Outcome wrong = run({"memory", "recall", "hive AND (", "--fts"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(holds(wrong.err, "fts5: syntax error") && holds(wrong.err, "hive AND (")) << wrong.err;
  EXPECT_EQ(run({"memory", "recall", "hive", "--fts", "--prefix"}).status, 2);
}

TEST_F(MemoryRecallCommand, WeighsAsTold) {
  EXPECT_TRUE(holds(json({"memory", "recall", "hive", "--half-life", "7d"}), R"("recency":0.16)"));
  EXPECT_TRUE(holds(json({"memory", "recall", "hive", "--weights", R"({"importance":3})"}), R"("importance":1})"));
  EXPECT_EQ(run({"memory", "recall", "hive", "--weights", R"({"colour":1})"}).status, 2);
  EXPECT_EQ(run({"memory", "recall", "hive", "--weights", "[1]"}).status, 2);
  EXPECT_EQ(run({"memory", "recall", "hive", "--half-life", "0s"}).status, 2);
  EXPECT_EQ(run({"memory", "recall", "a", "b", "c"}).status, 2);
}

TEST_F(MemoryRecallCommand, RecallsByVectors) {
  json({"memory", "put", "ann", "x", "1", "--vector", "[1,0]", "--model", "bee-1"});
  json({"memory", "put", "ann", "y", "2", "--vector", "[0,1]"});
  EXPECT_TRUE(holds(json({"memory", "recall", "", "--vector", "[0.1,1]", "-k", "1"}), R"("key":"y")"));
  const Outcome other = run({"memory", "put", "ann", "z", "3", "--vector", "[1,0,0]"});
  EXPECT_EQ(other.status, 2);
  EXPECT_TRUE(holds(other.err, "3 dimensions") && holds(other.err, "have 2 (model bee-1)"));
  EXPECT_TRUE(holds(run({"memory", "recall", "a", "--vector", "[1,0]", "--model", "wasp-2"}).err, "wasp-2"));
  EXPECT_EQ(run({"memory", "put", "ann", "z", "3", "--model", "bee-1"}).status, 2);
  EXPECT_EQ(run({"memory", "put", "ann", "z", "3", "--embedder", "hashing", "--vector", "[1]"}).status, 2);
  EXPECT_EQ(json({"check"}), "{\"ok\":true,\"problems\":[]}\n");
}

TEST_F(MemoryRecallCommand, RecallsByAnEmbedder) {
  runner_.environment["XDG_DATA_HOME"] = runner_.file("data");
  json({"memory", "put", "ann", "fox", "the quick brown foxes", "--text", "--embedder", "hashing"});
  const std::string answer = json({"memory", "recall", "ann", "quickly browned fox", "--embedder", "hashing"});
  EXPECT_TRUE(holds(answer, R"("vector_rank":1)")) << answer;
  EXPECT_EQ(run({"memory", "recall", "fox", "--embedder", "nobody"}).status, 6);
}

TEST_F(MemoryRecallCommand, ShowsPeopleATable) {
  const std::string table = run({"memory", "recall", "swarm", "-o", "table"}).out;
  EXPECT_TRUE(holds(table, "snippet") && holds(table, "[swarm]")) << table;
  const std::string lines = run({"memory", "recall", "hive", "-o", "jsonl"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2) << lines;
}

TEST_F(MemoryRecallCommand, LeavesTheSideFileOutOfBackups) {
  json({"memory", "recall", "swarm"});
  EXPECT_TRUE(std::filesystem::exists(runner_.file("waggle.db") + "-index"));
  json({"backup", runner_.file("copy.db")});
  EXPECT_FALSE(std::filesystem::exists(runner_.file("copy.db") + "-index"));
  std::filesystem::remove(runner_.file("waggle.db") + "-index");
  EXPECT_TRUE(holds(json({"memory", "recall", "swarm"}), "[swarm]"));
}

}  // namespace
}  // namespace waggle::test
