// memory_rows.h: rows of the table `memory`, as the files of the memory store share them.

#ifndef WAGGLE_STORES_MEMORY_ROWS_H
#define WAGGLE_STORES_MEMORY_ROWS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/row.h"
#include "stores/scope.h"
#include "waggle/memory.h"

// What decode_memory reads, in the order of the table, so that SQLite parses each record once. Agent and key are known to whoever asks for one entry.
#define WAGGLE_MEMORY_COLUMNS "id, value, metadata, created_at, ttl, access_count, updated_at, expires_at, version, writer"

// Bytes that an entry counts for in statistics and quotas.
#define WAGGLE_MEMORY_BYTES "octet_length(key) + octet_length(value) + coalesce(octet_length(metadata), 0)"

namespace waggle::stores {

// Sets all of `entry` but agent_id and key from a row of WAGGLE_MEMORY_COLUMNS. access_count is the row's.
void decode_memory(const sql::Row& row, MemoryEntry& entry);

// The column after WAGGLE_MEMORY_COLUMNS.
inline constexpr int kAfterMemoryColumns = 10;

inline bool has_expired(const std::optional<Timestamp>& expires_at, Timestamp now) { return expires_at && *expires_at <= now; }

// When an entry that gets this time to live now will expire; the end of time when that is beyond it.
std::optional<Timestamp> expiry(Timestamp now, const std::optional<Duration>& ttl);

// What an agent keeps or loses.
struct MemoryUsage {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
};

// A row that is deleted.
struct GoneMemory {
  std::int64_t rowid = 0;
  std::string id;
  std::string agent_id;
  std::string key;
  std::int64_t bytes = 0;
  bool expired = false;
};

// Logs a deletion that was made and tells the caches. Quotas are the caller's to adjust.
Status note_gone(Writing& writing, const GoneMemory& gone, std::string_view op);

// Deletes a row that has expired, logs it as "expire", and adjusts quotas.
Status expire_memory(Writing& writing, const GoneMemory& gone);

// Deletes up to `rows_max` entries that have expired, the earliest first. Answers how many they were.
struct Sweep {
  std::int64_t rows_max = 0;
  std::optional<std::string_view> agent_id;  // absent: of all agents
};
Result<std::int64_t> sweep_expired_memory(Writing& writing, const Sweep& sweep);

// invalid_argument unless both parts of the key could name an entry.
Status check_memory_key(const MemoryKey& key);

// not_found, or invalid_argument when no entry could ever have this key.
Error missing_memory(const MemoryKey& key);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_ROWS_H
