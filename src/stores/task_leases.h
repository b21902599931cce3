// task_leases.h: leases on tasks that end without a word from their holder, and what time alone has made ready.

#ifndef WAGGLE_STORES_TASK_LEASES_H
#define WAGGLE_STORES_TASK_LEASES_H

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "stores/scope.h"
#include "waggle/tasks.h"

namespace waggle::stores {

// Makes every task that this agent holds a lease on claimable again; failed when its attempts are used up. Answers how many they were.
Result<std::int64_t> free_leases(Writing& writing, std::string_view agent_id);

// How long a lease may last: 1 ms to 365 days; invalid_argument otherwise.
Status check_lease_duration(Duration lease);

// Why a lease ends early, for the change log and for a task that fails by it.
struct LeaseEnd {
  std::string_view op;
  std::string_view error_after_last_attempt;
};

// Takes the lease off a running task: ready again while attempts are left, else failed.
Status end_lease(Writing& writing, Task& task, LeaseEnd end);

// Is there a waiting task whose time has come, or a lease that has expired?
Result<bool> has_due_tasks(sql::Reader& sql, Timestamp now);

enum class Upkeep : std::uint8_t { kDone, kMoreIsDue };

// Writes down what the passing of time has changed: tasks whose time has come become ready, expired leases end. At most 1,000 of each, so that a
// transaction stays short; what is left is told.
Result<Upkeep> settle_due_tasks(Writing& writing);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_TASK_LEASES_H
