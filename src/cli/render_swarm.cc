// render_swarm.cc: swarms and their summaries.

#include "cli/render.h"

namespace waggle::cli {

namespace {

Record counts(const std::map<std::string, std::int64_t>& by_status) {
  Record record;
  for (const auto& [status, count] : by_status) record.integer(status, count);
  return record;
}

}  // namespace

Record render(const Swarm& swarm) {
  Record record;
  record.text("id", swarm.id).text("name", swarm.name).text("topology", to_string(swarm.topology)).json("config", swarm.config);
  record.text("status", to_string(swarm.status)).time("created_at", swarm.created_at).time("updated_at", swarm.updated_at);
  return record;
}

Record render(const SwarmSummary& summary) {
  Record record;
  record.record("swarm", render(summary.swarm)).record("agents", counts(summary.agents)).record("tasks", counts(summary.tasks));
  record.integer("messages", summary.messages).record("proposals", counts(summary.proposals));
  return record;
}

}  // namespace waggle::cli
