// render_task_test.cc: tasks as JSON and as DOT.

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

Task sample() {
  return {.id = "t1", .description = "work", .priority = -3, .dependencies = {"t0"}, .attempt = 1, .created_at = kTime, .updated_at = kTime};
}

TEST(RenderTask, HasAllKeysInOrder) {
  EXPECT_EQ(render(sample()).to_json(),
            R"({"id":"t1","description":"work","priority":-3,"status":"ready","swarm_id":null,"parent_id":null,"dependencies":["t0"],)"
            R"("required_capabilities":[],"assigned_agents":[],"attempt":1,"max_attempts":null,"not_before":null,"lease_owner":null,)"
            R"("lease_expires_at":null,"result":null,"error":null,"created_at":"2026-11-23T00:00:00.000000Z",)"
            R"("updated_at":"2026-11-23T00:00:00.000000Z","completed_at":null})");
}

TEST(RenderTask, ShowsTheTokenOnlyToItsHolder) {
  Task task = sample();
  EXPECT_EQ(render(task).to_json().find("lease_token"), std::string::npos);
  task.lease_token = "7";
  EXPECT_TRUE(render(task).to_json().ends_with(R"(,"lease_token":"7"})"));
}

TEST(RenderTask, ShowsTheGraph) {
  const std::string json = render(TaskGraph{.nodes = {sample()}, .edges = {{"t0", "t1"}}}).to_json();
  EXPECT_TRUE(json.starts_with(R"({"nodes":[{"id":"t1",)"));
  EXPECT_TRUE(json.ends_with(R"(],"edges":[{"from":"t0","to":"t1"}]})"));
  EXPECT_EQ(render(TaskGraph()).to_json(), R"({"nodes":[],"edges":[]})");
}

TEST(FormatDot, QuotesWhatIsSpecial) {
  Task task = sample();
  task.id = "say \"t1\"";
  task.description = "two\nlines \\ {";
  const std::string dot = format_dot({.nodes = {task}, .edges = {{"t0", task.id}}});
  EXPECT_TRUE(dot.starts_with("digraph tasks {\n"));
  EXPECT_NE(dot.find(R"(  "say \"t1\"" [label="two\nlines \\ {\nready"];)"), std::string::npos) << dot;
  EXPECT_NE(dot.find(R"(  "t0" -> "say \"t1\"";)"), std::string::npos);
  EXPECT_TRUE(dot.ends_with("}\n"));
}

}  // namespace
}  // namespace waggle::cli
