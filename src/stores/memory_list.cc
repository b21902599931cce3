// memory_list.cc: calls on many entries of an agent: query, list, remove_prefix, stats; see waggle/memory.h.

#include <utility>

#include "base/text.h"
#include "stores/memory_cache.h"
#include "stores/memory_quota.h"
#include "stores/memory_rows.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "waggle/memory.h"

namespace waggle {

using stores::GoneMemory;
using stores::MemoryCache;
using stores::Position;
using stores::Reading;
using stores::Writing;

namespace {

constexpr std::string_view kList = "memory";

// The positions of a page's entries and of the one after them. Without the entries: what SQLite sorts here is as small as it can be, and a long
// value is read only when it is on the page.
Result<std::vector<Position>> find_positions(Reading& reading, const MemoryQuery& query, Position start, std::int64_t limit) {
  std::vector<Position> found;
  const auto collect = [&](const sql::Row& row) -> Status {
    found.push_back({row.integer(0), row.integer(1)});
    return {};
  };
  if (query.match == KeyMatch::kPrefix && !query.pattern.empty()) {
    WAGGLE_TRY(reading.sql.query("SELECT updated_at, rowid FROM memory WHERE agent_id = ?1 AND key >= ?2 AND key < ?3"
                                 " AND (expires_at IS NULL OR expires_at > ?4) AND (updated_at < ?5 OR (updated_at = ?5 AND rowid < ?6))"
                                 " ORDER BY updated_at DESC, rowid DESC LIMIT ?7",
                                 {query.agent_id, query.pattern, base::prefix_end(query.pattern), reading.now(), start.major, start.rowid, limit + 1},
                                 collect));
  } else {
    // instr finds the empty pattern in every key.
    WAGGLE_TRY(reading.sql.query("SELECT updated_at, rowid FROM memory WHERE agent_id = ?1 AND instr(key, ?2) > 0"
                                 " AND (expires_at IS NULL OR expires_at > ?3) AND (updated_at < ?4 OR (updated_at = ?4 AND rowid < ?5))"
                                 " ORDER BY updated_at DESC, rowid DESC LIMIT ?6",
                                 {query.agent_id, query.pattern, reading.now(), start.major, start.rowid, limit + 1}, collect));
  }
  return found;
}

Result<MemoryEntry> read_row(Reading& reading, std::string_view agent_id, std::int64_t rowid) {
  MemoryEntry entry;
  entry.agent_id = agent_id;
  WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_MEMORY_COLUMNS ", key FROM memory WHERE rowid = ?1", {rowid}, [&](const sql::Row& row) -> Status {
    stores::decode_memory(row, entry);
    entry.key = row.string(stores::kAfterMemoryColumns);
    return {};
  }));
  return entry;
}

// Deletes what begins with the prefix, also what has expired. Answers what that was.
Result<std::vector<GoneMemory>> delete_prefix(Writing& writing, const MemoryStore::Prefix& prefix) {
  const std::string end = base::prefix_end(prefix.prefix);
  WAGGLE_ASSIGN_OR_RETURN(auto gone,
                          writing.sql.query_all("SELECT rowid, id, key, " WAGGLE_MEMORY_BYTES ", expires_at FROM memory"
                                                " WHERE agent_id = ?1 AND key >= ?2 AND key < ?3",
                                                {prefix.agent_id, prefix.prefix, end}, [&](const sql::Row& row) {
                                                  return GoneMemory{
                                                      row.integer(0), row.string(1),  std::string(prefix.agent_id),
                                                      row.string(2),  row.integer(3), stores::has_expired(row.optional_timestamp(4), writing.now)};
                                                }));
  WAGGLE_TRY(writing.sql.execute("DELETE FROM memory WHERE agent_id = ?1 AND key >= ?2 AND key < ?3", {prefix.agent_id, prefix.prefix, end}));
  return gone;
}

}  // namespace

