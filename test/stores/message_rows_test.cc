// Messages as rows: what one delivery holds at most, and how expired ones go.

#include "stores/message_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "support/store_fixture.h"
#include "waggle/agents.h"
#include "waggle/swarms.h"

namespace waggle::stores {
namespace {

using namespace std::chrono_literals;

class MessageRows : public test::StoreTest {
 protected:
  void SetUp() override {
    SwarmStore(scope_).create({.name = "hive", .id = "hive"}).value();
    for (const char* agent : {"ann", "bob", "cid"}) {
      AgentStore(scope_).register_agent({.id = agent, .agent_type = "worker", .swarm_id = "hive"}).value();
    }
  }

  Result<Message> send(Json content, std::optional<Duration> ttl) {
    return MessageStore(scope_).send(
        {.swarm_id = "hive", .from = "ann", .to = Recipients::everyone(), .message_type = "note", .content = std::move(content), .ttl = ttl});
  }
  std::int64_t count(sql::Text text) {
    return scope_.read([&](Reading& reading) { return reading.sql.query_integer(text, {}); }).value();
  }
  std::int64_t sweep(std::int64_t max) {
    return scope_.write([&](Writing& writing) { return sweep_messages(writing, max); }).value();
  }
  InboxState look(std::string_view agent) {
    return scope_.read([&](Reading& reading) { return look_into_inbox(reading, agent); }).value();
  }
};

TEST_F(MessageRows, SweepingDeletesExpiredMessagesOldestFirstAndTheirReceipts) {
  for (const auto ttl : {3s, 1s, 2s, 60s}) ASSERT_TRUE(send(Json("1"), ttl));
  ASSERT_TRUE(send(Json("1"), std::nullopt));
  EXPECT_EQ(sweep(10), 0);
  db_.clock.advance(3s);
  EXPECT_EQ(sweep(2), 2);
  EXPECT_EQ(count("SELECT count(*) FROM messages"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM message_receipts"), 6);
  EXPECT_EQ(sweep(10), 1);
  EXPECT_EQ(sweep(10), 0);
  EXPECT_EQ(count("SELECT count(*) FROM messages"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM message_receipts"), 4);
  EXPECT_EQ(count("SELECT count(*) FROM changes WHERE entity = 'message' AND op = 'expire'"), 3);
}

TEST_F(MessageRows, AReceiverWhoseClockIsBehindGetsWhatWasSent) {
  ASSERT_TRUE(send(Json("1"), std::nullopt));
  db_.clock.advance(-1h);
  EXPECT_TRUE(look("bob").has_waiting);
  EXPECT_EQ(MessageStore(scope_).inbox("bob").value().size(), 1U);
  EXPECT_FALSE(look("bob").has_waiting);
  ASSERT_TRUE(MessageStore(scope_).send({.swarm_id = "hive", .from = "ann", .to = Recipients::agent("cid"), .message_type = "note"}));
  db_.clock.advance(-1h);
  EXPECT_EQ(MessageStore(scope_).inbox("cid").value().size(), 2U);
}

TEST_F(MessageRows, LookingTellsWhenTheNextRedeliveryIs) {
  EXPECT_FALSE(look("bob").has_waiting);
  EXPECT_EQ(look("bob").next_visible, std::nullopt);
  ASSERT_TRUE(send(Json("1"), std::nullopt));
  ASSERT_TRUE(send(Json("2"), 5s));
  EXPECT_TRUE(look("bob").has_waiting);

  MessageStore store(scope_);
  ASSERT_EQ(store.inbox("bob", {.count = 1, .visibility = 20s}).value().size(), 1U);
  ASSERT_EQ(store.inbox("bob", {.count = 1, .visibility = 10s}).value().size(), 1U);
  EXPECT_FALSE(look("bob").has_waiting);
  EXPECT_EQ(look("bob").next_visible, db_.clock.now() + 20s);  // the second expires before it would come again
}

TEST_F(MessageRows, ADeliveryStopsOnceItHoldsEnoughBytes) {
  const Json large = Json::string(std::string((16 << 20) - 2, 'x'));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(send(large, std::nullopt));
  MessageStore store(scope_);
  EXPECT_EQ(store.inbox("bob").value().size(), 4U);
  EXPECT_EQ(store.inbox("bob").value().size(), 1U);
}

TEST_F(MessageRows, DeliveriesAreNotedOnTheReceipt) {
  ASSERT_TRUE(send(Json("1"), std::nullopt));
  const Timestamp first = db_.clock.now();
  MessageStore store(scope_);
  ASSERT_TRUE(store.inbox("bob", {.visibility = 1s}));
  db_.clock.advance(1s);
  ASSERT_TRUE(store.inbox("bob", {.ack = Receive::Ack::kNow}));
  EXPECT_EQ(count("SELECT delivered_at FROM message_receipts WHERE agent_id = 'bob'"), first.time_since_epoch().count());
  EXPECT_EQ(count("SELECT acked_at FROM message_receipts WHERE agent_id = 'bob'"), db_.clock.now().time_since_epoch().count());
  EXPECT_EQ(count("SELECT deliveries FROM message_receipts WHERE agent_id = 'bob'"), 2);
  EXPECT_EQ(count("SELECT deliveries FROM message_receipts WHERE agent_id = 'cid'"), 0);
}

}  // namespace
}  // namespace waggle::stores
