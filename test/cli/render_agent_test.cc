// render_agent_test.cc: agents as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

TEST(RenderAgent, HasAllKeysInOrder) {
  const Agent agent = {.id = "ann", .agent_type = "coder", .capabilities = {"c++"}, .status = "idle", .created_at = kTime, .updated_at = kTime};
  EXPECT_EQ(render(agent).to_json(),
            R"({"id":"ann","agent_type":"coder","capabilities":["c++"],"status":"idle","metadata":null,"swarm_id":null,"location":null,)"
            R"("heartbeat_at":null,"created_at":"2026-11-23T00:00:00.000000Z","updated_at":"2026-11-23T00:00:00.000000Z"})");
}

TEST(RenderAgent, TellsWhoWasReaped) {
  EXPECT_EQ(render(ReapResult{.lost = {"ann"}, .released_tasks = 2}).to_json(), R"({"lost":["ann"],"released_tasks":2})");
}

}  // namespace
}  // namespace waggle::cli