Result<Page<MemoryEntry>> MemoryStore::query(const MemoryQuery& query, const PageRequest& page) {
  WAGGLE_TRY(base::check_name("agent of memory entries", query.agent_id, PutMemory::kKeyBytesMax));
  WAGGLE_TRY(base::check_text("pattern of a query", query.pattern, PutMemory::kKeyBytesMax));
  WAGGLE_ASSIGN_OR_RETURN(const Position start, stores::page_start(kList, page));
  using Found = std::vector<std::pair<Position, MemoryEntry>>;
  auto found = scope_->read([&](Reading& reading) -> Result<Found> {
    WAGGLE_ASSIGN_OR_RETURN(const auto positions, find_positions(reading, query, start, page.limit));
    Found entries;
    entries.reserve(positions.size());
    for (const Position position : positions) {
      // The surplus position only tells that there is more.
      if (entries.size() == static_cast<std::size_t>(page.limit)) {
        entries.emplace_back(position, MemoryEntry{});
        break;
      }
      WAGGLE_ASSIGN_OR_RETURN(MemoryEntry entry, read_row(reading, query.agent_id, position.rowid));
      entries.emplace_back(position, std::move(entry));
    }
    return entries;
  });
  if (!found) return found.error();
  auto made = stores::make_page(kList, page, *std::move(found));
  for (MemoryEntry& entry : made.items) {
    entry.access_count += scope_->memory_cache().buffered_reads(MemoryCache::hash_of({entry.agent_id, entry.key}), entry.id);
  }
  return made;
}

Result<Page<MemoryEntry>> MemoryStore::list(std::string_view agent_id, const PageRequest& page) {
  return query({.agent_id = std::string(agent_id), .pattern = {}}, page);
}

Result<std::int64_t> MemoryStore::remove_prefix(const Prefix& prefix) {
  WAGGLE_TRY(base::check_name("agent of memory entries", prefix.agent_id, PutMemory::kKeyBytesMax));
  WAGGLE_TRY(base::check_name("prefix of what is to be removed", prefix.prefix, PutMemory::kKeyBytesMax));
  return scope_->write([&](Writing& writing) -> Result<std::int64_t> {
    WAGGLE_ASSIGN_OR_RETURN(const auto gone, delete_prefix(writing, prefix));
    std::int64_t removed = 0;
    stores::MemoryUsage freed;
    for (const GoneMemory& entry : gone) {
      WAGGLE_TRY(stores::note_gone(writing, entry, entry.expired ? "expire" : "remove"));
      if (!entry.expired) ++removed;
      --freed.entries;
      freed.bytes -= entry.bytes;
    }
    if (!gone.empty()) WAGGLE_TRY(stores::add_memory_usage(writing, prefix.agent_id, freed));
    return removed;
  });
}

Result<MemoryStats> MemoryStore::stats(const std::optional<std::string>& agent_id) {
  if (agent_id) WAGGLE_TRY(base::check_name("agent of memory entries", *agent_id, PutMemory::kKeyBytesMax));
  return scope_->read([&](Reading& reading) -> Result<MemoryStats> {
    MemoryStats stats;  // a sum over no rows is NULL, which reads as 0
    const auto read = [&](const sql::Row& row) -> Status {
      stats = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
      return {};
    };
    if (agent_id) {
      WAGGLE_TRY(reading.sql.query("SELECT sum(live), sum(live * bytes), sum(1 - live), max(live)"
                                   " FROM (SELECT expires_at IS NULL OR expires_at > ?2 AS live, " WAGGLE_MEMORY_BYTES " AS bytes"
                                   " FROM memory WHERE agent_id = ?1)",
                                   {*agent_id, reading.now()}, read));
    } else {
      WAGGLE_TRY(reading.sql.query("SELECT sum(live), sum(live * bytes), sum(1 - live), count(DISTINCT CASE WHEN live THEN agent_id END)"
                                   " FROM (SELECT agent_id, expires_at IS NULL OR expires_at > ?1 AS live, " WAGGLE_MEMORY_BYTES " AS bytes"
                                   " FROM memory)",
                                   {reading.now()}, read));
    }
    return stats;
  });
}

}  // namespace waggle
