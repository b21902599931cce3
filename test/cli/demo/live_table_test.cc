// live_table_test.cc: what the view shows.

#include "cli/demo/live_table.h"

#include <gtest/gtest.h>

#include "cli/text.h"

namespace waggle::cli::demo {
namespace {

Board board_at_work() {
  Board board;
  Change change;
  change.entity = Entity::kTask;
  change.actor = "ann";
  for (const auto& [op, id] :
       {std::pair("create", "t1"), std::pair("create", "t2"), std::pair("claim", "t1"), std::pair("complete", "t1"), std::pair("claim", "t2")}) {
    change.op = op;
    change.entity_id = id;
    board.apply(change);
  }
  return board;
}

TEST(DemoLiveTable, ShowsEachAgentAndTheTotals) {
  const std::vector<std::string> lines = render_board({{"ann", "reader", "idle"}, {"bob", "reader", "lost"}}, board_at_work(), {100, 20});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_TRUE(lines[1].starts_with("ann"));
  EXPECT_TRUE(lines[1].ends_with("t2")) << lines[1];
  EXPECT_NE(lines[2].find("lost"), std::string::npos);
  EXPECT_TRUE(lines[3].starts_with("1 of 2 tasks done")) << lines[3];
}

TEST(DemoLiveTable, FitsANarrowTerminal) {
  for (const std::string& line : render_board({{"ann", "reader", "idle"}}, board_at_work(), {12, 20})) {
    EXPECT_LE(display_width(line), 12U);
  }
}

TEST(DemoLiveTable, FitsALowTerminal) {
  std::vector<AgentView> agents;
  for (int i = 1; i <= 64; ++i) agents.push_back({"worker-" + std::to_string(i), "reader", "idle"});
  const std::vector<std::string> lines = render_board(agents, board_at_work(), {100, 10});
  ASSERT_EQ(lines.size(), 10U);
  EXPECT_TRUE(lines[7].starts_with("worker-7 "));
  EXPECT_EQ(lines[8], "and 57 more agents");
  EXPECT_TRUE(lines[9].starts_with("1 of 2 tasks done"));
  EXPECT_EQ(render_board({agents.begin(), agents.begin() + 8}, board_at_work(), {100, 10}).at(8).substr(0, 9), "worker-8 ") << "all fit";
}

TEST(DemoLiveTable, ShowsNothingWhenToldSo) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    LiveTable view(DemoOptions::View::kNothing);
    view.announce("hello");
    view.update({{"ann", "reader", "idle"}}, board_at_work());
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(DemoLiveTable, WithoutATerminalItTellsProgressOnStderr) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    LiveTable view(DemoOptions::View::kTable);
    view.announce("hello");
    view.update({}, board_at_work());
    view.update({}, board_at_work());  // at once: too early for another line
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(told.starts_with("hello\n1 of 2 tasks done")) << told;
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 2);
}

}  // namespace
}  // namespace waggle::cli::demo
