// message_rows.h: messages and their receipts as rows.
//
// A message is stored once; each of its recipients has a receipt that says how far the delivery to this one is. A receipt is waiting (visible now),
// in flight (delivered, not acknowledged, visible again later) or acknowledged. When a message expires it is gone for every reader at once; its rows
// go later (sweep_messages).

#ifndef WAGGLE_STORES_MESSAGE_ROWS_H
#define WAGGLE_STORES_MESSAGE_ROWS_H

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stores/scope.h"
#include "waggle/messages.h"

namespace waggle::stores {

// The message that this sender sent in this swarm under this key, as it was sent; nullopt when there is none.
struct DedupKey {
  std::string_view swarm_id;
  std::string_view from;
  std::string_view key;
};
Result<std::optional<Message>> find_sent(sql::Reader& sql, const DedupKey& key);

// Writes the message (all but its `seq`, which it sets) and a receipt for each recipient.
Status insert_message(Writing& writing, Message& message, const NewMessage& request);

// Does a message wait for the agent? If not: when does the next one in flight become visible, if any does before it expires?
struct InboxState {
  bool has_waiting = false;
  std::optional<Timestamp> next_visible;
};
Result<InboxState> look_into_inbox(const Reading& reading, std::string_view agent);

// Delivers what is waiting: oldest first, as many as are asked for, and no more once they hold kDeliveryBytesMax of content.
inline constexpr std::size_t kDeliveryBytesMax = std::size_t{64} << 20;
Result<std::vector<Message>> deliver(Writing& writing, std::string_view agent, const Receive& receive);

// Marks the message as acknowledged by the agent; false when it is not in its inbox: never sent to it, acknowledged already, or expired.
struct Receipt {
  std::string_view agent;
  std::string_view message_id;
};
Result<bool> acknowledge(Writing& writing, const Receipt& receipt);

// Deletes up to `max` expired messages with their receipts, logging each (op "expire"); answers how many. A chore: see chores.h.
Result<std::int64_t> sweep_messages(Writing& writing, std::int64_t max);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MESSAGE_ROWS_H
