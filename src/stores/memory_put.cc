// memory_put.cc: storing entries; see waggle/memory.h.
//
// The put of a new key is two statements: an insert that does nothing when the key is there, and the row in the change log. Only when the key is
// there, a version is expected, or some agent has a quota, is the row looked at before it is written. RETURNING would save that look, but makes
// SQLite set the answered rows aside, which costs more.

#include <bit>
#include <cmath>
#include <span>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "stores/limits.h"
#include "stores/memory_cache.h"
#include "stores/memory_embedding.h"
#include "stores/memory_quota.h"
#include "stores/memory_rows.h"
#include "stores/scope.h"
#include "waggle/memory.h"

namespace waggle {

using stores::GoneMemory;
using stores::MemoryCache;
using stores::MemoryUsage;
using stores::Quotas;
using stores::Writing;

namespace {

constexpr std::size_t kEmbeddingMax = 16'000;

static_assert(std::endian::native == std::endian::little, "embeddings are stored as they lie in memory: little-endian");

// A request that was checked, in the form in which it is stored. Made before the transaction, so that none waits for it.
struct Prepared {
  const PutMemory* request = nullptr;
  Json value;
  std::optional<Json> metadata;
  std::uint64_t hash = 0;

  MemoryKey key() const { return {request->agent_id, request->key}; }
  std::int64_t bytes() const { return static_cast<std::int64_t>(request->key.size() + value.text.size() + (metadata ? metadata->text.size() : 0)); }
};

// What the row says of itself after the put.
struct Stored {
  std::string id;
  Timestamp created_at;
  Timestamp now;
  std::int64_t version = 0;
  std::int64_t access_count = 0;
};

Result<Json> checked_json(const char* what, const Json& json) {
  WAGGLE_ASSIGN_OR_RETURN(std::string text, base::normalise_json(json.text));
  if (text.size() > PutMemory::kValueBytesMax) {
    return Error(Code::kInvalidArgument, std::string(what) + " is longer than " + std::to_string(PutMemory::kValueBytesMax) + " bytes (64 MiB)",
                 "split it over several keys, or keep it in a file and store its name");
  }
  return Json(std::move(text));
}

Result<Prepared> prepare(const PutMemory& request) {
  WAGGLE_TRY(stores::check_memory_key({request.agent_id, request.key}));
  if (request.ttl && *request.ttl <= Duration::zero()) return Error(Code::kInvalidArgument, "a time to live must be above zero");
  if (request.if_version && *request.if_version < 0) return Error(Code::kInvalidArgument, "a version to expect must not be negative");
  if (request.embedding.size() > kEmbeddingMax) {
    return Error(Code::kInvalidArgument, "an embedding has at most " + std::to_string(kEmbeddingMax) + " numbers");
  }
  for (const float number : request.embedding) {
    if (!std::isfinite(number)) return Error(Code::kInvalidArgument, "an embedding must consist of finite numbers");
  }
  if (request.model) {
    if (request.embedding.empty()) return Error(Code::kInvalidArgument, "a model without an embedding", "give the embedding that is of the model");
    WAGGLE_TRY(base::check_name("name of a model", *request.model, stores::kNameBytesMax));
  }
  Prepared prepared;
  prepared.request = &request;
  WAGGLE_ASSIGN_OR_RETURN(prepared.value, checked_json("the value of a memory entry", request.value));
  if (request.metadata) {
    WAGGLE_ASSIGN_OR_RETURN(prepared.metadata, checked_json("the metadata of a memory entry", *request.metadata));
  }
  prepared.hash = MemoryCache::hash_of(prepared.key());
  return prepared;
}

sql::Arg embedding_of(const PutMemory& request) {
  if (request.embedding.empty()) return nullptr;
  return std::as_bytes(std::span(request.embedding));
}

// Stores the entry as a new one. False, and nothing is changed, when the key holds an entry already.
Result<bool> insert(Writing& writing, const Prepared& entry, Stored& stored) {
  const PutMemory& request = *entry.request;
  stored = {.id = writing.ids.next(), .created_at = writing.now, .now = writing.now, .version = 1, .access_count = 0};
  WAGGLE_ASSIGN_OR_RETURN(
      const sql::Writer::Outcome outcome,
      writing.sql.execute(
          "INSERT INTO memory(id, agent_id, key, value, metadata, embedding, created_at, ttl, access_count, updated_at, expires_at, version, writer)"
          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?7, ?9, 1, ?10) ON CONFLICT(agent_id, key) DO NOTHING",
          {stored.id, request.agent_id, request.key, entry.value, entry.metadata, embedding_of(request), writing.now, request.ttl,
           stores::expiry(writing.now, request.ttl), writing.actor}));
  return outcome.rows_affected == 1;
}

// What the key holds before the put. The version of an entry that has expired counts as 0, like that of none.
struct Present {
  GoneMemory row;
  Stored stored;
};

Result<Present> find_present(Writing& writing, const Prepared& entry) {
  const PutMemory& request = *entry.request;
  WAGGLE_ASSIGN_OR_RETURN(auto found, writing.sql.query_one("SELECT rowid, id, created_at, access_count, expires_at, version, " WAGGLE_MEMORY_BYTES
                                                            " FROM memory WHERE agent_id = ?1 AND key = ?2",
                                                            {request.agent_id, request.key}, [&](const sql::Row& row) {
                                                              Present present;
                                                              present.row = {.rowid = row.integer(0), .id = row.string(1), .bytes = row.integer(6)};
                                                              present.row.expired = stores::has_expired(row.optional_timestamp(4), writing.now);
                                                              present.stored = {.id = row.string(1),
                                                                                .created_at = row.timestamp(2),
                                                                                .now = writing.now,
                                                                                .version = present.row.expired ? 0 : row.integer(5),
                                                                                .access_count = row.integer(3)};
                                                              return present;
                                                            }));
  return std::move(found).value_or(Present{});
}

Status overwrite(Writing& writing, const Prepared& entry, std::int64_t rowid) {
  const PutMemory& request = *entry.request;
  WAGGLE_TRY(writing.sql.execute("UPDATE memory SET value = ?2, metadata = ?3, embedding = ?4, ttl = ?5, updated_at = ?6, expires_at = ?7,"
                                 " version = version + 1, writer = ?8 WHERE rowid = ?1",
                                 {rowid, entry.value, entry.metadata, embedding_of(request), request.ttl, writing.now,
                                  stores::expiry(writing.now, request.ttl), writing.actor}));
  return {};
}

Error version_conflict(std::int64_t expected) {
  if (expected == 0) return Error(Code::kConflict, "the agent already has a memory entry under this key", "read it and put on its version");
  return Error(Code::kConflict, "the memory entry is not at version " + std::to_string(expected), "read the entry again and put on its version");
}

// The put that looks before it writes.
Status put_with_care(const stores::Scope& scope, Writing& writing, const Prepared& entry, Quotas quotas, Stored& stored) {
  const PutMemory& request = *entry.request;
  WAGGLE_ASSIGN_OR_RETURN(Present present, find_present(writing, entry));
  if (request.if_version && *request.if_version != present.stored.version) return version_conflict(*request.if_version);
  if (present.row.expired) {
    present.row.agent_id = request.agent_id;
    present.row.key = request.key;
    WAGGLE_TRY(stores::expire_memory(writing, present.row));
    present = {};
  }
  const bool is_new = present.stored.version == 0;
  const MemoryUsage more{.entries = is_new ? 1 : 0, .bytes = entry.bytes() - present.row.bytes};
  if (quotas == Quotas::kSome) WAGGLE_TRY(stores::make_memory_room(writing, request.agent_id, more));
  if (is_new) {
    WAGGLE_ASSIGN_OR_RETURN(const bool done, insert(writing, entry, stored));
    if (!done) return Error(Code::kInternal, "a memory entry was not stored although nothing stood in its way");
  } else {
    WAGGLE_TRY(overwrite(writing, entry, present.row.rowid));
    stored = std::move(present.stored);
    ++stored.version;
    // Now: the chores of this very commit may write to the row what is buffered.
    stored.access_count += scope.memory_cache().buffered_reads(entry.hash, stored.id);
  }
  return quotas == Quotas::kSome ? stores::add_memory_usage(writing, request.agent_id, more) : Status();
}

Status put_one(const stores::Scope& scope, Writing& writing, const Prepared& entry, Stored& stored) {
  if (!entry.request->embedding.empty()) WAGGLE_TRY(stores::admit_embedding(writing, *entry.request));
  WAGGLE_ASSIGN_OR_RETURN(const Quotas quotas, stores::present_quotas(scope, writing));
  bool done = false;
  if (quotas == Quotas::kNone && !entry.request->if_version) {
    WAGGLE_ASSIGN_OR_RETURN(done, insert(writing, entry, stored));
  }
  if (!done) WAGGLE_TRY(put_with_care(scope, writing, entry, quotas, stored));
  writing.sql.note_changed(entry.hash);
  return writing.log(Entity::kMemory, stored.id, "put");
}

MemoryEntry answer(const stores::Scope& scope, Prepared&& entry, Stored&& stored) {
  const PutMemory& request = *entry.request;
  MemoryEntry answered;
  answered.id = std::move(stored.id);
  answered.agent_id = request.agent_id;
  answered.key = request.key;
  answered.value = std::move(entry.value);
  answered.metadata = std::move(entry.metadata);
  answered.created_at = stored.created_at;
  answered.updated_at = stored.now;
  answered.expires_at = stores::expiry(stored.now, request.ttl);
  answered.ttl = request.ttl;
  answered.version = stored.version;
  answered.access_count = stored.access_count;
  answered.writer = scope.actor();
  return answered;
}

}  // namespace

