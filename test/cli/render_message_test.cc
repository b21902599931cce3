// render_message_test.cc: messages as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

TEST(RenderMessage, HasAllKeysInOrder) {
  const Message message = {.id = "m",
                           .swarm_id = "s",
                           .from_agent = "a",
                           .to_agent = "b",
                           .message_type = "t",
                           .content = Json("[1]"),
                           .seq = 4,
                           .created_at = kTime,
                           .delivery = 2};
  EXPECT_EQ(render(message).to_json(),
            R"({"id":"m","swarm_id":"s","from_agent":"a","to_agent":"b","topic":null,"message_type":"t","content":[1],"seq":4,"reply_to":null,)"
            R"("created_at":"2026-11-23T00:00:00.000000Z","expires_at":null,"delivery":2})");
}

TEST(RenderMessage, NamesASubscription) {
  EXPECT_EQ(render(Subscription{.swarm_id = "s", .agent_id = "a", .topic = "news"}).to_json(), R"({"agent_id":"a","topic":"news"})");
}

}  // namespace
}  // namespace waggle::cli
