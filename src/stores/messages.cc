// messages.cc: see waggle/messages.h. How messages and receipts are stored is in message_rows.h.

#include "waggle/messages.h"

#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "stores/limits.h"
#include "stores/message_rows.h"
#include "stores/scope.h"
#include "stores/swarm_rows.h"

namespace waggle {
namespace {

using stores::InboxState;
using stores::kNameBytesMax;
using stores::Reading;
using stores::Writing;

constexpr std::size_t kCountMax = 10'000;
constexpr Duration kTtlMax = std::chrono::hours(24) * 365 * 100;
constexpr Duration kVisibilityMin = std::chrono::milliseconds(1);
constexpr Duration kVisibilityMax = std::chrono::hours(24) * 365;

Status check_message(const NewMessage& message) {
  WAGGLE_TRY(base::check_name("swarm", message.swarm_id, kNameBytesMax));
  WAGGLE_TRY(base::check_name("sender", message.from, kNameBytesMax));
  if (message.to.kind() == Recipients::Kind::kAgent) WAGGLE_TRY(base::check_name("recipient", message.to.name(), kNameBytesMax));
  if (message.to.kind() == Recipients::Kind::kTopic) WAGGLE_TRY(base::check_name("topic", message.to.name(), kNameBytesMax));
  WAGGLE_TRY(base::check_name("type of a message", message.message_type, kNameBytesMax));
  if (message.dedup_key) WAGGLE_TRY(base::check_name("dedup key", *message.dedup_key, kNameBytesMax));
  if (message.ttl && (*message.ttl <= Duration::zero() || *message.ttl > kTtlMax)) {
    return Error(Code::kInvalidArgument, "the ttl of a message must be above 0 and at most 100 years");
  }
  return {};
}

Status check_receive(std::string_view agent, const Receive& receive) {
  WAGGLE_TRY(base::check_name("agent", agent, kNameBytesMax));
  if (receive.count < 1 || receive.count > static_cast<int>(kCountMax)) {
    return Error(Code::kInvalidArgument, "an inbox hands out 1 to " + std::to_string(kCountMax) + " messages at a time");
  }
  if (receive.visibility < kVisibilityMin || receive.visibility > kVisibilityMax) {
    return Error(Code::kInvalidArgument, "the visibility of a delivery must be 1 ms to 365 days");
  }
  return {};
}

// Is the agent registered, and in this swarm?
enum class Membership : std::uint8_t { kMember, kElsewhere, kUnknown };
struct Member {
  std::string_view swarm_id;
  std::string_view agent_id;
};
Result<Membership> find_member(sql::Reader& sql, const Member& member) {
  WAGGLE_ASSIGN_OR_RETURN(const auto is_member, sql.query_one("SELECT swarm_id IS ?2 FROM agents WHERE id = ?1", {member.agent_id, member.swarm_id},
                                                              [](const sql::Row& row) { return row.integer(0); }));
  if (!is_member) return Membership::kUnknown;
  return *is_member != 0 ? Membership::kMember : Membership::kElsewhere;
}

Error not_registered() { return Error(Code::kNotFound, "there is no such agent", "register it with `waggle agent register`"); }
Error not_in_swarm(std::string_view who) {
  return Error(Code::kConflict, std::string(who) + " is not an agent of this swarm", "an agent joins a swarm when it is registered");
}

Status require_member(sql::Reader& sql, const Member& member) {
  WAGGLE_ASSIGN_OR_RETURN(const Membership membership, find_member(sql, member));
  if (membership == Membership::kUnknown) return not_registered();
  if (membership == Membership::kElsewhere) return not_in_swarm("who sends or subscribes");
  return {};
}

Status check_ends(const Writing& writing, const NewMessage& message) {
  sql::Reader& sql = writing.sql;
  WAGGLE_TRY(require_member(sql, {message.swarm_id, message.from}));
  if (message.to.kind() == Recipients::Kind::kAgent) {
    // Agents that were removed cannot be told from those that never were: for both the swarm is not what the sender took it to be.
    WAGGLE_ASSIGN_OR_RETURN(const Membership membership, find_member(sql, {message.swarm_id, message.to.name()}));
    if (membership != Membership::kMember) return not_in_swarm("the recipient");
  }
  if (message.reply_to) {
    WAGGLE_ASSIGN_OR_RETURN(const auto known,
                            sql.query_integer("SELECT 1 FROM messages WHERE id = ?1 AND swarm_id = ?2 AND (expires_at IS NULL OR expires_at > ?3)",
                                              {*message.reply_to, message.swarm_id, writing.now}));
    if (known == 0) return Error(Code::kNotFound, "the message to reply to is not in this swarm", "it may have expired: send without reply_to");
  }
  return {};
}

Result<Message> send_now(Writing& writing, const NewMessage& request, const std::string& content) {
  if (request.dedup_key) {
    // Before all other checks: who repeats a call because its answer was lost gets that answer, whatever has happened since.
    WAGGLE_ASSIGN_OR_RETURN(auto sent, stores::find_sent(writing.sql, {request.swarm_id, request.from, *request.dedup_key}));
    if (sent) return *std::move(sent);
  }
  WAGGLE_TRY(stores::require_open_swarm(writing.sql, request.swarm_id));
  WAGGLE_TRY(check_ends(writing, request));

  Message message{.id = writing.ids.next(),
                  .swarm_id = request.swarm_id,
                  .from_agent = request.from,
                  .message_type = request.message_type,
                  .content = Json(content),
                  .reply_to = request.reply_to,
                  .created_at = writing.now};
  if (request.to.kind() == Recipients::Kind::kAgent) message.to_agent = request.to.name();
  if (request.to.kind() == Recipients::Kind::kTopic) message.topic = request.to.name();
  if (request.ttl) message.expires_at = writing.now + *request.ttl;
  WAGGLE_TRY(stores::insert_message(writing, message, request));
  WAGGLE_TRY(writing.log(Entity::kMessage, message.id, "send"));
  return message;
}

Status check_subscription(const Subscription& subscription) {
  WAGGLE_TRY(base::check_name("swarm", subscription.swarm_id, kNameBytesMax));
  WAGGLE_TRY(base::check_name("agent", subscription.agent_id, kNameBytesMax));
  return base::check_name("topic", subscription.topic, kNameBytesMax);
}

}  // namespace

Result<Message> MessageStore::send(const NewMessage& message) {
  WAGGLE_TRY(check_message(message));
  WAGGLE_ASSIGN_OR_RETURN(const std::string content, stores::checked_document("the content of a message", message.content));
  return scope_->write([&](Writing& writing) { return send_now(writing, message, content); });
}

Result<Subscription> MessageStore::subscribe(const Subscription& subscription) {
  WAGGLE_TRY(check_subscription(subscription));
  return scope_->write([&](Writing& writing) -> Result<Subscription> {
    WAGGLE_TRY(stores::require_open_swarm(writing.sql, subscription.swarm_id));
    WAGGLE_TRY(require_member(writing.sql, {subscription.swarm_id, subscription.agent_id}));
    WAGGLE_TRY(writing.sql.execute("INSERT INTO topic_subscriptions(swarm_id, topic, agent_id, created_at) VALUES(?1, ?2, ?3, ?4)"
                                   " ON CONFLICT(swarm_id, topic, agent_id) DO NOTHING",
                                   {subscription.swarm_id, subscription.topic, subscription.agent_id, writing.now}));
    return subscription;
  });
}

Result<Subscription> MessageStore::unsubscribe(const Subscription& subscription) {
  WAGGLE_TRY(check_subscription(subscription));
  return scope_->write([&](Writing& writing) -> Result<Subscription> {
    WAGGLE_TRY(stores::require_swarm(writing.sql, subscription.swarm_id));
    WAGGLE_ASSIGN_OR_RETURN(const Membership membership, find_member(writing.sql, {subscription.swarm_id, subscription.agent_id}));
    if (membership == Membership::kUnknown) return not_registered();
    WAGGLE_TRY(writing.sql.execute("DELETE FROM topic_subscriptions WHERE swarm_id = ?1 AND topic = ?2 AND agent_id = ?3",
                                   {subscription.swarm_id, subscription.topic, subscription.agent_id}));
    return subscription;
  });
}

namespace {

// A delivery hides the message from other receivers for a while. After a power cut it may be waiting again, as after the visibility timeout: whoever
// receives must expect that, and nobody waits for the disk. An acknowledgement is a promise and is durable.
Result<std::vector<Message>> deliver(const stores::Scope& scope, std::string_view agent, const Receive& receive) {
  const auto work = [&](Writing& writing) { return stores::deliver(writing, agent, receive); };
  return receive.ack == Receive::Ack::kNow ? scope.write(work) : scope.write_unsynced(work);
}

}  // namespace

Result<std::vector<Message>> MessageStore::inbox(std::string_view agent, const Receive& receive) {
  WAGGLE_TRY(check_receive(agent, receive));
  if (!scope_->is_bound()) {
    // Looking costs no commit: an agent that asks in vain writes nothing.
    WAGGLE_ASSIGN_OR_RETURN(const InboxState state, scope_->read([&](Reading& reading) { return stores::look_into_inbox(reading, agent); }));
    if (!state.has_waiting) return std::vector<Message>();
  }
  return deliver(*scope_, agent, receive);
}

Result<std::int64_t> MessageStore::ack(std::string_view agent, std::span<const std::string> message_ids) {
  WAGGLE_TRY(base::check_name("agent", agent, kNameBytesMax));
  if (message_ids.size() > kCountMax) {
    return Error(Code::kInvalidArgument, "at most " + std::to_string(kCountMax) + " messages are acknowledged at a time");
  }
  return scope_->write_all_or_none([&](Writing& writing) -> Result<std::int64_t> {
    std::unordered_set<std::string_view> acknowledged;  // an id that is given twice is acknowledged once
    for (std::size_t i = 0; i < message_ids.size(); ++i) {
      if (!acknowledged.insert(message_ids[i]).second) continue;
      WAGGLE_ASSIGN_OR_RETURN(const bool was_in_inbox, stores::acknowledge(writing, {.agent = agent, .message_id = message_ids[i]}));
      if (was_in_inbox) continue;
      return Error(Code::kNotFound, "message " + std::to_string(i + 1) + " of those given is not in the agent's inbox; none was acknowledged",
                   "it may be acknowledged already, or have expired: leave it out");
    }
    return static_cast<std::int64_t>(acknowledged.size());
  });
}

Result<std::vector<Message>> MessageStore::wait(std::string_view agent, Duration timeout, const Receive& receive) {
  WAGGLE_TRY(check_receive(agent, receive));
  if (scope_->is_bound()) return Error(Code::kInvalidArgument, "a transaction cannot wait for messages", "wait outside of it, or use inbox");
  const auto deadline = base::Deadline::after(timeout, scope_->stop());
  for (;;) {
    const sql::Version seen = scope_->executor().version();  // before the look: a message that comes in between wakes the wait below
    WAGGLE_ASSIGN_OR_RETURN(const InboxState state, scope_->read([&](Reading& reading) { return stores::look_into_inbox(reading, agent); }));
    if (state.has_waiting) {
      WAGGLE_ASSIGN_OR_RETURN(auto delivered, deliver(*scope_, agent, receive));
      if (!delivered.empty()) return delivered;  // else another receiver was faster
    }
    if (deadline.stop().stop_requested()) return deadline.error("messages", {});
    if (deadline.passed()) return std::vector<Message>();
    WAGGLE_TRY(scope_->executor().wait_for_change(seen, scope_->next_look(deadline, state.next_visible)));
  }
}

}  // namespace waggle
