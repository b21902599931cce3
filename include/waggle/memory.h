// memory.h: memory, what agents know: JSON values by agent and key, with versions, expiry and quotas.
//
// Reads are answered from a cache where that is sound: a cached answer is given only after the database's change counter was found unmoved, so a
// read sees every commit, by whichever thread or process, that was acknowledged before the read began.

#ifndef WAGGLE_MEMORY_H
#define WAGGLE_MEMORY_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

class Embedder;
struct MemoryEmbedding;  // waggle/recall.h
struct Recall;
struct RecallAnswer;

namespace stores {
class Scope;
}

struct MemoryEntry {
  std::string id;  // UUIDv7, kept over all versions
  std::string agent_id;
  std::string key;
  Json value;
  std::optional<Json> metadata;
  Timestamp created_at;
  Timestamp updated_at;
  std::optional<Timestamp> expires_at;  // from then on the entry is gone for every reader
  std::optional<Duration> ttl;          // the time to live that was last given
  std::int64_t version = 1;             // 1 at first, one more with each put
  std::int64_t access_count = 0;        // reads by get and get_many, this one included; see MemoryStore::get
  std::optional<std::string> writer;    // the acting agent of the latest put
};

// Names an entry.
struct MemoryKey {
  std::string_view agent_id;
  std::string_view key;
};

struct PutMemory {
  static constexpr std::size_t kValueBytesMax = std::size_t{64} << 20;
  static constexpr std::size_t kKeyBytesMax = std::size_t{64} << 10;

  std::string agent_id;               // need not be a registered agent; 1 to kKeyBytesMax bytes
  std::string key;                    // 1 to kKeyBytesMax bytes
  Json value = {};                    // at most kValueBytesMax bytes
  std::optional<Json> metadata = {};  // absent: the entry has none afterwards
  std::optional<Duration> ttl = {};   // above zero; absent: the entry does not expire
  // What the entry means, for recall; empty: none. Finite numbers, as many as the database's other embeddings have; the first one fixes that
  // (MemoryStore::set_embedding).
  std::vector<float> embedding = {};
  // Whose vector it is. When it is said it must be the model of the other embeddings, else invalid_argument naming both.
  std::optional<std::string> model = {};
  // Store only if the entry's version is this; 0 means only if there is none. Otherwise conflict, and nothing is changed.
  std::optional<std::int64_t> if_version = {};
};

enum class KeyMatch : std::uint8_t { kSubstring, kPrefix };

// Which of an agent's entries to list. `pattern` is taken literally: no character of it is a wildcard.
struct MemoryQuery {
  std::string agent_id;
  std::string pattern;
  KeyMatch match = KeyMatch::kSubstring;  // kPrefix is a range of the index; kSubstring looks at each of the agent's keys
};

struct MemoryStats {
  std::int64_t entries = 0;  // that have not expired
  std::int64_t bytes = 0;    // of their keys, values and metadata
  std::int64_t expired = 0;  // expired, and not yet swept
  std::int64_t agents = 0;   // with at least one entry that has not expired
};

// Upper limits of what one agent may keep; absent: no limit.
struct MemoryQuota {
  std::optional<std::int64_t> entries = {};
  std::optional<std::int64_t> bytes = {};  // of keys, values and metadata
};

// The memory of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one durable transaction with its rows in the change log (entity "memory").
class MemoryStore {
 public:
  explicit MemoryStore(const stores::Scope& scope) : scope_(&scope) {}

  // Stores a value under (agent_id, key). An existing entry keeps its id and created_at; an expired or removed one starts anew at version 1.
  // invalid_argument for what is not JSON or over a limit, conflict by if_version, exhausted when the agent's quota would be passed.
  Result<MemoryEntry> put(const PutMemory& entry);
  // Stores all entries in one transaction, or none. Answers them in order.
  Result<std::vector<MemoryEntry>> put_many(std::span<const PutMemory> entries);

  // The same with the embedding that the embedder makes of the value's text (its strings, numbers and names of members), outside of the transaction.
  // Errors of Embedder::embed are answered as they are.
  Result<MemoryEntry> put_embedded(const Embedder& embedder, PutMemory entry);

  // not_found when there is none or it has expired. Counts as an access: counts are kept in this process and written together with later
  // commits, at the latest when the database is closed; a crash may lose the latest counts, never a value.
  Result<MemoryEntry> get(const MemoryKey& key);
  // The entries that exist, in the order of the keys; from one moment. At most 10,000 keys.
  Result<std::vector<MemoryEntry>> get_many(std::string_view agent_id, std::span<const std::string> keys);

  // Newest first, by updated_at and then by insertion. Neither counts as an access.
  Result<Page<MemoryEntry>> query(const MemoryQuery& query, const PageRequest& page = {});
  Result<Page<MemoryEntry>> list(std::string_view agent_id, const PageRequest& page = {});

  // The entries that fit best what is asked; see waggle/recall.h, which has to be included for it. Does not count as an access. invalid_argument for
  // what is out of range, for a filter that is none, and for a vector that cannot be compared with the embeddings, naming both.
  Result<RecallAnswer> recall(const Recall& recall);
  // The same by a text and the vector that the embedder makes of it: recall.vector and recall.model are set by it.
  Result<RecallAnswer> recall_embedded(const Embedder& embedder, Recall recall);

  // Whose vectors the embeddings are; not_found before the first. To fix another metric than cosine, or the model, it is set before that:
  // conflict when entries have embeddings already and it differs.
  Result<MemoryEmbedding> embedding();
  Result<MemoryEmbedding> set_embedding(const MemoryEmbedding& embedding);

  // Gives the entry a new life of `ttl` from now, or none when absent. The version stays. not_found when it is absent or expired.
  Result<MemoryEntry> touch(const MemoryKey& key, std::optional<Duration> ttl);
  // Answers what was removed; not_found when there was none.
  Result<MemoryEntry> remove(const MemoryKey& key);
  struct Prefix {
    std::string_view agent_id;
    std::string_view prefix;  // taken literally; not empty
  };
  // How many were removed, all in one transaction.
  Result<std::int64_t> remove_prefix(const Prefix& prefix);

  // Of one agent, or of all.
  Result<MemoryStats> stats(const std::optional<std::string>& agent_id = {});

  // Limits what the agent may keep from now on; what it has already stays. An empty quota lifts the limits. Logged as a change of the
  // agent.
  Result<MemoryQuota> set_quota(std::string_view agent_id, const MemoryQuota& quota);
  Result<MemoryQuota> quota(std::string_view agent_id);

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_MEMORY_H