Result<MemoryEntry> MemoryStore::put(const PutMemory& entry) {
  WAGGLE_ASSIGN_OR_RETURN(Prepared prepared, prepare(entry));
  Stored stored;
  WAGGLE_TRY(scope_->write([&](Writing& writing) { return put_one(*scope_, writing, prepared, stored); }));
  return answer(*scope_, std::move(prepared), std::move(stored));
}

Result<std::vector<MemoryEntry>> MemoryStore::put_many(std::span<const PutMemory> entries) {
  std::vector<Prepared> prepared;
  prepared.reserve(entries.size());
  for (const PutMemory& entry : entries) {
    WAGGLE_ASSIGN_OR_RETURN(prepared.emplace_back(), prepare(entry));
  }
  std::vector<Stored> stored(entries.size());
  WAGGLE_TRY(scope_->write_all_or_none([&](Writing& writing) -> Status {
    for (std::size_t i = 0; i < prepared.size(); ++i) WAGGLE_TRY(put_one(*scope_, writing, prepared[i], stored[i]));
    return {};
  }));
  std::vector<MemoryEntry> answered;
  answered.reserve(entries.size());
  for (std::size_t i = 0; i < prepared.size(); ++i) answered.push_back(answer(*scope_, std::move(prepared[i]), std::move(stored[i])));
  return answered;
}

}  // namespace waggle
