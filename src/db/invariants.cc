// invariants.cc: see invariants.h. Each invariant is a query for the rows that break it.

#include "db/invariants.h"

namespace waggle::db {
namespace {

struct Invariant {
  const char* broken;   // "N times: BROKEN, for example ID"
  sql::Text offenders;  // how many, and one of them
};

constexpr Invariant kInvariants[] = {
    {"a task's count of open dependencies is wrong",
     "SELECT count(*), min(id) FROM tasks WHERE unmet <> (SELECT count(*) FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on "
     "WHERE d.task_id = tasks.id AND t.status <> 'completed') AND status IN ('pending', 'ready', 'running')"},
    {"a task that waits for dependencies is ready or running",
     "SELECT count(*), min(id) FROM tasks WHERE unmet > 0 AND status IN ('ready', 'running')"},
    {"a running task has no lease, or a lease is held on a task that does not run",
     "SELECT count(*), min(id) FROM tasks WHERE (status = 'running') <> (lease_token IS NOT NULL AND lease_owner IS NOT NULL)"},
    {"an agent's memory counters differ from what it keeps",
     "SELECT count(*), min(agent_id) FROM memory_quotas q WHERE entries <> (SELECT count(*) FROM memory m WHERE m.agent_id = q.agent_id)"},
    {"a message's receipt stands at another place in the order than the message",
     "SELECT count(*), min(message_id) FROM message_receipts r JOIN messages m ON m.id = r.message_id WHERE r.seq <> m.seq"},
    {"a proposal's tally differs from the votes cast on it",
     "SELECT count(*), min(id) FROM proposals p WHERE votes <> (SELECT count(*) FROM consensus c WHERE c.proposal_id = p.id)"},
    {"a vote was cast by somebody outside the electorate",
     "SELECT count(*), min(id) FROM consensus c WHERE NOT EXISTS "
     "(SELECT 1 FROM proposal_electors e WHERE e.proposal_id = c.proposal_id AND e.agent_id = c.agent_id)"},
    {"a collection's count differs from the vectors in it",
     "SELECT count(*), min(name) FROM collections c WHERE count <> (SELECT count(*) FROM vectors v WHERE v.collection = c.name)"},
    {"a vector's embedding is not as long as its collection says",
     "SELECT count(*), min(v.id) FROM vectors v JOIN collections c ON c.name = v.collection WHERE length(v.embedding) <> 4 * c.dimensions"},
    {"a memory's embedding is not as long as those of the database",
     "SELECT count(*), min(id) FROM memory WHERE length(embedding) <> "
     "4 * (SELECT json_extract(value, '$.dimensions') FROM waggle_meta WHERE name = 'memory_embedding')"},
    {"the change log has a gap", "SELECT coalesce(max(seq) - min(seq) + 1, 0) - count(*), min(seq) FROM changes"},
};

}  // namespace

Status check_invariants(sql::Reader& reader, std::vector<std::string>& problems) {
  for (const Invariant& invariant : kInvariants) {
    WAGGLE_TRY(reader.query(invariant.offenders, {}, [&](const sql::Row& row) -> Status {
      if (row.integer(0) == 0) return {};
      problems.push_back(std::to_string(row.integer(0)) + " times: " + invariant.broken + ", for example " + row.string(1) +
                         "; another program has changed Waggle's tables: restore a backup");
      return {};
    }));
  }
  return {};
}

}  // namespace waggle::db
