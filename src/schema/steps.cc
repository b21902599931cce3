// steps.cc: see steps.h. docs/STORES.md explains tables and columns.
//
// Only SQL that SQLite, libSQL and Turso all run, and no table needs an extension to be read. Times and lengths of time are microseconds.
// Ids are UUIDv7 text, rising with time: inserts touch the right edge of an index. Every further index costs each write; so there are only those
// that a bounded operation needs, and most are partial.

#include "schema/steps.h"

#include <array>

namespace waggle::schema {
namespace {

constexpr sql::Text kVersion1[] = {
    "CREATE TABLE waggle_meta(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)",

    "CREATE TABLE swarms(id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, topology TEXT NOT NULL, config TEXT NOT NULL, status TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",

    "CREATE TABLE agents(id TEXT PRIMARY KEY NOT NULL, agent_type TEXT NOT NULL, capabilities TEXT NOT NULL, status TEXT NOT NULL,"
    " metadata TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, swarm_id TEXT REFERENCES swarms(id), location TEXT,"
    " heartbeat_at INTEGER)",
    "CREATE INDEX agents_by_swarm ON agents(swarm_id)",

    // unmet: how many dependencies are not completed. required_capabilities: a sorted JSON array, so that equal sets are equal text and a claim
    // finds the best ready task of each set with one index probe; the rowid at the end of every index orders equals by age.
    "CREATE TABLE tasks(id TEXT PRIMARY KEY NOT NULL, description TEXT NOT NULL, priority INTEGER NOT NULL, status TEXT NOT NULL,"
    " assigned_agents TEXT NOT NULL, dependencies TEXT NOT NULL, result TEXT, created_at INTEGER NOT NULL, completed_at INTEGER,"
    " swarm_id TEXT REFERENCES swarms(id), parent_id TEXT REFERENCES tasks(id), required_capabilities TEXT NOT NULL, attempt INTEGER NOT NULL,"
    " max_attempts INTEGER, not_before INTEGER, lease_owner TEXT, lease_token TEXT, lease_expires_at INTEGER, error TEXT,"
    " updated_at INTEGER NOT NULL, unmet INTEGER NOT NULL)",
    "CREATE INDEX tasks_ready ON tasks(swarm_id, required_capabilities, priority DESC) WHERE status = 'ready'",
    "CREATE INDEX tasks_waiting ON tasks(not_before) WHERE status = 'pending' AND unmet = 0",
    "CREATE INDEX tasks_leased ON tasks(lease_expires_at) WHERE status = 'running'",
    "CREATE INDEX tasks_by_owner ON tasks(lease_owner) WHERE status = 'running'",
    "CREATE INDEX tasks_by_swarm ON tasks(swarm_id)",
    "CREATE TABLE task_dependencies(task_id TEXT NOT NULL REFERENCES tasks(id), depends_on TEXT NOT NULL REFERENCES tasks(id),"
    " PRIMARY KEY(task_id, depends_on))",
    "CREATE INDEX task_dependents ON task_dependencies(depends_on)",

    "CREATE TABLE memory(id TEXT PRIMARY KEY NOT NULL, agent_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, metadata TEXT,"
    " embedding BLOB, created_at INTEGER NOT NULL, ttl INTEGER, access_count INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER,"
    " version INTEGER NOT NULL, writer TEXT, UNIQUE(agent_id, key))",
    "CREATE INDEX memory_expiring ON memory(expires_at) WHERE expires_at IS NOT NULL",
    // entries and bytes: what the agent keeps now. Only agents with a quota have a row, so that other puts pay nothing for it.
    "CREATE TABLE memory_quotas(agent_id TEXT PRIMARY KEY NOT NULL, entries_max INTEGER, bytes_max INTEGER, entries INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL)",

    "CREATE TABLE messages(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, swarm_id TEXT NOT NULL REFERENCES swarms(id),"
    " from_agent TEXT NOT NULL, to_agent TEXT, message_type TEXT NOT NULL, content TEXT NOT NULL, created_at INTEGER NOT NULL, reply_to TEXT,"
    " expires_at INTEGER, dedup_key TEXT, topic TEXT)",
    "CREATE INDEX messages_by_swarm ON messages(swarm_id)",
    "CREATE INDEX messages_expiring ON messages(expires_at) WHERE expires_at IS NOT NULL",
    "CREATE UNIQUE INDEX messages_dedup ON messages(swarm_id, from_agent, dedup_key) WHERE dedup_key IS NOT NULL",
    // One row a recipient. seq repeats the message's, for order; visible_at: not delivered again before it, 0 at first; deliveries: how often it was.
    "CREATE TABLE message_receipts(message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE, agent_id TEXT NOT NULL,"
    " delivered_at INTEGER, acked_at INTEGER, seq INTEGER NOT NULL, visible_at INTEGER NOT NULL, deliveries INTEGER NOT NULL,"
    " PRIMARY KEY(message_id, agent_id))",
    "CREATE INDEX message_inbox ON message_receipts(agent_id, seq) WHERE acked_at IS NULL",
    "CREATE TABLE topic_subscriptions(swarm_id TEXT NOT NULL REFERENCES swarms(id), topic TEXT NOT NULL, agent_id TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, PRIMARY KEY(swarm_id, topic, agent_id))",
    "CREATE INDEX topic_subscriptions_by_agent ON topic_subscriptions(agent_id)",

    // approve, reject, abstain: sums of weight so far; total: of the electorate; approvals: how many approving voters.
    "CREATE TABLE proposals(id TEXT PRIMARY KEY NOT NULL, swarm_id TEXT NOT NULL REFERENCES swarms(id), proposer TEXT NOT NULL, topic TEXT NOT NULL,"
    " payload TEXT NOT NULL, rule TEXT NOT NULL, threshold REAL, deadline INTEGER, on_deadline TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT,"
    " decided_at INTEGER, created_at INTEGER NOT NULL, electors INTEGER NOT NULL, votes INTEGER NOT NULL, approvals INTEGER NOT NULL,"
    " total REAL NOT NULL, approve REAL NOT NULL, reject REAL NOT NULL, abstain REAL NOT NULL)",
    "CREATE INDEX proposals_by_swarm ON proposals(swarm_id, status)",
    "CREATE INDEX proposals_open ON proposals(deadline) WHERE status = 'open' AND deadline IS NOT NULL",
    "CREATE TABLE proposal_electors(proposal_id TEXT NOT NULL REFERENCES proposals(id), agent_id TEXT NOT NULL, weight REAL NOT NULL,"
    " PRIMARY KEY(proposal_id, agent_id))",
    "CREATE TABLE consensus(id TEXT PRIMARY KEY NOT NULL, swarm_id TEXT NOT NULL, proposal_id TEXT NOT NULL REFERENCES proposals(id),"
    " agent_id TEXT NOT NULL, vote TEXT NOT NULL, reasoning TEXT NOT NULL, created_at INTEGER NOT NULL, weight REAL NOT NULL,"
    " UNIQUE(proposal_id, agent_id))",

    // AUTOINCREMENT: numbers of trimmed changes are never given again.
    "CREATE TABLE changes(seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, entity_id TEXT NOT NULL, op TEXT NOT NULL, actor TEXT,"
    " at INTEGER NOT NULL)",
};

constexpr sql::Text kVersion2[] = {
    // version: grows with each transaction that changes the collection's vectors, so that who follows it sees from one row whether there is anything
    // to catch up with. AUTOINCREMENT: one that is dropped and made anew is another. count: of its vectors. index_kind, storage, connectivity,
    // build_ef: how it is searched. generation: grows when all vectors are replaced by those of another model; next_model, next_dimensions: while
    // that is being prepared in reembeddings.
    "CREATE TABLE collections(seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL, metric TEXT NOT NULL,"
    " model TEXT, count INTEGER NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL, index_kind TEXT NOT NULL, storage TEXT NOT NULL,"
    " connectivity INTEGER NOT NULL, build_ef INTEGER NOT NULL, generation INTEGER NOT NULL, next_model TEXT, next_dimensions INTEGER)",
    // The embedding, little-endian float32, is the last column: who reads the others does not touch it.
    "CREATE TABLE vectors(seq INTEGER PRIMARY KEY, id TEXT NOT NULL, collection TEXT NOT NULL REFERENCES collections(name), content TEXT NOT NULL,"
    " metadata TEXT, agent_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, embedding BLOB NOT NULL, UNIQUE(collection, id))",
    // What vectors will be when their collection has its next model. seq: the vector's.
    "CREATE TABLE reembeddings(seq INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections(seq), embedding BLOB NOT NULL)",
    "CREATE INDEX reembeddings_by_collection ON reembeddings(collection)",
    // The seq of the row that a change is about, where it has one that lasts: of one that is gone, nothing else tells it.
    "ALTER TABLE changes ADD COLUMN entity_seq INTEGER",
};

constexpr Step kSteps[] = {
    {1, kVersion1},
    {2, kVersion2},
};

constexpr auto kTableNames = std::to_array<std::string_view>({"waggle_meta", "swarms", "agents", "tasks", "task_dependencies", "memory",
                                                              "memory_quotas", "messages", "message_receipts", "topic_subscriptions", "proposals",
                                                              "proposal_electors", "consensus", "changes", "collections", "vectors", "reembeddings"});

}  // namespace

std::span<const Step> steps() { return kSteps; }

std::int64_t latest_version() { return kSteps[std::size(kSteps) - 1].version; }

std::span<const std::string_view> table_names() { return kTableNames; }

}  // namespace waggle::schema
