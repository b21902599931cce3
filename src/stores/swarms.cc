// swarms.cc: see waggle/swarms.h.

#include "waggle/swarms.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "stores/limits.h"
#include "stores/names.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/swarm_rows.h"
#include "stores/task_rows.h"

namespace waggle {
namespace {

using stores::kNameBytesMax;
using stores::Reading;
using stores::Writing;

constexpr std::string_view kList = "swarms";

constexpr stores::Names<Topology, 5> kTopologies = {{{Topology::kMesh, "mesh"},
                                                     {Topology::kHierarchical, "hierarchical"},
                                                     {Topology::kRing, "ring"},
                                                     {Topology::kStar, "star"},
                                                     {Topology::kCustom, "custom"}}};

constexpr stores::Names<SwarmStatus, 3> kStatuses = {
    {{SwarmStatus::kActive, "active"}, {SwarmStatus::kPaused, "paused"}, {SwarmStatus::kClosed, "closed"}}};

// Columns from `first` on: id, name, topology, config, status, created_at, updated_at.
Result<Swarm> read_swarm(const sql::Row& row, int first) {
  const std::optional<Topology> topology = parse_topology(row.text(first + 2));
  const std::optional<SwarmStatus> status = stores::value_of(kStatuses, row.text(first + 4));
  if (!topology || !status) {
    return Error(Code::kCorruption, "a swarm has a topology or status that does not exist", "run `waggle check`");
  }
  return Swarm{.id = row.string(first),
               .name = row.string(first + 1),
               .topology = *topology,
               .config = row.json(first + 3),
               .status = *status,
               .created_at = row.timestamp(first + 5),
               .updated_at = row.timestamp(first + 6)};
}

Status store(Writing& writing, const Swarm& swarm, std::string_view op) {
  WAGGLE_TRY(writing.sql.execute("UPDATE swarms SET name = ?2, topology = ?3, config = ?4, status = ?5, updated_at = ?6 WHERE id = ?1",
                                 {swarm.id, swarm.name, to_string(swarm.topology), swarm.config, to_string(swarm.status), swarm.updated_at}));
  return writing.log(Entity::kSwarm, swarm.id, op);
}

struct StatusChange {
  SwarmStatus status;
  std::string_view op;
};

// Asking for the status that the swarm has already changes nothing and logs nothing. Nothing leads out of closed.
Result<Swarm> change_status(const stores::Scope& scope, std::string_view id, StatusChange change) {
  return scope.write([&](Writing& writing) -> Result<Swarm> {
    WAGGLE_ASSIGN_OR_RETURN(Swarm swarm, stores::require_swarm(writing.sql, id));
    if (swarm.status == change.status) return swarm;
    if (swarm.status == SwarmStatus::kClosed) return Error(Code::kConflict, "the swarm is closed, for good", "create another one");
    swarm.status = change.status;
    swarm.updated_at = writing.now;
    WAGGLE_TRY(store(writing, swarm, change.op));
    return swarm;
  });
}

Status count_agents_by_status(Reading& reading, std::string_view id, std::map<std::string, std::int64_t>& counts) {
  return reading.sql.query("SELECT status, count(*) FROM agents WHERE swarm_id = ?1 GROUP BY status", {id}, [&](const sql::Row& row) -> Status {
    counts[row.string(0)] = row.integer(1);
    return {};
  });
}

// A proposal past its deadline is decided, though the row says so only when somebody next writes to it.
Status count_proposals_by_status(Reading& reading, std::string_view id, std::map<std::string, std::int64_t>& counts) {
  return reading.sql.query("SELECT CASE WHEN status = 'open' AND deadline <= ?2 THEN 'decided' ELSE status END AS now_status, count(*)"
                           " FROM proposals WHERE swarm_id = ?1 GROUP BY now_status",
                           {id, reading.now()}, [&](const sql::Row& row) -> Status {
                             counts[row.string(0)] = row.integer(1);
                             return {};
                           });
}

}  // namespace

namespace stores {

Result<Swarm> require_swarm(sql::Reader& sql, std::string_view id) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<Swarm> found,
                          sql.query_one("SELECT id, name, topology, config, status, created_at, updated_at FROM swarms WHERE id = ?1", {id},
                                        [](const sql::Row& row) { return read_swarm(row, 0); }));
  if (!found) return Error(Code::kNotFound, "there is no such swarm", "`waggle swarm list` shows those that exist");
  return *std::move(found);
}

Result<Swarm> require_open_swarm(sql::Reader& sql, std::string_view id) {
  WAGGLE_ASSIGN_OR_RETURN(Swarm swarm, require_swarm(sql, id));
  if (swarm.status == SwarmStatus::kClosed) return Error(Code::kConflict, "the swarm is closed", "use another swarm: closing is for good");
  return swarm;
}

}  // namespace stores

