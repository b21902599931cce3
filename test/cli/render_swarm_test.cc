// render_swarm_test.cc: swarms as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

Swarm sample() {
  return {.id = "s1",
          .name = "One",
          .topology = Topology::kStar,
          .config = Json(R"({"z":1})"),
          .status = SwarmStatus::kPaused,
          .created_at = kTime,
          .updated_at = kTime};
}

TEST(RenderSwarm, HasAllKeysInOrder) {
  EXPECT_EQ(render(sample()).to_json(),
            R"({"id":"s1","name":"One","topology":"star","config":{"z":1},"status":"paused","created_at":"2026-11-23T00:00:00.000000Z",)"
            R"("updated_at":"2026-11-23T00:00:00.000000Z"})");
}

TEST(RenderSwarm, SummarisesWhatItHolds) {
  const SwarmSummary summary = {.swarm = sample(), .agents = {{"idle", 2}}, .tasks = {}, .messages = 3, .proposals = {{"open", 1}}};
  const std::string json = render(summary).to_json();
  EXPECT_TRUE(json.starts_with(R"({"swarm":{"id":"s1",)"));
  EXPECT_TRUE(json.ends_with(R"("agents":{"idle":2},"tasks":{},"messages":3,"proposals":{"open":1}})")) << json;
}

}  // namespace
}  // namespace waggle::cli
