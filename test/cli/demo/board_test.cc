// board_test.cc: counting what the change log tells.

#include "cli/demo/board.h"

#include <gtest/gtest.h>

namespace waggle::cli::demo {
namespace {

Change change(Entity entity, std::string id, std::string op, std::string actor) {
  Change made;
  made.entity = entity;
  made.entity_id = std::move(id);
  made.op = std::move(op);
  made.actor = std::move(actor);
  return made;
}

TEST(DemoBoard, CountsDeedsByActor) {
  Board board;
  board.apply(change(Entity::kTask, "t", "create", "planner"));
  board.apply(change(Entity::kTask, "t", "claim", "ann"));
  board.apply(change(Entity::kMemory, "m", "put", "ann"));
  board.apply(change(Entity::kMemory, "m", "remove", "ann"));
  board.apply(change(Entity::kMessage, "x", "send", "ann"));
  board.apply(change(Entity::kVote, "v", "cast", "bob"));
  board.apply(change(Entity::kTask, "t", "complete", "ann"));
  board.apply(change(Entity::kProposal, "p", "create", "planner"));
  board.apply(change(Entity::kProposal, "p", "decide", "bob"));
  EXPECT_EQ(board.deeds_of("ann"), (Deeds{.tasks = 1, .memories = 1, .messages = 1}));
  EXPECT_EQ(board.deeds_of("bob"), (Deeds{.votes = 1}));
  EXPECT_EQ(board.deeds_of("nobody"), Deeds{});
  EXPECT_EQ(board.total(), (Deeds{.tasks = 1, .memories = 1, .messages = 1, .votes = 1}));
  EXPECT_EQ(board.tasks_created(), 1);
  EXPECT_EQ(board.proposals_opened(), 1);
  EXPECT_EQ(board.proposals_decided(), 1);
  EXPECT_EQ(board.finishers().at("t"), "ann");
}

TEST(DemoBoard, KnowsWhoHoldsWhat) {
  Board board;
  board.apply(change(Entity::kTask, "t", "claim", "ann"));
  EXPECT_EQ(board.task_of("ann"), "t");
  board.apply(change(Entity::kTask, "t", "release", "planner"));
  EXPECT_EQ(board.task_of("ann"), "");
  board.apply(change(Entity::kTask, "t", "claim", "bob"));
  board.apply(change(Entity::kTask, "t", "claim", "cid"));  // bob's lease had run out
  EXPECT_EQ(board.task_of("bob"), "");
  EXPECT_EQ(board.task_of("cid"), "t");
  board.apply(change(Entity::kTask, "t", "complete", "cid"));
  EXPECT_EQ(board.task_of("cid"), "");
}

}  // namespace
}  // namespace waggle::cli::demo
