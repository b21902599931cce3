// task_test.cc: `waggle task ...`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class TaskCommand : public CliTest {
 protected:
  std::string claim_token(const std::string& agent) { return Runner::field(json({"task", "claim", agent}), "lease_token"); }
};

TEST_F(TaskCommand, GoesThroughItsStates) {
  const std::string made = json({"task", "create", "work", "--id", "t", "--priority", "-3", "--require", "c", "--max-attempts", "5"});
  EXPECT_TRUE(holds(made, R"("priority":-3,"status":"ready")")) << made;
  EXPECT_EQ(json({"task", "claim", "ann"}), "{\"items\":[],\"next\":null}\n");
  const std::string claimed = json({"task", "claim", "ann", "--capability", "c", "--lease", "1h"});
  const std::string token = Runner::field(claimed, "lease_token");
  EXPECT_TRUE(holds(claimed, R"("lease_owner":"ann")")) << claimed;
  EXPECT_FALSE(holds(json({"task", "get", "t"}), "lease_token"));
  EXPECT_TRUE(holds(json({"task", "renew", "t", "--token", token, "--lease", "2h"}), "\"lease_token\":"));
  EXPECT_EQ(run({"task", "complete", "t", "--token", "made-up"}).status, 7);
  EXPECT_TRUE(holds(json({"task", "list", "--status", "running", "--agent", "ann"}), R"("id":"t")"));
  EXPECT_TRUE(holds(json({"task", "complete", "t", "--token", token, "--result", "[1]"}), R"("result":[1])"));
}

TEST_F(TaskCommand, FailsReleasesAndCancels) {
  json({"task", "create", "a", "--id", "a"});
  json({"task", "create", "b", "--id", "b", "--depends-on", "a", "--parent", "a"});
  EXPECT_TRUE(holds(json({"task", "release", "a", "--token", claim_token("ann")}), R"("status":"ready")"));
  EXPECT_TRUE(
      holds(json({"task", "fail", "a", "--token", claim_token("ann"), "--error", "--broken", "--retry-after", "1h"}), R"("error":"--broken")"));
  EXPECT_TRUE(holds(json({"task", "cancel", "a", "--dependents"}), R"("status":"cancelled")"));
  EXPECT_TRUE(holds(json({"task", "get", "b"}), R"("status":"cancelled")"));
  EXPECT_EQ(run({"task", "fail", "a", "--token", "x"}).status, 2);
}

TEST_F(TaskCommand, WaitsForItsTime) {
  EXPECT_TRUE(holds(json({"task", "create", "later", "--not-before", "+1h"}), R"("status":"pending")"));
  EXPECT_TRUE(holds(json({"task", "create", "due", "--not-before", "2001-01-01T00:00:00Z"}), R"("not_before":"2001-01-01T00:00:00.000000Z")"));
  EXPECT_EQ(run({"task", "create", "x", "--not-before", "tomorrow"}).status, 2);
}

TEST_F(TaskCommand, DrawsTheGraph) {
  json({"task", "create", "a", "--id", "a"});
  json({"task", "create", "b", "--id", "b", "--depends-on", "a"});
  EXPECT_TRUE(json({"task", "graph"})
                  .ends_with(R"("edges":[{"from":"a","to":"b"}]})"
                             "\n"));
  EXPECT_TRUE(run({"task", "graph", "--format", "dot"}).out.starts_with("digraph"));
  EXPECT_TRUE(run({"task", "graph", "--format", "json"}).out.starts_with("{\"nodes\""));
  EXPECT_TRUE(run({"task", "graph"}).out.starts_with("id  description  status"));
  EXPECT_EQ(run({"task", "graph", "--format", "png"}).status, 2);
}

TEST_F(TaskCommand, DrawsTasksWhoseResultsAreDeep) {
  json({"task", "create", "a", "--id", "a"});
  const std::string deepest = std::string(512, '[') + std::string(512, ']');
  json({"task", "complete", "a", "--token", claim_token("ann"), "--result", deepest});
  EXPECT_TRUE(holds(json({"task", "graph"}), "\"result\":" + deepest));
}

}  // namespace
}  // namespace waggle::test
