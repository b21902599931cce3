// chores.h: small upkeep that rides on commits, so that it costs no transaction and no thread of its own: access counts are written, what has
// expired is deleted, the change log is trimmed.

#ifndef WAGGLE_STORES_CHORES_H
#define WAGGLE_STORES_CHORES_H

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "sql/executor.h"
#include "stores/memory_counts.h"
#include "stores/scope.h"
#include "waggle/value.h"

namespace waggle::stores {

// When the change log is trimmed: Options::changes_age_max and changes_count_max.
struct ChangeLogLimits {
  Duration changes_age_max{};
  std::int64_t changes_count_max = 0;  // 0: no limit
};

// The first commit of the process does the chores, then one every kInterval. Each chore is bounded; when one has more to do than it may, the next
// commit goes on with it.
class Chores final : public sql::CommitObserver {
 public:
  static constexpr Duration kInterval = std::chrono::seconds(2);

  // Borrows all but the limits.
  Chores(const base::Clock& clock, base::IdSource& ids, MemoryCache& cache, const ChangeLogLimits& limits)
      : clock_(clock), ids_(ids), cache_(cache), limits_(limits) {}

  Status before_commit(sql::Writer& writer) override;
  // Also tells the cache of memory entries.
  void after_commit(const sql::Commit& commit) override;

  // Writes all buffered access counts: the last write before a database is closed. To be called inside Executor::write, and again when that runs
  // its work again. has_access_counts tells whether it is worth a transaction.
  Status flush_access_counts(sql::Writer& writer);
  bool has_access_counts() const;

 private:
  Status do_chores(Writing& writing);

  const base::Clock& clock_;
  base::IdSource& ids_;
  MemoryCache& cache_;
  const ChangeLogLimits limits_;
  // Used by the committing thread alone, of which there is one at a time.
  std::optional<Timestamp> done_at_;
  bool unfinished_ = false;
  bool flushed_all_ = false;  // flush_access_counts ran in the transaction that is being committed
  std::vector<AccessCount> in_flight_;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_CHORES_H
