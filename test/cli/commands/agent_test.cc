// agent_test.cc: `waggle agent ...`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class AgentCommand : public CliTest {};

TEST_F(AgentCommand, RegistersFindsAndRemoves) {
  make_swarm({"bob"});
  const std::string ann = json({"agent", "register", "ann", "--type", "coder", "--capability", "c++", "--capability", "[sql]", "--location", "eu",
                                "--metadata", R"({"a":1})"});
  EXPECT_TRUE(holds(ann, R"("capabilities":["c++","[sql]"],"status":"idle","metadata":{"a":1},"swarm_id":null,"location":"eu")")) << ann;
  EXPECT_EQ(Runner::field(json({"agent", "register", "--type", "t"}), "id").size(), 36U);
  EXPECT_TRUE(holds(json({"agent", "list", "--capability", "[sql]", "--type", "coder", "--status", "idle", "--location", "eu"}), R"("id":"ann")"));
  EXPECT_FALSE(holds(json({"agent", "list", "--swarm", "hive"}), R"("id":"ann")"));
  EXPECT_TRUE(holds(json({"agent", "update", "ann", "--metadata", R"({"a":null,"b":2})"}), R"("metadata":{"b":2})"));
  EXPECT_TRUE(holds(json({"agent", "update", "ann"}), R"("metadata":{"b":2})"));
  EXPECT_TRUE(holds(json({"agent", "set-status", "ann", "busy"}), R"("status":"busy")"));
  EXPECT_FALSE(Runner::field(json({"agent", "heartbeat", "ann"}), "heartbeat_at").empty());
  EXPECT_TRUE(holds(json({"agent", "remove", "ann"}), R"("id":"ann")"));
  EXPECT_EQ(run({"agent", "get", "ann"}).status, 6);
  EXPECT_EQ(run({"agent", "register", "eve"}).status, 2);
}

TEST_F(AgentCommand, ActsAsItself) {
  json({"agent", "register", "ann", "--type", "t"});
  json({"agent", "heartbeat", "ann", "--agent", "boss"});
  json({"agent", "set-status", "ann", "busy"});
  const std::string log = run({"-o", "jsonl", "watch"}).out;
  EXPECT_TRUE(holds(log, R"("actor":"ann"})"));
  EXPECT_TRUE(holds(log, R"("actor":"boss"})"));
  EXPECT_TRUE(holds(log, R"("actor":null})"));
}

TEST_F(AgentCommand, Reaps) {
  json({"agent", "register", "ann", "--type", "t"});
  EXPECT_EQ(json({"agent", "reap", "--older-than", "1h"}), "{\"lost\":[],\"released_tasks\":0}\n");
  EXPECT_EQ(json({"agent", "reap", "--older-than", "0s"}), "{\"lost\":[\"ann\"],\"released_tasks\":0}\n");
  EXPECT_EQ(run({"agent", "reap"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
