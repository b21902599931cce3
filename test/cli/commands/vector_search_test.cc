// vector_search_test.cc: `waggle vector search` by words, by expressions, and by both words and nearness.

#include "cli/commands/vector_search.h"

#include "cli/runner.h"

namespace waggle::test {
namespace {

class VectorSearchCommand : public CliTest {
 protected:
  VectorSearchCommand() {
    runner_.environment["XDG_DATA_HOME"] = runner_.file("data");
    json({"vector", "create", "notes", "--embedder", "hashing"});
    json({"vector", "add", "notes", "bees", "--text", "The swarm left the old hive"});
    json({"vector", "add", "notes", "honey", "--text", "Honey is ripe when it is sealed", "--metadata", R"({"n":1})"});
    json({"vector", "add", "notes", "rain", "--text", "The rain came to the hive", "--metadata", R"({"n":2})"});
  }
};

TEST_F(VectorSearchCommand, FindsByWords) {
  const std::string answer = json({"vector", "search", "notes", "--words", "old swarm", "-k", "1"});
  EXPECT_TRUE(answer.starts_with(R"({"items":[{"id":"bees","distance":null,"score":0.3333333333333333,)")) << answer;
  EXPECT_TRUE(holds(answer, R"("parts":{"text":0.3333333333333333,"vector":null},"snippet":"The [swarm] left the [old] hive","text_rank":1,)"));
  EXPECT_TRUE(holds(answer, R"("plan":{"method":"words")") && holds(answer, R"("words":{"method":"side file")")) << answer;
  EXPECT_TRUE(json({"vector", "search", "notes", "--words", "nothing"}).starts_with(R"({"items":[],"plan")"));
  EXPECT_TRUE(holds(json({"vector", "search", "notes", "--words", "rai", "--prefix"}), "[rain]"));
  EXPECT_FALSE(holds(json({"vector", "search", "notes", "--words", "hive", "--filter", R"({"n":2})"}), "swarm"));
  EXPECT_FALSE(holds(json({"vector", "search", "notes", "--words", "hive", "--of", "bob"}), "swarm"));
}

TEST_F(VectorSearchCommand, FusesWordsAndNearness) {
  const std::string answer = json({"vector", "search", "notes", "--text", "swarms in a hive", "--words", "swarms in a hive", "-k", "2"});
  EXPECT_TRUE(holds(answer, R"("vector_rank":1)") && holds(answer, R"("text_rank":1)")) << answer;
  EXPECT_FALSE(holds(answer, R"("distance":null)")) << answer;
  const std::string weighed = json({"vector", "search", "notes", "--text", "a hive", "--words", "a hive", "--weights", R"({"text":0,"vector":3})"});
  EXPECT_TRUE(holds(weighed, R"("parts":{"text":null,"vector":1})")) << weighed;
  EXPECT_EQ(run({"vector", "search", "notes", "--words", "a", "--weights", R"({"recency":1})"}).status, 2);
  EXPECT_TRUE(json({"vector", "search", "notes", "--words", "hive", "--text", "hive", "--min-score", "0.99"}).starts_with(R"({"items":[],)"));
  EXPECT_EQ(run({"vector", "search", "notes", "--words", "hive", "--min-score", "0.5"}).status, 2);
}

TEST_F(VectorSearchCommand, TakesExpressions) {
  const std::string answer = json({"vector", "search", "notes", "--fts", "--words", "hive NOT \"old hive\""});
  EXPECT_TRUE(holds(answer, R"("id":"rain")") && !holds(answer, R"("id":"bees")")) << answer;
  const Outcome wrong = run({"vector", "search", "notes", "--fts", "--words", "hive AND ("});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(holds(wrong.err, "fts5: syntax error") && holds(wrong.err, "hive AND (")) << wrong.err;
  EXPECT_TRUE(holds(json({"vector", "search", "notes", "--words", "hive AND ("}), R"("id":"bees")")) << "else no character is special";
}

TEST_F(VectorSearchCommand, SaysWhatIsMissing) {
  EXPECT_TRUE(holds(run({"vector", "search", "notes"}).err, "one of --vector, --text and --words"));
  EXPECT_EQ(run({"vector", "search", "notes", "--text", "a", "--vector", "[1]", "--words", "a"}).status, 2);
  EXPECT_EQ(run({"vector", "search", "notes", "--text", "a", "--fts"}).status, 2);
  EXPECT_EQ(run({"vector", "search", "notes", "--text", "a", "--prefix"}).status, 2);
  EXPECT_EQ(run({"vector", "search", "notes", "--text", "a", "--weights", "{}"}).status, 2);
}

TEST_F(VectorSearchCommand, ShowsPeopleATable) {
  const Outcome table = run({"vector", "search", "notes", "--words", "swarm", "--explain", "-o", "table"});
  EXPECT_TRUE(holds(table.out, "snippet") && holds(table.out, "[swarm]")) << table.out;
  EXPECT_TRUE(holds(table.err, "words by side file")) << table.err;
  const std::string lines = run({"vector", "search", "notes", "--words", "hive", "-o", "jsonl"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2) << lines;
  EXPECT_TRUE(holds(lines, R"("text_rank":1)")) << lines;
}

}  // namespace
}  // namespace waggle::test
