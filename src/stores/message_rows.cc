// message_rows.cc: see message_rows.h.

#include "stores/message_rows.h"

#include <string>
#include <utility>

// The columns of a message m, in the order of decode.
#define WAGGLE_MESSAGE_COLUMNS \
  "m.seq, m.id, m.swarm_id, m.from_agent, m.to_agent, m.topic, m.message_type, m.content, m.reply_to, m.created_at, m.expires_at"

// The receipts r of agent ?1 that are not acknowledged, with their messages m that have not expired at ?2. CROSS JOIN keeps SQLite to this order: by
// the inbox index, which has nothing but these receipts, oldest first; each message is then one look-up by its rowid.
#define WAGGLE_INBOX                                                                                                   \
  " FROM message_receipts AS r CROSS JOIN messages AS m ON m.seq = r.seq WHERE r.agent_id = ?1 AND r.acked_at IS NULL" \
  " AND (m.expires_at IS NULL OR m.expires_at > ?2)"

namespace waggle::stores {
namespace {

Message decode(const sql::Row& row) {
  return {.id = row.string(1),
          .swarm_id = row.string(2),
          .from_agent = row.string(3),
          .to_agent = row.optional_string(4),
          .topic = row.optional_string(5),
          .message_type = row.string(6),
          .content = row.json(7),
          .seq = row.integer(0),
          .reply_to = row.optional_string(8),
          .created_at = row.timestamp(9),
          .expires_at = row.optional_timestamp(10)};
}

// What was never delivered is visible at any time: also to a receiver whose clock is behind the sender's.
Status insert_receipts(Writing& writing, const Message& message, const Recipients& to) {
  switch (to.kind()) {
    case Recipients::Kind::kAgent:
      WAGGLE_TRY(writing.sql.execute("INSERT INTO message_receipts(message_id, agent_id, seq, visible_at, deliveries) VALUES(?1, ?2, ?3, 0, 0)",
                                     {message.id, message.to_agent, message.seq}));
      return {};
    case Recipients::Kind::kTopic:
      WAGGLE_TRY(writing.sql.execute("INSERT INTO message_receipts(message_id, agent_id, seq, visible_at, deliveries)"
                                     " SELECT ?1, agent_id, ?3, 0, 0 FROM topic_subscriptions WHERE swarm_id = ?4 AND topic = ?5 AND agent_id <> ?2",
                                     {message.id, message.from_agent, message.seq, message.swarm_id, message.topic}));
      return {};
    case Recipients::Kind::kEveryone:
      WAGGLE_TRY(writing.sql.execute("INSERT INTO message_receipts(message_id, agent_id, seq, visible_at, deliveries)"
                                     " SELECT ?1, id, ?3, 0, 0 FROM agents WHERE swarm_id = ?4 AND id <> ?2",
                                     {message.id, message.from_agent, message.seq, message.swarm_id}));
      return {};
  }
  return {};
}

}  // namespace

Result<std::optional<Message>> find_sent(sql::Reader& sql, const DedupKey& key) {
  return sql.query_one("SELECT " WAGGLE_MESSAGE_COLUMNS " FROM messages AS m WHERE m.swarm_id = ?1 AND m.from_agent = ?2 AND m.dedup_key = ?3",
                       {key.swarm_id, key.from, key.key}, decode);
}

Status insert_message(Writing& writing, Message& message, const NewMessage& request) {
  WAGGLE_ASSIGN_OR_RETURN(
      const auto inserted,
      writing.sql.execute("INSERT INTO messages(id, swarm_id, from_agent, to_agent, topic, message_type, content, reply_to, created_at, expires_at,"
                          " dedup_key) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                          {message.id, message.swarm_id, message.from_agent, message.to_agent, message.topic, message.message_type, message.content,
                           message.reply_to, message.created_at, message.expires_at, request.dedup_key}));
  message.seq = inserted.last_insert_rowid;
  return insert_receipts(writing, message, request.to);
}

Result<InboxState> look_into_inbox(const Reading& reading, std::string_view agent) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t waiting,
                          reading.sql.query_integer("SELECT 1" WAGGLE_INBOX " AND r.visible_at <= ?2 LIMIT 1", {agent, reading.now()}));
  if (waiting != 0) return InboxState{.has_waiting = true};
  WAGGLE_ASSIGN_OR_RETURN(const auto next,
                          reading.sql.query_one("SELECT min(r.visible_at)" WAGGLE_INBOX " AND (m.expires_at IS NULL OR m.expires_at > r.visible_at)",
                                                {agent, reading.now()}, [](const sql::Row& row) { return row.optional_timestamp(0); }));
  return InboxState{.next_visible = next.value_or(std::nullopt)};
}

Result<std::vector<Message>> deliver(Writing& writing, std::string_view agent, const Receive& receive) {
  std::vector<Message> delivered;
  std::size_t bytes = 0;
  const auto take = [&](const sql::Row& row) -> Status {
    if (bytes >= kDeliveryBytesMax) return {};
    delivered.push_back(decode(row));
    delivered.back().delivery = row.integer(11) + 1;
    bytes += delivered.back().content.text.size();
    return {};
  };
  WAGGLE_TRY(writing.sql.query("SELECT " WAGGLE_MESSAGE_COLUMNS ", r.deliveries" WAGGLE_INBOX " AND r.visible_at <= ?2 ORDER BY r.seq LIMIT ?3",
                               {agent, writing.now, receive.count}, take));
  const auto acked_at = receive.ack == Receive::Ack::kNow ? std::optional(writing.now) : std::nullopt;
  for (const Message& message : delivered) {
    WAGGLE_TRY(writing.sql.execute("UPDATE message_receipts SET delivered_at = coalesce(delivered_at, ?3), deliveries = ?4, visible_at = ?5,"
                                   " acked_at = ?6 WHERE message_id = ?1 AND agent_id = ?2",
                                   {message.id, agent, writing.now, message.delivery, writing.now + receive.visibility, acked_at}));
  }
  return delivered;
}

Result<bool> acknowledge(Writing& writing, const Receipt& receipt) {
  WAGGLE_ASSIGN_OR_RETURN(const auto outcome,
                          writing.sql.execute("UPDATE message_receipts SET acked_at = ?3 WHERE message_id = ?1 AND agent_id = ?2 AND acked_at IS NULL"
                                              " AND EXISTS(SELECT 1 FROM messages WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?3))",
                                              {receipt.message_id, receipt.agent, writing.now}));
  return outcome.rows_affected != 0;
}

Result<std::int64_t> sweep_messages(Writing& writing, std::int64_t max) {
  struct Expired {
    std::int64_t seq;
    std::string id;
  };
  WAGGLE_ASSIGN_OR_RETURN(
      const auto expired,
      writing.sql.query_all("SELECT seq, id FROM messages WHERE expires_at IS NOT NULL AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2",
                            {writing.now, max}, [](const sql::Row& row) { return Expired{row.integer(0), row.string(1)}; }));
  for (const Expired& message : expired) {
    WAGGLE_TRY(writing.sql.execute("DELETE FROM messages WHERE seq = ?1", {message.seq}));  // its receipts go with it: ON DELETE CASCADE
    WAGGLE_TRY(writing.log(Entity::kMessage, message.id, "expire"));
  }
  return static_cast<std::int64_t>(expired.size());
}

}  // namespace waggle::stores
