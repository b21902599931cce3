// agents.h: agents, the ones who act: who they are, what they can do, and when they were last heard of.

#ifndef WAGGLE_AGENTS_H
#define WAGGLE_AGENTS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

namespace stores {
class Scope;
}

struct Agent {
  std::string id;
  std::string agent_type;
  std::vector<std::string> capabilities;  // in the order given, each once
  std::string status;                     // free text; "idle" at first, "lost" after a reap
  Json metadata;
  std::optional<std::string> swarm_id;
  std::optional<std::string> location;
  std::optional<Timestamp> heartbeat_at;  // nullopt until the first heartbeat
  Timestamp created_at;
  Timestamp updated_at;
};

struct NewAgent {
  std::optional<std::string> id = {};  // a fresh UUIDv7 when absent
  std::string agent_type;
  std::vector<std::string> capabilities = {};  // at most 256
  Json metadata = {};                          // at most 16 MiB
  std::optional<std::string> swarm_id = {};
  std::optional<std::string> location = {};
};

// Which agents to list; an absent field matches all.
struct AgentFilter {
  std::optional<std::string> agent_type = {};
  std::optional<std::string> capability = {};  // has exactly this one among its own
  std::optional<std::string> status = {};
  std::optional<std::string> swarm_id = {};
  std::optional<std::string> location = {};
};

struct ReapResult {
  std::vector<std::string> lost;  // agents now marked "lost", by id
  std::int64_t released_tasks = 0;
};

// The agents of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one durable transaction with its rows in the change log (entity "agent").
class AgentStore {
 public:
  explicit AgentStore(const stores::Scope& scope) : scope_(&scope) {}

  // already_exists when the id is taken, not_found for an unknown swarm, conflict for a closed one.
  Result<Agent> register_agent(const NewAgent& agent);

  // These answer not_found for an unknown id.
  Result<Agent> get(std::string_view id);
  // Notes that the agent is alive; an agent that was "lost" is "idle" again.
  Result<Agent> heartbeat(std::string_view id);
  struct NewStatus {
    std::string_view agent_id;
    std::string_view status;
  };
  Result<Agent> set_status(const NewStatus& change);
  // Merges `patch` into the agent's metadata as a JSON merge patch (RFC 7396): null removes a key. exhausted when it would grow above
  // 16 MiB.
  Result<Agent> merge_metadata(std::string_view id, const Json& patch);
  // Removes the agent and answers what it was. Its leases are freed and its subscriptions and the messages that it has not acknowledged end with it.
  Result<Agent> remove(std::string_view id);

  // Newest first.
  Result<Page<Agent>> list(const AgentFilter& filter = {}, const PageRequest& page = {});

  // Marks every agent "lost" that has not been heard of (registered or sent a heartbeat) for `older_than`, and makes the tasks that it holds
  // claimable again, in one transaction. Agents that are lost already are left alone.
  Result<ReapResult> reap(Duration older_than);

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_AGENTS_H
