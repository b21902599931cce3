// agents.cc: see waggle/agents.h. The example to copy for a store:
//
//   1. Check the arguments before the transaction begins: what is wrong with them is wrong whatever the database holds.
//   2. Do all the rest in one scope_->write or scope_->read. Its work may run again from the start, so it builds its answer anew each time.
//   3. Change the rows, log each thing changed, answer the thing as it is now.

#include "waggle/agents.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "stores/limits.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/swarm_rows.h"
#include "stores/task_leases.h"

namespace waggle {
namespace {

using stores::kNameBytesMax;
using stores::Reading;
using stores::Writing;

constexpr std::string_view kList = "agents";
constexpr std::size_t kCapabilitiesMax = 256;
constexpr std::string_view kIdle = "idle";
constexpr std::string_view kLost = "lost";

// The columns of read_agent, in its order. A macro, because SQL is a literal and nothing but literals can be joined to one.
#define WAGGLE_AGENT_COLUMNS "id, agent_type, capabilities, status, metadata, swarm_id, location, heartbeat_at, created_at, updated_at"

Result<Agent> read_agent(const sql::Row& row) {
  WAGGLE_ASSIGN_OR_RETURN(std::vector<std::string> capabilities, base::parse_string_array(row.text(2)));
  return Agent{.id = row.string(0),
               .agent_type = row.string(1),
               .capabilities = std::move(capabilities),
               .status = row.string(3),
               .metadata = row.json(4),
               .swarm_id = row.optional_string(5),
               .location = row.optional_string(6),
               .heartbeat_at = row.optional_timestamp(7),
               .created_at = row.timestamp(8),
               .updated_at = row.timestamp(9)};
}

Result<Agent> require_agent(sql::Reader& sql, std::string_view id) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<Agent> found, sql.query_one("SELECT " WAGGLE_AGENT_COLUMNS " FROM agents WHERE id = ?1", {id}, read_agent));
  if (!found) return Error(Code::kNotFound, "there is no such agent", "`waggle agent list` shows those that exist");
  return *std::move(found);
}

// Writes what can change of an agent, as of now.
Status store(Writing& writing, Agent& agent, std::string_view op) {
  agent.updated_at = writing.now;
  WAGGLE_TRY(writing.sql.execute("UPDATE agents SET status = ?2, metadata = ?3, heartbeat_at = ?4, updated_at = ?5 WHERE id = ?1",
                                 {agent.id, agent.status, agent.metadata, agent.heartbeat_at, agent.updated_at}));
  return writing.log(Entity::kAgent, agent.id, op);
}

Status insert(Writing& writing, const Agent& agent) {
  const std::string capabilities = base::write_string_array(agent.capabilities);
  WAGGLE_ASSIGN_OR_RETURN(const sql::Writer::Outcome outcome,
                          writing.sql.execute("INSERT INTO agents(" WAGGLE_AGENT_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                                              " ON CONFLICT(id) DO NOTHING",
                                              {agent.id, agent.agent_type, capabilities, agent.status, agent.metadata, agent.swarm_id, agent.location,
                                               agent.heartbeat_at, agent.created_at, agent.updated_at}));
  if (outcome.rows_affected == 0) return Error(Code::kAlreadyExists, "an agent of this id exists", "choose another id, or none for a fresh one");
  return writing.log(Entity::kAgent, agent.id, "register");
}

Result<std::vector<std::string>> check_capabilities(const std::vector<std::string>& capabilities) {
  if (capabilities.size() > kCapabilitiesMax) {
    return Error(Code::kInvalidArgument, "an agent has at most " + std::to_string(kCapabilitiesMax) + " capabilities");
  }
  std::vector<std::string> checked;
  for (const std::string& capability : capabilities) {
    WAGGLE_TRY(base::check_name("capability", capability, kNameBytesMax));
    if (std::find(checked.begin(), checked.end(), capability) == checked.end()) checked.push_back(capability);
  }
  return checked;
}

}  // namespace

Result<Agent> AgentStore::register_agent(const NewAgent& agent) {
  if (agent.id) WAGGLE_TRY(base::check_name("agent's id", *agent.id, kNameBytesMax));
  WAGGLE_TRY(base::check_name("agent's type", agent.agent_type, kNameBytesMax));
  if (agent.location) WAGGLE_TRY(base::check_name("agent's location", *agent.location, kNameBytesMax));
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> capabilities, check_capabilities(agent.capabilities));
  WAGGLE_ASSIGN_OR_RETURN(const std::string metadata, stores::checked_document("the metadata of an agent", agent.metadata));

  return scope_->write([&](Writing& writing) -> Result<Agent> {
    if (agent.swarm_id) WAGGLE_TRY(stores::require_open_swarm(writing.sql, *agent.swarm_id));
    Agent registered{.id = agent.id ? *agent.id : writing.ids.next(),
                     .agent_type = agent.agent_type,
                     .capabilities = capabilities,
                     .status = std::string(kIdle),
                     .metadata = Json(metadata),
                     .swarm_id = agent.swarm_id,
                     .location = agent.location,
                     .heartbeat_at = std::nullopt,
                     .created_at = writing.now,
                     .updated_at = writing.now};
    WAGGLE_TRY(insert(writing, registered));
    return registered;
  });
}

