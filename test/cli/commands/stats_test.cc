// stats_test.cc: `waggle stats`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class StatsCommand : public CliTest {};

TEST_F(StatsCommand, CountsRows) {
  json({"memory", "put", "ann", "k", "1"});
  const std::string stats = json({"stats"});
  EXPECT_TRUE(stats.starts_with("{\"file_bytes\":")) << stats;
  EXPECT_TRUE(holds(stats, "\"memory\":1"));
  EXPECT_TRUE(holds(stats, "\"changes\":{\"oldest\":1,\"newest\":1}"));
  EXPECT_TRUE(run({"stats"}).out.starts_with("file_bytes "));
}

}  // namespace
}  // namespace waggle::test
