// Messages: who gets what, how often, and that nobody gets anything twice who did not ask for it.

#include "waggle/messages.h"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/store_fixture.h"
#include "waggle/agents.h"
#include "waggle/changes.h"
#include "waggle/swarms.h"

namespace waggle::stores {
namespace {

using namespace std::chrono_literals;

class Messages : public test::StoreTest {
 protected:
  void SetUp() override {
    add_swarm("hive", {"ann", "bob", "cid"});
    add_swarm("other", {"far"});
  }

  void add_swarm(const std::string& id, const std::vector<std::string>& agents) {
    SwarmStore(scope_).create({.name = id, .id = id}).value();
    for (const std::string& agent : agents) add_agent(agent, id);
  }
  void add_agent(const std::string& id, const std::string& swarm) {
    AgentStore(scope_).register_agent({.id = id, .agent_type = "worker", .swarm_id = swarm}).value();
  }

  MessageStore messages() { return MessageStore(scope_); }

  static NewMessage message(const std::string& from, Recipients to, const std::string& content) {
    return {.swarm_id = "hive", .from = from, .to = std::move(to), .message_type = "note", .content = Json(content)};
  }
  Result<Message> send(const std::string& from, Recipients to, const std::string& content) {
    return messages().send(message(from, std::move(to), content));
  }

  // The contents of an inbox, in order.
  std::vector<std::string> inbox(const std::string& agent, const Receive& receive = {}) {
    const std::vector<Message> got = messages().inbox(agent, receive).value();
    std::vector<std::string> contents;
    for (const Message& each : got) contents.push_back(each.content.text);
    return contents;
  }
  using Contents = std::vector<std::string>;

  // The operations logged on messages.
  std::vector<std::string> logged() {
    Watcher watcher = ChangeLog(scope_).watch(std::nullopt, {.entities = {Entity::kMessage}}).value();
    const std::vector<Change> changes = watcher.next(Duration::zero()).value();
    std::vector<std::string> ops;
    for (const Change& change : changes) ops.push_back(change.op);
    return ops;
  }
};

TEST_F(Messages, DirectMessageReachesItsRecipientOnly) {
  const Message sent = send("ann", Recipients::agent("bob"), R"({"n": 1})").value();
  EXPECT_EQ(sent.swarm_id, "hive");
  EXPECT_EQ(sent.from_agent, "ann");
  EXPECT_EQ(sent.to_agent, "bob");
  EXPECT_EQ(sent.topic, std::nullopt);
  EXPECT_EQ(sent.content.text, R"({"n":1})");
  EXPECT_EQ(sent.created_at, db_.clock.now());
  EXPECT_EQ(sent.delivery, std::nullopt);

  const std::vector<Message> got = messages().inbox("bob").value();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].id, sent.id);
  EXPECT_EQ(got[0].seq, sent.seq);
  EXPECT_EQ(got[0].message_type, "note");
  EXPECT_EQ(got[0].content, sent.content);
  EXPECT_EQ(got[0].delivery, 1);
  EXPECT_EQ(inbox("ann"), Contents());
  EXPECT_EQ(inbox("cid"), Contents());
}

TEST_F(Messages, BroadcastReachesThoseOfTheSwarmWhenItIsSent) {
  ASSERT_TRUE(send("ann", Recipients::everyone(), "1"));
  add_agent("dan", "hive");
  ASSERT_TRUE(send("bob", Recipients::everyone(), "2"));
  EXPECT_EQ(inbox("ann"), Contents({"2"}));
  EXPECT_EQ(inbox("bob"), Contents({"1"}));
  EXPECT_EQ(inbox("cid"), Contents({"1", "2"}));
  EXPECT_EQ(inbox("dan"), Contents({"2"}));
  EXPECT_EQ(inbox("far"), Contents());
}

TEST_F(Messages, TopicReachesItsSubscribersWhileTheyAre) {
  const Subscription bobs{.swarm_id = "hive", .agent_id = "bob", .topic = "news"};
  EXPECT_EQ(messages().subscribe(bobs).value().topic, "news");
  ASSERT_TRUE(messages().subscribe(bobs));  // twice is once
  ASSERT_TRUE(messages().subscribe({.swarm_id = "hive", .agent_id = "ann", .topic = "news"}));
  EXPECT_EQ(send("ann", Recipients::topic("news"), "1").value().topic, "news");
  ASSERT_TRUE(send("ann", Recipients::topic("weather"), "2"));
  EXPECT_EQ(inbox("ann"), Contents());  // subscribed, but the sender
  EXPECT_EQ(inbox("bob"), Contents({"1"}));
  EXPECT_EQ(inbox("cid"), Contents());

  ASSERT_TRUE(messages().unsubscribe(bobs));
  ASSERT_TRUE(messages().unsubscribe(bobs));
  ASSERT_TRUE(send("ann", Recipients::topic("news"), "3"));
  EXPECT_EQ(inbox("bob"), Contents());
}

