// render_change_test.cc: changes as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

TEST(RenderChange, HasAllKeysInOrder) {
  const Change change = {
      .seq = 7, .at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23), .entity = Entity::kTask, .entity_id = "t", .op = "claim"};
  EXPECT_EQ(render(change).to_json(), R"({"seq":7,"at":"2026-11-23T00:00:00.000000Z","entity":"task","entity_id":"t","op":"claim","actor":null})");
}

}  // namespace
}  // namespace waggle::cli
