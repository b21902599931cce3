// render_agent.cc: agents and the result of a reap.

#include "cli/render.h"

namespace waggle::cli {

Record render(const Agent& agent) {
  Record record;
  record.text("id", agent.id).text("agent_type", agent.agent_type).texts("capabilities", agent.capabilities).text("status", agent.status);
  record.json("metadata", agent.metadata).text("swarm_id", agent.swarm_id).text("location", agent.location).time("heartbeat_at", agent.heartbeat_at);
  record.time("created_at", agent.created_at).time("updated_at", agent.updated_at);
  return record;
}

Record render(const ReapResult& result) {
  Record record;
  record.texts("lost", result.lost).integer("released_tasks", result.released_tasks);
  return record;
}

}  // namespace waggle::cli
