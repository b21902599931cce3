// member_test.cc: what planner and workers have in common.

#include "cli/demo/member.h"

#include <gtest/gtest.h>

#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

class DemoMember : public ::testing::Test {
 protected:
  Member join() { return Member::join({.database = swarm_.path(), .agent = "worker-1"}).value(); }

  test::SmallSwarm swarm_;
};

TEST_F(DemoMember, ThereMustBeADatabase) {
  const test::TempDir dir;
  EXPECT_EQ(Member::join({.database = dir.file("nowhere.db"), .agent = "a"}).error().code(), Code::kNotFound);
}

TEST_F(DemoMember, ActsAsItsAgentAndStaysAlive) {
  Member member = join();
  EXPECT_EQ(member.name(), "worker-1");
  EXPECT_TRUE(member.stay_alive().has_value());
  EXPECT_TRUE(swarm_.session().agents().get("worker-1").value().heartbeat_at.has_value());
  EXPECT_TRUE(member.stay_alive().has_value());
  EXPECT_EQ(member.latencies().by_operation().at("agent heartbeat").count(), 1) << "the second came too early to be sent";
}

TEST_F(DemoMember, RecallsTextAndNumbersOfTheLibrary) {
  const Session session = swarm_.session();
  session.memory().put({.agent_id = "library", .key = "n", .value = Json("42")}).value();
  Member member = join();
  EXPECT_EQ(member.recall_number("n").value(), 42);
  EXPECT_TRUE(member.recall_text("input").has_value());
  EXPECT_EQ(member.recall_text("n").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(member.recall_number("input").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(member.recall_text("nothing").error().code(), Code::kNotFound);
}

TEST_F(DemoMember, ReceivesAndAcknowledges) {
  const Session session = swarm_.session();
  session.messages()
      .send({.swarm_id = std::string(kSwarm), .from = "planner", .to = Recipients::everyone(), .message_type = "t", .content = Json::string("x")})
      .value();
  Member member = join();
  const std::vector<Message> messages = member.receive(std::chrono::seconds(5)).value();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(content_text(messages[0]).value(), "x");
  EXPECT_TRUE(member.acknowledge(messages).has_value());
  EXPECT_TRUE(member.acknowledge({}).has_value());
  EXPECT_TRUE(member.receive({}).value().empty());
  Message other = messages[0];
  other.content = Json("1");
  EXPECT_EQ(content_text(other).error().code(), Code::kInvalidArgument);
}

TEST_F(DemoMember, LeavesItsLatenciesBehind) {
  Member member = join();
  member.stay_alive().value();
  EXPECT_TRUE(member.leave().has_value());
  const Session session = swarm_.session();
  EXPECT_EQ(session.agents().get("worker-1").value().status, "done");
  EXPECT_TRUE(session.memory().get({"worker-1", "latency/agent heartbeat"}).has_value());
}

}  // namespace
}  // namespace waggle::cli::demo