TEST_F(Messages, WhatIsNotAcknowledgedComesAgain) {
  const std::string id = send("ann", Recipients::agent("bob"), "1").value().id;
  const Receive briefly{.visibility = 10s};
  EXPECT_EQ(messages().inbox("bob", briefly).value().at(0).delivery, 1);
  db_.clock.advance(10s - 1us);
  EXPECT_EQ(inbox("bob"), Contents());
  db_.clock.advance(1us);
  EXPECT_EQ(messages().inbox("bob", briefly).value().at(0).delivery, 2);
  EXPECT_EQ(messages().ack("bob", std::vector{id}).value(), 1);
  db_.clock.advance(1h);
  EXPECT_EQ(inbox("bob"), Contents());
}

TEST_F(Messages, AcknowledgingAtOnceDeliversOnce) {
  ASSERT_TRUE(send("ann", Recipients::agent("bob"), "1"));
  EXPECT_EQ(inbox("bob", {.ack = Receive::Ack::kNow}), Contents({"1"}));
  db_.clock.advance(1h);
  EXPECT_EQ(inbox("bob"), Contents());
}

TEST_F(Messages, ComeInTheOrderOfSendingSomeAtATime) {
  for (const char* content : {"1", "2", "3", "4", "5"}) ASSERT_TRUE(send("ann", Recipients::agent("bob"), content));
  EXPECT_EQ(inbox("bob", {.count = 2, .visibility = 1s}), Contents({"1", "2"}));
  EXPECT_EQ(inbox("bob", {.count = 2, .visibility = 1h}), Contents({"3", "4"}));
  db_.clock.advance(1s);
  EXPECT_EQ(inbox("bob"), Contents({"1", "2", "5"}));
}

TEST_F(Messages, AcknowledgeAllOrNone) {
  const std::string first = send("ann", Recipients::agent("bob"), "1").value().id;
  const std::string second = send("ann", Recipients::agent("bob"), "2").value().id;
  const std::string foreign = send("ann", Recipients::agent("cid"), "3").value().id;
  for (const std::string& wrong : {foreign, std::string("nothing")}) {
    const auto refused = messages().ack("bob", std::vector{first, wrong});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Code::kNotFound);
    EXPECT_NE(refused.error().message().find("message 2 "), std::string::npos) << refused.error().message();
  }
  EXPECT_EQ(inbox("bob", {.visibility = 1s}), Contents({"1", "2"}));
  EXPECT_EQ(messages().ack("bob", std::vector{first, second, first}).value(), 2);
  EXPECT_EQ(messages().ack("bob", std::vector{first}).error().code(), Code::kNotFound);
  EXPECT_EQ(messages().ack("bob", {}).value(), 0);
}

