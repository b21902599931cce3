// changes.h: the change log, every write in the order of its commit. Caches, indexes and watchers follow it.

#ifndef WAGGLE_CHANGES_H
#define WAGGLE_CHANGES_H

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

// What kind of thing changed.
enum class Entity : std::uint8_t { kSwarm, kAgent, kTask, kMemory, kMessage, kProposal, kVote, kCollection, kVector };
std::string_view to_string(Entity entity);
std::optional<Entity> parse_entity(std::string_view name);

struct Change {
  std::int64_t seq = 0;  // position in the log: grows without a gap, in commit order
  Timestamp at;          // by the clock of the machine that wrote it; seq, not time, tells the order
  Entity entity = Entity::kMemory;
  std::string entity_id;
  std::string op;                    // what was done, for example "create", "put", "claim"
  std::optional<std::string> actor;  // the acting agent; nullopt when none was named
};

struct ChangeFilter {
  std::vector<Entity> entities = {};  // empty: all
};

// What the log holds now.
struct ChangeRange {
  std::int64_t oldest = 1;  // first change still kept; newest + 1 when the log is empty
  std::int64_t newest = 0;  // last change committed, 0 before the first
};

// Follows the log: each call of next answers what came after the call before, without gap or repetition. Not thread-safe; must not outlive the
// Session that made it.
class Watcher {
 public:
  // The next changes that match the filter, at least one and at most 1,000; waits up to `timeout` for them and answers an empty list when none
  // came. stale, naming the oldest change that is kept, when the log was trimmed past this watcher: changes were missed.
  Result<std::vector<Change>> next(Duration timeout);
  // The first change that has not been looked at yet: to go on from here later, pass it to ChangeLog::watch.
  std::int64_t position() const { return position_; }

 private:
  friend class ChangeLog;
  Watcher(const stores::Scope& scope, std::int64_t position, ChangeFilter filter);

  const stores::Scope* scope_;
  std::int64_t position_;
  ChangeFilter filter_;
};

// The change log of a database. A light handle: made by Session, valid as long as it; usable where the session is.
class ChangeLog {
 public:
  explicit ChangeLog(const stores::Scope& scope) : scope_(&scope) {}

  // Starts at change `from`, inclusive; absent: at the oldest that is kept. stale when `from` was trimmed away already.
  Result<Watcher> watch(std::optional<std::int64_t> from = {}, ChangeFilter filter = {});
  Result<ChangeRange> range();

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_CHANGES_H
