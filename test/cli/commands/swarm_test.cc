// swarm_test.cc: `waggle swarm ...`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class SwarmCommand : public CliTest {};

TEST_F(SwarmCommand, LivesThroughItsStates) {
  const std::string made = json({"swarm", "create", "one", "--id", "s1", "--topology", "star", "--config", R"({"n":1})"});
  EXPECT_TRUE(holds(made, R"("name":"one","topology":"star","config":{"n":1},"status":"active")")) << made;
  EXPECT_TRUE(holds(json({"swarm", "update", "s1", "--name", "uno", "--config", "[2]"}), R"("name":"uno","topology":"star","config":[2])"));
  EXPECT_TRUE(holds(json({"swarm", "pause", "s1"}), R"("status":"paused")"));
  EXPECT_TRUE(holds(json({"swarm", "resume", "s1"}), R"("status":"active")"));
  EXPECT_TRUE(holds(json({"swarm", "status", "s1"}), R"("messages":0)"));
  EXPECT_TRUE(holds(json({"swarm", "close", "s1"}), R"("status":"closed")"));
  EXPECT_TRUE(holds(json({"swarm", "list"}), R"({"items":[{"id":"s1")"));
  EXPECT_EQ(run({"swarm", "create", "again", "--id", "s1"}).status, 7);
  EXPECT_EQ(run({"swarm", "get", "nobody"}).status, 6);
  EXPECT_EQ(run({"swarm", "update", "nobody"}).status, 6);
}

TEST_F(SwarmCommand, RefusesWrongOptions) {
  EXPECT_EQ(run({"swarm", "create", "s", "--topology", "pyramid"}).status, 2);
  EXPECT_EQ(run({"swarm", "create", "s", "--config", "{"}).status, 2);
  EXPECT_EQ(run({"swarm", "list", "--limit", "-1"}).status, 2);
  EXPECT_EQ(run({"swarm", "list", "--cursor", "made up"}).status, 2);
}

TEST_F(SwarmCommand, PagesThroughAList) {
  for (const char* id : {"a", "b", "c"}) json({"swarm", "create", id, "--id", id});
  const std::string first = json({"swarm", "list", "--limit", "2"});
  const std::string cursor = Runner::field(first, "next");
  ASSERT_FALSE(cursor.empty()) << first;
  EXPECT_TRUE(json({"swarm", "list", "--limit", "2", "--cursor", cursor}).ends_with("\"next\":null}\n"));
  const std::string all = run({"-o", "jsonl", "swarm", "list", "--limit", "2"}).out;
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 3);
  const Outcome table = run({"swarm", "list", "--limit", "2"});
  EXPECT_TRUE(table.out.starts_with("id  name  topology  status")) << table.out;
  EXPECT_TRUE(holds(table.err, "more with --cursor " + cursor));
  EXPECT_EQ(run({"swarm", "list", "--limit", "2", "-q"}).err, "");
}

}  // namespace
}  // namespace waggle::test
