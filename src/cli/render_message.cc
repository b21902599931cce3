// render_message.cc: messages and subscriptions.

#include "cli/render.h"

namespace waggle::cli {

Record render(const Message& message) {
  Record record;
  record.text("id", message.id).text("swarm_id", message.swarm_id).text("from_agent", message.from_agent).text("to_agent", message.to_agent);
  record.text("topic", message.topic).text("message_type", message.message_type).json("content", message.content).integer("seq", message.seq);
  record.text("reply_to", message.reply_to).time("created_at", message.created_at).time("expires_at", message.expires_at);
  record.integer("delivery", message.delivery);
  return record;
}

Record render(const Subscription& subscription) {
  Record record;
  record.text("agent_id", subscription.agent_id).text("topic", subscription.topic);
  return record;
}

}  // namespace waggle::cli
