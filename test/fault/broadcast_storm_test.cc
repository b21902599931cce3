// broadcast_storm_test.cc: messages to fifty agents, each a process, some of them two. Everybody reads each message once; and when readers are killed
// nothing that they have not acknowledged is lost, and nothing that they have acknowledged comes again.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "fault/fault_fixture.h"
#include "fault/run_size.h"
#include "support/process_group.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kAgents = 50;

class SlowBroadcastStorm : public FaultTest {
 protected:
  using Delivery = std::pair<int, std::int64_t>;  // agent and number of the message

  void hear(std::size_t member, const std::string& line) {
    std::istringstream words(line);
    std::string what;
    std::int64_t seq = 0;
    words >> what >> seq;
    const Delivery delivery{static_cast<int>(member) % kAgents, seq};
    if (what == "got") {
      ++got_[delivery];
      EXPECT_FALSE(acked_.contains(delivery)) << "agent " << delivery.first << " got " << seq << " again after it was acknowledged";
    } else if (what == "acked") {
      acked_.insert(delivery);
    } else {
      EXPECT_EQ(line, "ready") << "process " << member;
    }
  }

  static std::string agent(int number) { return "agent-" + std::to_string(number); }

  void make_swarm(const Session& session) {
    ASSERT_TRUE(session.swarms().create({.name = "storm", .id = "storm"}));
    ASSERT_TRUE(session.agents().register_agent({.id = "queen", .agent_type = "queen", .swarm_id = "storm"}));
    for (int a = 0; a < kAgents; ++a) ASSERT_TRUE(session.agents().register_agent({.id = agent(a), .agent_type = "bee", .swarm_id = "storm"}));
  }

  void start(std::size_t processes, const char* ack) {
    ack_ = ack;
    for (std::size_t p = 0; p < processes; ++p) group_.start(command(p));
  }
  std::vector<std::string> command(std::size_t process) const {
    return {WAGGLE_FAULT_WORKER, "receive", path(), agent(static_cast<int>(process) % kAgents), ack_};
  }

  // Sends to all, while they read.
  void broadcast(const Session& session, int count) {
    for (int i = 0; i < count; ++i) {
      const auto sent = session.messages().send(
          {.swarm_id = "storm", .from = "queen", .to = Recipients::everyone(), .message_type = "news", .content = Json(std::to_string(i))});
      ASSERT_TRUE(sent) << sent.error().describe();
      sent_.insert(sent->seq);
      group_.listen_for(milliseconds(5));
    }
  }

  void stop() {
    for (std::size_t p = 0; p < group_.size(); ++p) group_[p].write_line("enough");
    for (std::size_t p = 0; p < group_.size(); ++p) EXPECT_EQ(group_.wait(p, Steady::now() + std::chrono::seconds(60)), 0);
  }

  std::map<Delivery, int> got_;
  std::set<Delivery> acked_;
  std::set<std::int64_t> sent_;
  std::string ack_;
  ProcessGroup group_{[this](std::size_t member, const std::string& line) { hear(member, line); }};
};

TEST_F(SlowBroadcastStorm, EachRecipientReadsItOnce) {
  const int count = soak::scaled(20, 200);
  const auto database = open();
  const Session session = database->as("queen");
  ASSERT_NO_FATAL_FAILURE(make_swarm(session));
  const auto begin = Steady::now();
  // Ten agents read with two processes, which share what comes.
  start(kAgents + 10, "now");
  ASSERT_NO_FATAL_FAILURE(broadcast(session, count));
  const auto wanted = static_cast<std::size_t>(kAgents * count);
  EXPECT_TRUE(group_.listen_until(Steady::now() + std::chrono::seconds(60) * kSlowness, [&] { return got_.size() >= wanted; }));
  stop();
  EXPECT_EQ(got_.size(), wanted);
  for (const auto& [delivery, times] : got_) EXPECT_EQ(times, 1) << "agent " << delivery.first << ", message " << delivery.second;
  for (const auto& [delivery, times] : got_) EXPECT_TRUE(sent_.contains(delivery.second));
  expect_sound(*database);
  if (HasFailure()) return;
  std::cout << "broadcast storm: " << count << " messages to " << kAgents << " agents in " << kAgents + 10 << " processes, " << got_.size()
            << " deliveries, each once, " << std::chrono::duration<double>(Steady::now() - begin).count() << " s" << std::endl;
}

TEST_F(SlowBroadcastStorm, NothingIsLostOrRepeatedWhenReadersAreKilled) {
  const int count = soak::scaled(10, 100);
  const auto database = open();
  const Session session = database->as("queen");
  ASSERT_NO_FATAL_FAILURE(make_swarm(session));
  std::mt19937 random(number_from("WAGGLE_STORM_SEED", std::random_device()()));
  const auto begin = Steady::now();
  start(kAgents, "later");
  ASSERT_NO_FATAL_FAILURE(broadcast(session, count));
  int kills = 0;
  const auto wanted = static_cast<std::size_t>(kAgents * count);
  const auto deadline = Steady::now() + soak::scaled(std::chrono::seconds(90), std::chrono::seconds(900)) * kSlowness;
  const auto left = [&] {
    const auto waiting = database->sql({.text = "SELECT count(*) FROM message_receipts WHERE acked_at IS NULL"});
    return waiting ? std::get<std::int64_t>(waiting->rows[0][0]) : -1;
  };
  while (left() != 0 && !HasFailure()) {
    ASSERT_LT(Steady::now(), deadline) << left() << " are not acknowledged";
    group_.listen_for(milliseconds(50));
    const std::size_t process = random() % kAgents;
    group_.replace(process, command(process));
    ++kills;
  }
  stop();
  // A process may have died between an acknowledgement and telling of it; but not before it had told that it got the message.
  EXPECT_EQ(got_.size(), wanted);
  EXPECT_LE(acked_.size(), wanted);
  EXPECT_GE(acked_.size() + static_cast<std::size_t>(kills), wanted);
  expect_sound(*database);
  if (HasFailure()) return;
  std::cout << "broadcast storm with kills: " << count << " messages to " << kAgents << " agents, " << acked_.size() << " of " << wanted
            << " acknowledgements told, none lost, none again, " << kills << " killed, "
            << std::chrono::duration<double>(Steady::now() - begin).count() << " s" << std::endl;
}

}  // namespace
}  // namespace waggle::test