Result<Agent> AgentStore::get(std::string_view id) {
  return scope_->read([&](Reading& reading) { return require_agent(reading.sql, id); });
}

Result<Agent> AgentStore::heartbeat(std::string_view id) {
  return scope_->write([&](Writing& writing) -> Result<Agent> {
    WAGGLE_ASSIGN_OR_RETURN(Agent agent, require_agent(writing.sql, id));
    agent.heartbeat_at = writing.now;
    if (agent.status == kLost) agent.status = kIdle;
    WAGGLE_TRY(store(writing, agent, "heartbeat"));
    return agent;
  });
}

Result<Agent> AgentStore::set_status(const NewStatus& change) {
  WAGGLE_TRY(base::check_name("agent's status", change.status, kNameBytesMax));
  return scope_->write([&](Writing& writing) -> Result<Agent> {
    WAGGLE_ASSIGN_OR_RETURN(Agent agent, require_agent(writing.sql, change.agent_id));
    agent.status = change.status;
    WAGGLE_TRY(store(writing, agent, "set_status"));
    return agent;
  });
}

Result<Agent> AgentStore::merge_metadata(std::string_view id, const Json& patch) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string normal_patch, stores::checked_document("the patch of an agent's metadata", patch));
  return scope_->write([&](Writing& writing) -> Result<Agent> {
    WAGGLE_ASSIGN_OR_RETURN(Agent agent, require_agent(writing.sql, id));
    WAGGLE_ASSIGN_OR_RETURN(agent.metadata.text, base::merge_json(agent.metadata.text, normal_patch));
    if (agent.metadata.text.size() > stores::kDocumentBytesMax) {
      return Error(Code::kExhausted, "the metadata of the agent would be larger than 16 MiB", "merge null into keys that are not needed");
    }
    WAGGLE_TRY(store(writing, agent, "merge_metadata"));
    return agent;
  });
}

Result<Agent> AgentStore::remove(std::string_view id) {
  return scope_->write([&](Writing& writing) -> Result<Agent> {
    WAGGLE_ASSIGN_OR_RETURN(Agent agent, require_agent(writing.sql, id));
    WAGGLE_TRY(stores::free_leases(writing, id));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM topic_subscriptions WHERE agent_id = ?1", {id}));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM message_receipts WHERE agent_id = ?1 AND acked_at IS NULL", {id}));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM agents WHERE id = ?1", {id}));
    WAGGLE_TRY(writing.log(Entity::kAgent, id, "remove"));
    return agent;
  });
}

Result<Page<Agent>> AgentStore::list(const AgentFilter& filter, const PageRequest& page) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Position after, stores::page_start(kList, page));
  return scope_->read([&](Reading& reading) -> Result<Page<Agent>> {
    using Entry = std::pair<stores::Position, Agent>;
    WAGGLE_ASSIGN_OR_RETURN(
        std::vector<Entry> found,
        reading.sql.query_all("SELECT " WAGGLE_AGENT_COLUMNS ", rowid FROM agents"
                              " WHERE rowid < ?1 AND (?3 IS NULL OR agent_type = ?3)"
                              " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(capabilities) WHERE value = ?4))"
                              " AND (?5 IS NULL OR status = ?5) AND (?6 IS NULL OR swarm_id = ?6) AND (?7 IS NULL OR location = ?7)"
                              " ORDER BY rowid DESC LIMIT ?2",
                              {after.rowid, page.limit + 1, filter.agent_type, filter.capability, filter.status, filter.swarm_id, filter.location},
                              [](const sql::Row& row) -> Result<Entry> {
                                WAGGLE_ASSIGN_OR_RETURN(Agent agent, read_agent(row));
                                return Entry{stores::Position{0, row.integer(10)}, std::move(agent)};
                              }));
    return stores::make_page(kList, page, std::move(found));
  });
}

Result<ReapResult> AgentStore::reap(Duration older_than) {
  if (older_than < Duration::zero()) return Error(Code::kInvalidArgument, "an age is not negative");
  return scope_->write([&](Writing& writing) -> Result<ReapResult> {
    const Timestamp silent_since = writing.now - older_than;
    ReapResult result;
    WAGGLE_ASSIGN_OR_RETURN(result.lost, writing.sql.query_all("SELECT id FROM agents WHERE status <> ?1"
                                                               " AND max(created_at, coalesce(heartbeat_at, created_at)) < ?2 ORDER BY id",
                                                               {kLost, silent_since}, [](const sql::Row& row) { return row.string(0); }));
    for (const std::string& id : result.lost) {
      WAGGLE_TRY(writing.sql.execute("UPDATE agents SET status = ?2, updated_at = ?3 WHERE id = ?1", {id, kLost, writing.now}));
      WAGGLE_TRY(writing.log(Entity::kAgent, id, "reap"));
      WAGGLE_ASSIGN_OR_RETURN(const std::int64_t released, stores::free_leases(writing, id));
      result.released_tasks += released;
    }
    return result;
  });
}

#undef WAGGLE_AGENT_COLUMNS

}  // namespace waggle
