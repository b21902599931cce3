// vector_data_test.cc: `waggle vector import` and `export`.

#include <fstream>

#include "cli/runner.h"

namespace waggle::test {
namespace {

TEST(VectorData, GoesOutAndComesBackIn) {
  Runner runner;
  runner.run({"init"});
  runner.run({"vector", "create", "docs", "--dimensions", "2"});
  {
    std::ofstream lines(runner.file("in.jsonl"));
    for (int i = 0; i < 2500; ++i) {
      lines << R"({"id":"v)" << i << R"(","embedding":[)" << i << R"(,1],"content":"text )" << i << R"(","metadata":{"n":)" << i << "}}\n";
    }
  }
  EXPECT_TRUE(runner.json({"vector", "import", "docs", runner.file("in.jsonl")}).starts_with(R"({"imported":2500,"seconds":)"));
  for (const char* const ending : {".jsonl", ".npy", ".fvecs"}) {
    const std::string path = runner.file(std::string("out") + ending);
    EXPECT_EQ(runner.run({"vector", "export", "docs", path}).status, 0);
    const std::string copy = std::string("copy") + (ending + 1);
    runner.run({"vector", "create", copy, "--dimensions", "2"});
    EXPECT_TRUE(runner.json({"vector", "import", copy, path}).starts_with(R"({"imported":2500,)"));
    const std::string search = runner.json({"vector", "search", copy, "--vector", "[0,1]", "-k", "1"});
    EXPECT_EQ(Runner::field(search, "id"), std::string(ending) == ".jsonl" ? "v0" : "0") << search;
  }
  // A file of queries is a batch.
  const std::string batch = runner.json({"vector", "search", "docs", "--vector", "@" + runner.file("out.npy"), "-k", "1"});
  EXPECT_TRUE(batch.starts_with(R"({"results":[[{"id":"v0","distance":0,)")) << batch.substr(0, 200);
}

TEST(VectorData, RefusesWhatDoesNotFit) {
  Runner runner;
  runner.run({"init"});
  runner.run({"vector", "create", "docs", "--dimensions", "3"});
  std::ofstream(runner.file("in.jsonl")) << "{\"vector\":[1,2]}\n";
  const Outcome refused = runner.run({"vector", "import", "docs", runner.file("in.jsonl")});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("has 3"), std::string::npos) << refused.err;
  EXPECT_EQ(runner.run({"vector", "import", "docs", runner.file("none.npy")}).status, 6);
  EXPECT_EQ(runner.run({"vector", "export", "docs", runner.file("out.txt")}).status, 2);
}

}  // namespace
}  // namespace waggle::test
