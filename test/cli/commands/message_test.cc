// message_test.cc: `waggle message ...`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class MessageCommand : public CliTest {
 protected:
  MessageCommand() { make_swarm({"ann", "bob"}); }
  std::string send(std::vector<std::string> rest) {
    rest.insert(rest.begin(), {"message", "send", "--swarm", "hive", "--from", "ann", "--type", "t"});
    return json(rest);
  }
};

TEST_F(MessageCommand, SendsReceivesAndAcknowledges) {
  const std::string id = Runner::field(send({"--to", "bob", R"({"n":1})"}), "id");
  EXPECT_TRUE(holds(json({"message", "inbox", "bob", "--visibility", "1h"}), R"("delivery":1)"));
  EXPECT_EQ(json({"message", "inbox", "bob"}), "{\"items\":[],\"next\":null}\n");
  EXPECT_EQ(json({"message", "ack", "bob", id}), "{\"acked\":1}\n");
  EXPECT_EQ(run({"message", "ack", "bob", id}).status, 6);
  EXPECT_EQ(run({"message", "ack", "bob"}).status, 2);
}

TEST_F(MessageCommand, ReachesTopicsAndEveryone) {
  EXPECT_EQ(json({"message", "subscribe", "bob", "news", "--swarm", "hive"}), "{\"agent_id\":\"bob\",\"topic\":\"news\"}\n");
  EXPECT_TRUE(holds(send({"--topic", "news", "1"}), R"("topic":"news")"));
  send({"--broadcast", "--text", "all"});
  EXPECT_EQ(json({"message", "unsubscribe", "bob", "news", "--swarm", "hive"}), "{\"agent_id\":\"bob\",\"topic\":\"news\"}\n");
  send({"--topic", "news", "2"});
  const std::string inbox = run({"-o", "jsonl", "message", "inbox", "bob", "--ack"}).out;
  EXPECT_EQ(std::count(inbox.begin(), inbox.end(), '\n'), 2) << inbox;
  EXPECT_TRUE(holds(inbox, R"("content":"all")"));
}

TEST_F(MessageCommand, NeedsExactlyOneAddressee) {
  const std::vector<std::string> start = {"message", "send", "--swarm", "hive", "--from", "ann", "--type", "t", "1"};
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{}, {"--to", "bob", "--broadcast"}, {"--to", "bob", "--topic", "x"}}) {
    std::vector<std::string> words = start;
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_TRUE(holds(run(words).err, "(usage)"));
  }
}

TEST_F(MessageCommand, SendsOncePerKeyAndExpires) {
  const std::string first = send({"--to", "bob", "1", "--dedup-key", "k", "--ttl", "1h"});
  EXPECT_FALSE(Runner::field(first, "expires_at").empty()) << first;
  EXPECT_EQ(send({"--to", "bob", "2", "--dedup-key", "k"}), first);
  EXPECT_TRUE(holds(send({"--to", "bob", "3", "--reply-to", Runner::field(first, "id")}), "\"reply_to\":\"" + Runner::field(first, "id") + "\""));
}

TEST_F(MessageCommand, WaitsNoLongerThanTold) {
  EXPECT_EQ(json({"message", "wait", "bob", "--timeout", "20ms"}), "{\"items\":[],\"next\":null}\n");
  send({"--to", "bob", "1"});
  EXPECT_TRUE(holds(json({"message", "wait", "bob", "--timeout", "1m", "--ack"}), R"("content":1)"));
  EXPECT_EQ(run({"message", "wait", "bob"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
