// messages.h: messages between the agents of a swarm, each delivered at least once to everyone it was addressed to.

#ifndef WAGGLE_MESSAGES_H
#define WAGGLE_MESSAGES_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

namespace stores {
class Scope;
}

struct Message {
  std::string id;
  std::string swarm_id;
  std::string from_agent;
  std::optional<std::string> to_agent;  // nullopt for topics and broadcasts
  std::optional<std::string> topic;
  std::string message_type;
  Json content;
  std::int64_t seq = 0;  // grows with every message of the database
  std::optional<std::string> reply_to;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  std::optional<std::int64_t> delivery;  // how often it was handed to this agent, this time included; nullopt outside an inbox
};

// Who gets a message. The recipients are fixed when it is sent: who joins or subscribes later does not get it.
class Recipients {
 public:
  enum class Kind : std::uint8_t { kAgent, kTopic, kEveryone };

  static Recipients agent(std::string id) { return {Kind::kAgent, std::move(id)}; }
  static Recipients topic(std::string name) { return {Kind::kTopic, std::move(name)}; }  // its subscribers, but not the sender
  static Recipients everyone() { return {Kind::kEveryone, {}}; }                         // all agents of the swarm but the sender

  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }  // the agent or the topic

 private:
  Recipients(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}

  Kind kind_;
  std::string name_;
};

struct NewMessage {
  std::string swarm_id;
  std::string from;
  Recipients to;
  std::string message_type;
  Json content = {};                         // at most 16 MiB
  std::optional<std::string> reply_to = {};  // id of the message that this one answers
  std::optional<Duration> ttl = {};          // after it the message is delivered to nobody any more
  // A second message of the same sender in the swarm under this key is not sent: the first one is answered.
  std::optional<std::string> dedup_key = {};
};

struct Subscription {
  std::string swarm_id;
  std::string agent_id;
  std::string topic;
};

// How to take messages out of an inbox.
struct Receive {
  int count = 100;  // at most so many, 1 to 10,000; fewer when they hold more than 64 MiB
  // 1 ms to 365 days; what is not acknowledged within it is delivered again, and so it may be after a power cut.
  Duration visibility = std::chrono::seconds(30);
  enum class Ack : std::uint8_t { kLater, kNow } ack = Ack::kLater;  // kNow acknowledges in the same transaction
};

// The messages of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one transaction, and durable but for a delivery without acknowledgement. Sending logs a change (entity "message"); deliveries
// and acknowledgements log none.
class MessageStore {
 public:
  explicit MessageStore(const stores::Scope& scope) : scope_(&scope) {}

  // not_found for an unknown swarm or sender and for a reply_to that is unknown or has expired; conflict for a closed swarm, for a sender of another
  // swarm, and for a recipient that is not an agent of the swarm now, whether it was removed or never there. A repeated dedup_key is answered before
  // any of that, as long as the first message is stored.
  Result<Message> send(const NewMessage& message);

  // Subscribing twice and unsubscribing what is not subscribed change nothing. not_found for an unknown swarm or agent; to subscribe, conflict for a
  // closed swarm and for an agent of another one.
  Result<Subscription> subscribe(const Subscription& subscription);
  Result<Subscription> unsubscribe(const Subscription& subscription);

  // Delivers what is waiting for the agent, oldest first; empty when nothing is. Of several receivers for one agent one gets each message.
  Result<std::vector<Message>> inbox(std::string_view agent, const Receive& receive = {});
  // How many were acknowledged, at most 10,000 at a time. not_found, and none is acknowledged, when one of the ids is not in the agent's inbox, is
  // acknowledged already or has expired.
  Result<std::int64_t> ack(std::string_view agent, std::span<const std::string> message_ids);

  // Like inbox, but waits up to `timeout` for something to deliver; empty when nothing came. Woken by the commit of the sender: at once in this
  // process, within 5 ms from another. `cancelled` when the session is stopped; invalid_argument inside of a transaction, which must not wait.
  Result<std::vector<Message>> wait(std::string_view agent, Duration timeout, const Receive& receive = {});

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_MESSAGES_H
