// vote_test.cc: `waggle vote ...`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class VoteCommand : public CliTest {
 protected:
  VoteCommand() { make_swarm({"ann", "bob"}); }
  std::string propose(std::vector<std::string> rest) {
    rest.insert(rest.begin(), {"vote", "propose", "q", "--swarm", "hive", "--by", "ann"});
    return json(rest);
  }
};

TEST_F(VoteCommand, Decides) {
  const std::string made = propose({"--rule", "quorum:2", "--elector", "ann", "--elector", "bob=2.5", "--payload", "[1]"});
  EXPECT_TRUE(holds(made, R"("electorate":[{"agent_id":"ann","weight":1},{"agent_id":"bob","weight":2.5}])")) << made;
  const std::string id = Runner::field(made, "id");
  json({"vote", "cast", id, "ann", "approve", "--reason", "it's so"});
  EXPECT_EQ(run({"vote", "cast", id, "ann", "reject"}).status, 7);
  EXPECT_EQ(run({"vote", "cast", id, "eve", "reject"}).status, 5);
  EXPECT_EQ(run({"vote", "cast", id, "bob", "perhaps"}).status, 2);
  EXPECT_TRUE(holds(json({"vote", "cast", id, "bob", "approve"}), R"("outcome":"approved")"));
  EXPECT_TRUE(holds(json({"vote", "wait", id, "--timeout", "1m"}), R"("status":"decided")"));
  EXPECT_TRUE(holds(json({"vote", "get", id}), R"("tally":{"approve":3.5,"reject":0,"abstain":0,"pending":0})"));
  EXPECT_TRUE(holds(json({"vote", "list", "--swarm", "hive", "--status", "decided"}), id));
  EXPECT_FALSE(holds(json({"vote", "list", "--status", "open"}), id));
}

TEST_F(VoteCommand, EndsAWaitAtItsTimeout) {
  const std::string id = Runner::field(propose({"--rule", "majority", "--elector", "ann", "--deadline", "1h", "--on-deadline", "tally"}), "id");
  EXPECT_EQ(run({"vote", "wait", id, "--timeout", "20ms"}).status, 124);
}

TEST_F(VoteCommand, RefusesWrongRules) {
  EXPECT_EQ(run({"vote", "propose", "q", "--swarm", "hive", "--by", "ann", "--rule", "loudest", "--elector", "ann"}).status, 2);
  EXPECT_EQ(run({"vote", "propose", "q", "--swarm", "hive", "--by", "ann", "--rule", "majority", "--elector", "ann=heavy"}).status, 2);
  EXPECT_EQ(run({"vote", "propose", "q", "--swarm", "hive", "--by", "ann", "--rule", "majority"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
