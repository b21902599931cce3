// memory_put.cc: storing entries; see waggle/memory.h.
//
// The common put is two statements: one that inserts or overwrites, and the row in the change log. The first does nothing, and says so by answering
// no row, in the two cases that need more care: the key holds an entry that has expired, or the agent has a quota.

#include <bit>
#include <cmath>
#include <span>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "stores/memory_cache.h"
#include "stores/memory_quota.h"
#include "stores/memory_rows.h"
#include "stores/scope.h"
#include "waggle/memory.h"

namespace waggle {

using stores::MemoryCache;
using stores::MemoryUsage;
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

// What the key holds before the put. Version 0: nothing, or what has expired.
struct Present {
  std::int64_t version = 0;
  std::int64_t bytes = 0;
  bool expired = false;
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
  Prepared prepared;
  prepared.request = &request;
  WAGGLE_ASSIGN_OR_RETURN(prepared.value, checked_json("the value of a memory entry", request.value));
  if (request.metadata) {
    WAGGLE_ASSIGN_OR_RETURN(prepared.metadata, checked_json("the metadata of a memory entry", *request.metadata));
  }
  prepared.hash = MemoryCache::hash_of(prepared.key());
  return prepared;
}

enum class Quotas : std::uint8_t { kRefuse, kIgnore };

// Inserts or overwrites. Answers whether it did: not when the key holds an expired entry, nor, unless told to ignore that, when there is a quota.
Result<bool> upsert(Writing& writing, const Prepared& entry, Quotas quotas, Stored& stored) {
  const PutMemory& request = *entry.request;
  const auto embedding = std::as_bytes(std::span(request.embedding));
  const std::string fresh_id = writing.ids.next();
  bool done = false;
  WAGGLE_TRY(writing.sql.query(
      "INSERT INTO memory(id, agent_id, key, value, metadata, embedding, created_at, ttl, access_count, updated_at, expires_at, version, writer)"
      " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?7, ?9, 1, ?10 WHERE ?11 OR NOT EXISTS(SELECT 1 FROM memory_quotas WHERE agent_id = ?2)"
      " ON CONFLICT(agent_id, key) DO UPDATE SET value = excluded.value, metadata = excluded.metadata, embedding = excluded.embedding,"
      " ttl = excluded.ttl, updated_at = excluded.updated_at, expires_at = excluded.expires_at, version = version + 1, writer = excluded.writer"
      " WHERE expires_at IS NULL OR expires_at > ?7"
      " RETURNING id, created_at, version, access_count",
      {fresh_id, request.agent_id, request.key, entry.value, entry.metadata, embedding.empty() ? sql::Arg(nullptr) : sql::Arg(embedding), writing.now,
       request.ttl, stores::expiry(writing.now, request.ttl), writing.actor, quotas == Quotas::kIgnore ? 1 : 0},
      [&](const sql::Row& row) -> Status {
        stored = {row.string(0), row.timestamp(1), writing.now, row.integer(2), row.integer(3)};
        done = true;
        return {};
      }));
  return done;
}

Result<Present> find_present(Writing& writing, const MemoryKey& key) {
  WAGGLE_ASSIGN_OR_RETURN(const auto found,
                          writing.sql.query_one("SELECT version, expires_at, " WAGGLE_MEMORY_BYTES " FROM memory WHERE agent_id = ?1 AND key = ?2",
                                                {key.agent_id, key.key}, [&](const sql::Row& row) {
                                                  const bool expired = stores::has_expired(row.optional_timestamp(1), writing.now);
                                                  return Present{expired ? 0 : row.integer(0), row.integer(2), expired};
                                                }));
  return found.value_or(Present{});
}

// Deletes what the key holds, which has expired, as the sweeper would.
Status expire(Writing& writing, const MemoryKey& key, std::int64_t bytes) {
  WAGGLE_ASSIGN_OR_RETURN(const auto id, writing.sql.query_one("DELETE FROM memory WHERE agent_id = ?1 AND key = ?2 RETURNING id", {key.agent_id, key.key},
                                                               [](const sql::Row& row) { return row.string(0); }));
  if (!id) return {};
  WAGGLE_TRY(stores::note_gone(writing, {*id, std::string(key.agent_id), std::string(key.key), bytes}, "expire"));
  return stores::add_memory_usage(writing, key.agent_id, {.entries = -1, .bytes = -bytes});
}

Error version_conflict(std::int64_t expected) {
  if (expected == 0) return Error(Code::kConflict, "the agent already has a memory entry under this key", "read it and put on its version");
  return Error(Code::kConflict, "the memory entry is not at version " + std::to_string(expected), "read the entry again and put on its version");
}

// The put that looks before it writes.
Status put_with_care(Writing& writing, const Prepared& entry, Stored& stored) {
  const MemoryKey key = entry.key();
  WAGGLE_ASSIGN_OR_RETURN(Present present, find_present(writing, key));
  if (entry.request->if_version && *entry.request->if_version != present.version) return version_conflict(*entry.request->if_version);
  if (present.expired) {
    WAGGLE_TRY(expire(writing, key, present.bytes));
    present = {};
  }
  const MemoryUsage more{.entries = present.version == 0 ? 1 : 0, .bytes = entry.bytes() - present.bytes};
  WAGGLE_TRY(stores::make_memory_room(writing, key.agent_id, more));
  WAGGLE_ASSIGN_OR_RETURN(const bool done, upsert(writing, entry, Quotas::kIgnore, stored));
  if (!done) return Error(Code::kInternal, "a memory entry was not stored although nothing stood in its way");
  return stores::add_memory_usage(writing, key.agent_id, more);
}

Status put_one(Writing& writing, const Prepared& entry, Stored& stored) {
  bool done = false;
  if (!entry.request->if_version) {
    WAGGLE_ASSIGN_OR_RETURN(done, upsert(writing, entry, Quotas::kRefuse, stored));
  }
  if (!done) WAGGLE_TRY(put_with_care(writing, entry, stored));
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
  if (stored.version > 1) answered.access_count += scope.memory_cache().buffered_reads(entry.hash, answered.id);
  return answered;
}

}  // namespace

Result<MemoryEntry> MemoryStore::put(const PutMemory& entry) {
  WAGGLE_ASSIGN_OR_RETURN(Prepared prepared, prepare(entry));
  Stored stored;
  WAGGLE_TRY(scope_->write([&](Writing& writing) { return put_one(writing, prepared, stored); }));
  return answer(*scope_, std::move(prepared), std::move(stored));
}

Result<std::vector<MemoryEntry>> MemoryStore::put_many(std::span<const PutMemory> entries) {
  std::vector<Prepared> prepared;
  prepared.reserve(entries.size());
  for (const PutMemory& entry : entries) {
    WAGGLE_ASSIGN_OR_RETURN(prepared.emplace_back(), prepare(entry));
  }
  std::vector<Stored> stored(entries.size());
  WAGGLE_TRY(scope_->write([&](Writing& writing) -> Status {
    for (std::size_t i = 0; i < prepared.size(); ++i) WAGGLE_TRY(put_one(writing, prepared[i], stored[i]));
    return {};
  }));
  std::vector<MemoryEntry> answered;
  answered.reserve(entries.size());
  for (std::size_t i = 0; i < prepared.size(); ++i) answered.push_back(answer(*scope_, std::move(prepared[i]), std::move(stored[i])));
  return answered;
}

}  // namespace waggle
