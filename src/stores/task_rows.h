// task_rows.h: rows of the table tasks, read and written inside a transaction that somebody else has begun.
//
// What a reader is told of a task depends on the time, for no row changes just because time passes:
//   stored        and                                              reads as
//   'pending'     no dependency unmet, not_before has come         ready
//   'running'     the lease has expired, attempts are left         ready, without lease
//   'running'     the lease has expired, no attempts are left      running, until the next claim makes it failed with all that depends on it
// A claim writes down what has become true so (task_leases.h).

#ifndef WAGGLE_STORES_TASK_ROWS_H
#define WAGGLE_STORES_TASK_ROWS_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/executor.h"
#include "stores/scope.h"
#include "waggle/tasks.h"

// A task's status as of the moment ?1, which every statement that uses it binds first. A macro, as SQL is a literal.
#define WAGGLE_TASK_STATUS                                                                                                \
  "CASE WHEN status = 'pending' AND unmet = 0 AND not_before <= ?1 THEN 'ready'"                                          \
  " WHEN status = 'running' AND lease_expires_at <= ?1 AND (max_attempts IS NULL OR attempt < max_attempts) THEN 'ready'" \
  " ELSE status END"

// The columns of read_task, in its order; the rowid is number kTaskRowidColumn. The lease's token is not among them: it is shown by claim and
// renew alone, which know it.
#define WAGGLE_TASK_COLUMNS                                                                                                      \
  "id, description, priority, " WAGGLE_TASK_STATUS                                                                               \
  ", swarm_id, parent_id, dependencies, required_capabilities, assigned_agents, attempt, max_attempts, not_before, lease_owner," \
  " lease_expires_at, result, error, created_at, updated_at, completed_at, rowid"

namespace waggle::stores {

inline constexpr int kTaskRowidColumn = 19;
inline constexpr std::size_t kTaskDependenciesMax = 10'000;  // of one task

Result<Task> read_task(const sql::Row& row);

// not_found for an unknown id.
Result<Task> require_task(sql::Reader& sql, Timestamp now, std::string_view id);

// Is it completed, failed or cancelled?
bool is_over(const Task& task);
// May it be claimed once more?
bool has_attempts_left(const Task& task);

// Writes what can change of a task but for its dependencies, as of now. Without task.lease_token it has no lease afterwards. Logs nothing.
Status save_task(Writing& writing, Task& task);

// Counts the swarm's tasks by status as of reading.now(): what reads as ready counts as ready. Sets `counts` anew.
Status count_tasks_by_status(Reading& reading, std::string_view swarm_id, std::map<std::string, std::int64_t>& counts);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_TASK_ROWS_H