TEST_F(Messages, AcknowledgeAllOrNoneAlsoInATransactionThatGoesOn) {
  const std::string id = send("ann", Recipients::agent("bob"), "1").value().id;
  const Status done = scope_.write([&](Writing& writing) -> Status {
    const Scope bound(scope_, writing.sql, writing.now);
    EXPECT_EQ(MessageStore(bound).ack("bob", std::vector{id, std::string("nothing")}).error().code(), Code::kNotFound);
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(inbox("bob"), Contents({"1"}));
}

TEST_F(Messages, ExpiredOnesAreGoneAtOnce) {
  NewMessage brief = message("ann", Recipients::agent("bob"), "1");
  brief.ttl = 10s;
  const Message sent = messages().send(brief).value();
  EXPECT_EQ(sent.expires_at, db_.clock.now() + 10s);
  EXPECT_EQ(inbox("bob", {.visibility = 1s}), Contents({"1"}));
  db_.clock.advance(10s);
  EXPECT_EQ(inbox("bob"), Contents());
  EXPECT_EQ(messages().ack("bob", std::vector{sent.id}).error().code(), Code::kNotFound);
  NewMessage reply = message("bob", Recipients::agent("ann"), "2");
  reply.reply_to = sent.id;
  EXPECT_EQ(messages().send(reply).error().code(), Code::kNotFound);
}

TEST_F(Messages, ARepeatedDedupKeyAnswersTheFirst) {
  NewMessage request = message("ann", Recipients::agent("bob"), "1");
  request.dedup_key = "k";
  const Message first = messages().send(request).value();
  request.content = Json("2");
  request.to = Recipients::everyone();
  const Message again = messages().send(request).value();
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(again.content.text, "1");
  EXPECT_EQ(inbox("bob"), Contents({"1"}));
  EXPECT_EQ(inbox("cid"), Contents());
  EXPECT_EQ(logged(), std::vector<std::string>({"send"}));

  request.from = "bob";  // another sender's key is another key
  EXPECT_NE(messages().send(request).value().id, first.id);

  // Who repeats a call because its answer was lost gets it, although sending anew would be refused by now.
  ASSERT_TRUE(SwarmStore(scope_).close("hive"));
  request.from = "ann";
  EXPECT_EQ(messages().send(request).value().id, first.id);
}

TEST_F(Messages, RepliesNameAMessageOfTheSwarm) {
  const std::string id = send("ann", Recipients::agent("bob"), "1").value().id;
  NewMessage reply = message("bob", Recipients::agent("ann"), "2");
  reply.reply_to = id;
  EXPECT_EQ(messages().send(reply).value().reply_to, id);
  EXPECT_EQ(messages().inbox("ann").value().at(0).reply_to, id);
  reply.reply_to = "nothing";
  EXPECT_EQ(messages().send(reply).error().code(), Code::kNotFound);
}

TEST_F(Messages, RefuseWhatCannotBeSent) {
  const NewMessage good = message("ann", Recipients::agent("bob"), "1");
  const auto code_of = [&](const auto& change) {
    NewMessage bad = good;
    change(bad);
    const auto sent = messages().send(bad);
    return sent ? std::string("sent") : std::string(to_string(sent.error().code()));
  };
  EXPECT_EQ(code_of([](NewMessage& m) { m.swarm_id = "nowhere"; }), "not_found");
  EXPECT_EQ(code_of([](NewMessage& m) { m.from = "nobody"; }), "not_found");
  EXPECT_EQ(code_of([](NewMessage& m) { m.from = "far"; }), "conflict");
  EXPECT_EQ(code_of([](NewMessage& m) { m.to = Recipients::agent("far"); }), "conflict");
  EXPECT_EQ(code_of([](NewMessage& m) { m.to = Recipients::agent("nobody"); }), "conflict");
  EXPECT_EQ(code_of([](NewMessage& m) { m.to = Recipients::topic(""); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewMessage& m) { m.content = Json("{bad"); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewMessage& m) { m.content = Json::string(std::string((16 << 20) + 1, 'x')); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewMessage& m) { m.message_type = ""; }), "invalid_argument");
  EXPECT_EQ(code_of([](NewMessage& m) { m.ttl = Duration::zero(); }), "invalid_argument");
  EXPECT_EQ(code_of([](NewMessage& m) { m.dedup_key = ""; }), "invalid_argument");

  ASSERT_TRUE(AgentStore(scope_).remove("cid"));
  EXPECT_EQ(code_of([](NewMessage& m) { m.to = Recipients::agent("cid"); }), "conflict");
  ASSERT_TRUE(SwarmStore(scope_).close("hive"));
  EXPECT_EQ(code_of([](NewMessage&) {}), "conflict");
  EXPECT_EQ(code_of([](NewMessage& m) { m.to = Recipients::everyone(); }), "conflict");
  EXPECT_EQ(logged(), std::vector<std::string>());
}

TEST_F(Messages, RefuseWhatCannotBeSubscribedOrReceived) {
  EXPECT_EQ(messages().subscribe({"nowhere", "ann", "news"}).error().code(), Code::kNotFound);
  EXPECT_EQ(messages().subscribe({"hive", "nobody", "news"}).error().code(), Code::kNotFound);
  EXPECT_EQ(messages().subscribe({"hive", "far", "news"}).error().code(), Code::kConflict);
  EXPECT_EQ(messages().unsubscribe({"nowhere", "ann", "news"}).error().code(), Code::kNotFound);
  EXPECT_EQ(messages().unsubscribe({"hive", "nobody", "news"}).error().code(), Code::kNotFound);
  for (const Receive& wrong : {Receive{.count = 0}, Receive{.count = 10'001}, Receive{.visibility = 0s}, Receive{.visibility = 24h * 366}}) {
    EXPECT_EQ(messages().inbox("bob", wrong).error().code(), Code::kInvalidArgument);
    EXPECT_EQ(messages().wait("bob", 0s, wrong).error().code(), Code::kInvalidArgument);
  }
}

TEST_F(Messages, SendingIsLoggedWithItsActorAndDeliveriesAreNot) {
  const Scope as_ann = db_.as("ann");
  const std::string id = MessageStore(as_ann).send(message("ann", Recipients::agent("bob"), "1")).value().id;
  ASSERT_EQ(inbox("bob", {.ack = Receive::Ack::kNow}), Contents({"1"}));
  Watcher watcher = ChangeLog(scope_).watch(std::nullopt, {.entities = {Entity::kMessage}}).value();
  const std::vector<Change> changes = watcher.next(Duration::zero()).value();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].entity_id, id);
  EXPECT_EQ(changes[0].op, "send");
  EXPECT_EQ(changes[0].actor, "ann");
}

TEST_F(Messages, AskingInVainWritesNothing) {
  ASSERT_TRUE(send("ann", Recipients::agent("bob"), "1"));
  ASSERT_EQ(inbox("bob", {.visibility = 1h}), Contents({"1"}));
  const sql::Version before = db_.engine().version();
  EXPECT_EQ(inbox("bob"), Contents());
  EXPECT_EQ(messages().wait("bob", Duration::zero()).value().size(), 0U);
  EXPECT_EQ(db_.engine().version(), before);
}

TEST_F(Messages, TakePartInATransaction) {
  const Status done = db_.engine().write(base::Deadline::after(10s), [&](sql::Writer& writer) -> Status {
    const Scope bound(scope_, writer, db_.clock.now());
    MessageStore store(bound);
    WAGGLE_TRY(store.send(message("ann", Recipients::agent("bob"), "1")));
    WAGGLE_ASSIGN_OR_RETURN(const auto got, store.inbox("bob"));
    EXPECT_EQ(got.size(), 1U);
    EXPECT_EQ(store.wait("bob", 1h).error().code(), Code::kInvalidArgument);
    return Error(Code::kCancelled, "undone on purpose");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(inbox("bob"), Contents());
  EXPECT_EQ(logged(), std::vector<std::string>());
}

TEST_F(Messages, WaitingIsEndedByAMessage) {
  std::jthread sender([&] { send("ann", Recipients::agent("bob"), "1").value(); });
  const auto got = messages().wait("bob", 60s);
  ASSERT_TRUE(got);
  ASSERT_EQ(got->size(), 1U);
  EXPECT_EQ(got->at(0).content.text, "1");
}

TEST_F(Messages, WaitingEndsEmptyAtItsTimeout) { EXPECT_EQ(messages().wait("bob", 20ms).value().size(), 0U); }

TEST_F(Messages, WaitingIsEndedByARequestToStop) {
  std::stop_source stop;
  const Scope stoppable(db_.shared(), {.actor = "bob", .timeout = 10s, .stop = stop.get_token()});
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(MessageStore(stoppable).wait("bob", 60s).error().code(), Code::kCancelled);
}

// The clock of the fixture stands still, so a waiter that trusted the first look would wait for the whole minute: it has to look again when the
// delivery falls due.
TEST_F(Messages, WaitingNoticesARedelivery) {
  ASSERT_TRUE(send("ann", Recipients::agent("bob"), "1"));
  ASSERT_EQ(inbox("bob", {.visibility = 20ms}), Contents({"1"}));
  std::jthread time([&] { db_.clock.advance(20ms); });
  EXPECT_EQ(messages().wait("bob", 60s).value().at(0).delivery, 2);
}

TEST_F(Messages, OfManyReceiversOneGetsEachMessage) {
  constexpr int kMessages = 60;
  std::stop_source all_received;
  std::mutex mutex;
  std::multiset<std::string> received;
  {
    std::vector<std::jthread> receivers;
    for (int i = 0; i < 4; ++i) {
      receivers.emplace_back([&] {
        const Scope mine(db_.shared(), {.actor = "bob", .timeout = 10s, .stop = all_received.get_token()});
        for (;;) {
          const auto got = MessageStore(mine).wait("bob", 60s, {.count = 3, .ack = Receive::Ack::kNow});
          if (!got) {
            EXPECT_EQ(got.error().code(), Code::kCancelled) << got.error().describe();
            return;
          }
          const std::lock_guard lock(mutex);
          for (const Message& each : *got) received.insert(each.content.text);
          if (received.size() >= kMessages || got->empty()) all_received.request_stop();
        }
      });
    }
    for (int i = 0; i < kMessages; ++i) send("ann", Recipients::agent("bob"), std::to_string(i)).value();
  }
  std::multiset<std::string> sent;
  for (int i = 0; i < kMessages; ++i) sent.insert(std::to_string(i));
  EXPECT_EQ(received, sent);
}

}  // namespace
}  // namespace waggle::stores