std::string_view to_string(Topology topology) { return stores::name_of(kTopologies, topology); }
std::string_view to_string(SwarmStatus status) { return stores::name_of(kStatuses, status); }
std::optional<Topology> parse_topology(std::string_view name) { return stores::value_of(kTopologies, name); }

Result<Swarm> SwarmStore::create(const NewSwarm& swarm) {
  WAGGLE_TRY(base::check_name("swarm's name", swarm.name, kNameBytesMax));
  if (swarm.id) WAGGLE_TRY(base::check_name("swarm's id", *swarm.id, kNameBytesMax));
  WAGGLE_ASSIGN_OR_RETURN(const std::string config, stores::checked_document("the config of a swarm", swarm.config));

  return scope_->write([&](Writing& writing) -> Result<Swarm> {
    Swarm created{.id = swarm.id ? *swarm.id : writing.ids.next(),
                  .name = swarm.name,
                  .topology = swarm.topology,
                  .config = Json(config),
                  .status = SwarmStatus::kActive,
                  .created_at = writing.now,
                  .updated_at = writing.now};
    WAGGLE_ASSIGN_OR_RETURN(
        const sql::Writer::Outcome outcome,
        writing.sql.execute("INSERT INTO swarms(id, name, topology, config, status, created_at, updated_at)"
                            " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT(id) DO NOTHING",
                            {created.id, created.name, to_string(created.topology), created.config, to_string(created.status), created.created_at}));
    if (outcome.rows_affected == 0) return Error(Code::kAlreadyExists, "a swarm of this id exists", "choose another id, or none for a fresh one");
    WAGGLE_TRY(writing.log(Entity::kSwarm, created.id, "create"));
    return created;
  });
}

Result<Swarm> SwarmStore::get(std::string_view id) {
  return scope_->read([&](Reading& reading) { return stores::require_swarm(reading.sql, id); });
}

Result<Swarm> SwarmStore::update(std::string_view id, const SwarmUpdate& change) {
  if (change.name) WAGGLE_TRY(base::check_name("swarm's name", *change.name, kNameBytesMax));
  std::optional<Json> config;
  if (change.config) {
    WAGGLE_ASSIGN_OR_RETURN(std::string normal, stores::checked_document("the config of a swarm", *change.config));
    config.emplace(std::move(normal));
  }
  return scope_->write([&](Writing& writing) -> Result<Swarm> {
    WAGGLE_ASSIGN_OR_RETURN(Swarm swarm, stores::require_swarm(writing.sql, id));
    if (change.name) swarm.name = *change.name;
    if (change.topology) swarm.topology = *change.topology;
    if (config) swarm.config = *config;
    swarm.updated_at = writing.now;
    WAGGLE_TRY(store(writing, swarm, "update"));
    return swarm;
  });
}

Result<Swarm> SwarmStore::pause(std::string_view id) { return change_status(*scope_, id, {SwarmStatus::kPaused, "pause"}); }

Result<Swarm> SwarmStore::resume(std::string_view id) { return change_status(*scope_, id, {SwarmStatus::kActive, "resume"}); }

Result<Swarm> SwarmStore::close(std::string_view id) { return change_status(*scope_, id, {SwarmStatus::kClosed, "close"}); }

Result<SwarmSummary> SwarmStore::status(std::string_view id) {
  return scope_->read([&](Reading& reading) -> Result<SwarmSummary> {
    SwarmSummary summary;
    WAGGLE_ASSIGN_OR_RETURN(summary.swarm, stores::require_swarm(reading.sql, id));
    WAGGLE_TRY(count_agents_by_status(reading, id, summary.agents));
    WAGGLE_TRY(stores::count_tasks_by_status(reading, id, summary.tasks));
    WAGGLE_ASSIGN_OR_RETURN(summary.messages,
                            reading.sql.query_integer("SELECT count(*) FROM messages WHERE swarm_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
                                                      {id, reading.now()}));
    WAGGLE_TRY(count_proposals_by_status(reading, id, summary.proposals));
    return summary;
  });
}

Result<Page<Swarm>> SwarmStore::list(const PageRequest& page) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Position after, stores::page_start(kList, page));
  return scope_->read([&](Reading& reading) -> Result<Page<Swarm>> {
    using Entry = std::pair<stores::Position, Swarm>;
    WAGGLE_ASSIGN_OR_RETURN(std::vector<Entry> found,
                            reading.sql.query_all("SELECT rowid, id, name, topology, config, status, created_at, updated_at FROM swarms"
                                                  " WHERE rowid < ?1 ORDER BY rowid DESC LIMIT ?2",
                                                  {after.rowid, page.limit + 1}, [](const sql::Row& row) -> Result<Entry> {
                                                    WAGGLE_ASSIGN_OR_RETURN(Swarm swarm, read_swarm(row, 1));
                                                    return Entry{stores::Position{0, row.integer(0)}, std::move(swarm)};
                                                  }));
    return stores::make_page(kList, page, std::move(found));
  });
}

}  // namespace waggle
