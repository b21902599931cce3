// render_memory_test.cc: memory entries as JSON.

#include <gtest/gtest.h>

#include "cli/render.h"

namespace waggle::cli {
namespace {

constexpr Timestamp kTime = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

TEST(RenderMemory, HasAllKeysInOrder) {
  const MemoryEntry entry = {.id = "m1",
                             .agent_id = "ann",
                             .key = "k",
                             .value = Json(R"({"b":1.0,"a":2})"),
                             .created_at = kTime,
                             .updated_at = kTime,
                             .expires_at = kTime,
                             .ttl = std::chrono::milliseconds(2500),
                             .version = 2,
                             .access_count = 5,
                             .writer = "bob"};
  EXPECT_EQ(render(entry).to_json(),
            R"({"id":"m1","agent_id":"ann","key":"k","value":{"b":1.0,"a":2},"metadata":null,"created_at":"2026-11-23T00:00:00.000000Z",)"
            R"("updated_at":"2026-11-23T00:00:00.000000Z","expires_at":"2026-11-23T00:00:00.000000Z","ttl_s":2.5,"version":2,"access_count":5,)"
            R"("writer":"bob"})");
}

TEST(RenderMemory, CountsAndLimits) {
  EXPECT_EQ(render(MemoryStats{.entries = 1, .bytes = 2, .expired = 3, .agents = 4}).to_json(), R"({"entries":1,"bytes":2,"expired":3,"agents":4})");
  EXPECT_EQ(render(MemoryQuota{.entries = 10}).to_json(), R"({"entries":10,"bytes":null})");
}

}  // namespace
}  // namespace waggle::cli
