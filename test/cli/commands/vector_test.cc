// vector_test.cc: `waggle vector`, one vector at a time.

#include "cli/runner.h"
#include "support/files.h"

namespace waggle::test {
namespace {

class VectorCommand : public ::testing::Test {
 protected:
  VectorCommand() {
    runner_.run({"init"});
    runner_.run({"vector", "create", "docs", "--dimensions", "2", "--model", "mini"});
  }
  Runner runner_;
};

TEST_F(VectorCommand, CreatesListsAndDrops) {
  const std::string made = runner_.json({"vector", "create", "plane", "--dimensions", "3", "--metric", "l2"});
  EXPECT_TRUE(made.starts_with(R"({"name":"plane","dimensions":3,"metric":"l2","model":null,"index":"auto","storage":"f32","count":0,)")) << made;
  EXPECT_TRUE(runner_.json({"vector", "list"}).starts_with(R"({"items":[{"name":"plane")"));
  EXPECT_EQ(runner_.run({"vector", "create", "plane", "--dimensions", "3"}).status, 7);
  EXPECT_EQ(runner_.run({"vector", "create", "x", "--dimensions", "0"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "create", "x"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "create", "x", "--dimensions", "2", "--metric", "taxi"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "drop", "plane"}).status, 4);
  EXPECT_EQ(runner_.run({"vector", "drop", "plane", "--yes"}).status, 0);
  EXPECT_EQ(runner_.run({"vector", "stats", "plane"}).status, 6);
  EXPECT_EQ(Runner::field(runner_.json({"vector", "stats", "docs"}), "model"), "mini");
}

TEST_F(VectorCommand, SearchesByAGraph) {
  EXPECT_EQ(runner_.run({"vector", "create", "x", "--dimensions", "2", "--index", "tree"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "create", "x", "--dimensions", "2", "-M", "2"}).status, 2);
  const std::string made = runner_.json({"vector", "create", "big", "--dimensions", "2", "--metric", "l2", "--index", "hnsw", "--storage", "f16",
                                         "-M", "8", "--ef-construction", "40"});
  EXPECT_NE(made.find(R"("index":"hnsw","storage":"f16")"), std::string::npos) << made;
  std::string lines;
  for (int i = 0; i < 4'000; ++i) lines += "{\"embedding\":[" + std::to_string(i % 64) + "," + std::to_string(i / 64) + "]}\n";
  write_file(runner_.file("big.jsonl"), lines);
  EXPECT_TRUE(runner_.json({"vector", "import", "big", runner_.file("big.jsonl")}).starts_with(R"({"imported":4000,)"));
  const std::string found = runner_.json({"vector", "search", "big", "--vector", "[3.1,1.1]", "-k", "1", "--ef", "50"});
  EXPECT_TRUE(found.starts_with(R"({"items":[{"id":"67",)")) << found;
  EXPECT_NE(found.find(R"("method":"HNSW")"), std::string::npos) << found;
  EXPECT_NE(runner_.json({"vector", "search", "big", "--vector", "[3.1,1.1]", "--exact"}).find(R"("method":"exact scan)"), std::string::npos);
  EXPECT_TRUE(runner_.json({"vector", "reindex", "big"}).starts_with(R"({"vectors":4000,"graph":true,"bytes":)"));
  EXPECT_TRUE(runner_.json({"vector", "reindex", "docs"}).starts_with(R"({"vectors":0,"graph":false,)"));
}

TEST_F(VectorCommand, AddsGetsAndRemoves) {
  const std::string added = runner_.json({"vector", "add", "docs", "x", "--vector", "[1,0.5]", "--content", "text", "--metadata", "{\"n\":1}"});
  EXPECT_TRUE(added.starts_with(R"({"collection":"docs","id":"x","content":"text","metadata":{"n":1},"created_at":")")) << added;
  EXPECT_EQ(runner_.json({"vector", "get", "docs", "x"}).find("embedding"), std::string::npos);
  EXPECT_NE(runner_.json({"vector", "get", "docs", "x", "--with-embedding"}).find(R"("embedding":[1,0.5]})"), std::string::npos);
  EXPECT_EQ(runner_.run({"vector", "add", "docs", "x", "--vector", "[1,2,3]"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "add", "docs", "x", "--vector", "[1,"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "add", "nosuch", "x", "--vector", "[1,2]"}).status, 6);
  EXPECT_EQ(runner_.run({"vector", "remove", "docs", "x"}).status, 0);
  EXPECT_EQ(runner_.run({"vector", "remove", "docs", "x"}).status, 6);
}

TEST_F(VectorCommand, TakesTextsWhereTheModelIsHere) {
  runner_.environment["XDG_DATA_HOME"] = runner_.file("data");
  const std::string made = runner_.json({"vector", "create", "notes", "--embedder", "hashing"});
  EXPECT_TRUE(made.starts_with(R"({"name":"notes","dimensions":384,"metric":"cosine","model":"hashing-v1-384",)")) << made;
  EXPECT_EQ(Runner::field(runner_.json({"vector", "add", "notes", "bees", "--text", "The swarm left the old hive"}), "content"),
            "The swarm left the old hive");
  runner_.run({"vector", "add", "notes", "honey", "--text", "Honey is ripe when it is sealed", "--metadata", "{\"n\":1}"});
  EXPECT_TRUE(runner_.json({"vector", "search", "notes", "--text", "swarms in a hive", "-k", "1"}).starts_with(R"({"items":[{"id":"bees",)"));
  EXPECT_TRUE(runner_.json({"vector", "search", "notes", "--text", "swarms", "--filter", "{\"n\":1}"}).starts_with(R"({"items":[{"id":"honey",)"));
  const Outcome elsewhere = runner_.run({"vector", "add", "docs", "x", "--text", "text"});
  EXPECT_EQ(elsewhere.status, 6);
  EXPECT_NE(elsewhere.err.find("mini"), std::string::npos) << elsewhere.err;
  EXPECT_EQ(runner_.run({"vector", "create", "x", "--embedder", "nosuch"}).status, 6);
  EXPECT_EQ(runner_.run({"vector", "create", "x", "--embedder", "hashing", "--dimensions", "3"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "add", "notes", "x"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "add", "notes", "x", "--text", "a", "--vector", "[1]"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "search", "notes"}).status, 2);
}

TEST_F(VectorCommand, GivesACollectionAnotherModel) {
  runner_.environment["XDG_DATA_HOME"] = runner_.file("data");
  runner_.run({"vector", "add", "docs", "bees", "--vector", "[1,0]", "--content", "The swarm left the old hive"});
  const std::string done = runner_.json({"vector", "reembed", "docs", "--embedder", "hashing"});
  EXPECT_TRUE(done.starts_with(R"({"name":"docs","dimensions":384,"metric":"cosine","model":"hashing-v1-384",)")) << done;
  EXPECT_TRUE(runner_.json({"vector", "search", "docs", "--text", "swarms in a hive"}).starts_with(R"({"items":[{"id":"bees",)"));
  runner_.run({"vector", "create", "silent", "--dimensions", "2"});
  runner_.run({"vector", "add", "silent", "x", "--vector", "[1,0]"});
  EXPECT_EQ(runner_.run({"vector", "reembed", "silent", "--embedder", "hashing"}).status, 2);
}

TEST_F(VectorCommand, SearchesAndExplains) {
  runner_.run({"vector", "add", "docs", "east", "--vector", "[1,0]", "--metadata", "{\"lang\":\"en\"}"});
  runner_.run({"--agent", "bob", "vector", "add", "docs", "north", "--vector", "[0,1]"});
  const std::string found = runner_.json({"vector", "search", "docs", "--vector", "[2,0]"});
  EXPECT_TRUE(found.starts_with(R"({"items":[{"id":"east","distance":0,"score":1,"content":"","metadata":{"lang":"en"}},{"id":"north",)")) << found;
  EXPECT_NE(found.find(R"("plan":{"method":"exact scan)"), std::string::npos);
  EXPECT_TRUE(runner_.json({"vector", "search", "docs", "--vector", "[2,0]", "-k", "1", "--of", "bob"}).starts_with(R"({"items":[{"id":"north",)"));
  EXPECT_TRUE(
      runner_.json({"vector", "search", "docs", "--vector", "[0,1]", "--filter", "{\"lang\":\"en\"}"}).starts_with(R"({"items":[{"id":"east",)"));
  EXPECT_TRUE(runner_.json({"vector", "search", "docs", "--vector", "[0,1]", "--min-score", "1.5"}).starts_with(R"({"items":[],"plan")"));
  const Outcome table = runner_.run({"vector", "search", "docs", "--vector", "[2,0]", "--explain"});
  EXPECT_NE(table.out.find("east"), std::string::npos);
  EXPECT_NE(table.err.find("exact scan in SQL"), std::string::npos) << table.err;
  EXPECT_EQ(runner_.run({"vector", "search", "docs", "--vector", "[1,2,3]"}).status, 2);
  EXPECT_EQ(runner_.run({"vector", "search", "docs", "--vector", "[1,2]", "--filter", "[]"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
