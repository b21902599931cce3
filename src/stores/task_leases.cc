// task_leases.cc: see task_leases.h.

#include "stores/task_leases.h"

#include <string>
#include <vector>

#include "stores/task_dependents.h"
#include "stores/task_rows.h"

namespace waggle::stores {
namespace {

constexpr std::int64_t kBatch = 1'000;

constexpr Duration kLeaseMin = std::chrono::milliseconds(1);
constexpr Duration kLeaseMax = std::chrono::hours(24 * 365);

constexpr LeaseEnd kExpired = {"expire", "the lease of the last attempt expired"};
constexpr LeaseEnd kTakenBack = {"release", "the agent that held the last attempt is lost or was removed"};

Result<Upkeep> settle_waiting(Writing& writing) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> due,
                          writing.sql.query_all("SELECT id FROM tasks WHERE status = 'pending' AND unmet = 0 AND not_before <= ?1"
                                                " ORDER BY not_before LIMIT ?2",
                                                {writing.now, kBatch}, [](const sql::Row& row) { return row.string(0); }));
  for (const std::string& id : due) {
    WAGGLE_TRY(writing.sql.execute("UPDATE tasks SET status = 'ready', updated_at = ?2 WHERE id = ?1", {id, writing.now}));
    WAGGLE_TRY(writing.log(Entity::kTask, id, "ready"));
  }
  return due.size() < static_cast<std::size_t>(kBatch) ? Upkeep::kDone : Upkeep::kMoreIsDue;
}

Result<Upkeep> settle_expired(Writing& writing) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> expired,
                          writing.sql.query_all("SELECT id FROM tasks WHERE status = 'running' AND lease_expires_at <= ?1"
                                                " ORDER BY lease_expires_at LIMIT ?2",
                                                {writing.now, kBatch}, [](const sql::Row& row) { return row.string(0); }));
  for (const std::string& id : expired) {
    WAGGLE_ASSIGN_OR_RETURN(Task task, require_task(writing.sql, writing.now, id));
    WAGGLE_TRY(end_lease(writing, task, kExpired));
  }
  return expired.size() < static_cast<std::size_t>(kBatch) ? Upkeep::kDone : Upkeep::kMoreIsDue;
}

}  // namespace

Result<std::int64_t> free_leases(Writing& writing, std::string_view agent_id) {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> held,
                          writing.sql.query_all("SELECT id FROM tasks WHERE status = 'running' AND lease_owner = ?1 ORDER BY rowid", {agent_id},
                                                [](const sql::Row& row) { return row.string(0); }));
  for (const std::string& id : held) {
    WAGGLE_ASSIGN_OR_RETURN(Task task, require_task(writing.sql, writing.now, id));
    WAGGLE_TRY(end_lease(writing, task, kTakenBack));
  }
  return static_cast<std::int64_t>(held.size());
}

Status check_lease_duration(Duration lease) {
  if (lease >= kLeaseMin && lease <= kLeaseMax) return {};
  return Error(Code::kInvalidArgument, "a lease lasts 1 ms to 365 days");
}

Status end_lease(Writing& writing, Task& task, LeaseEnd end) {
  if (!has_attempts_left(task)) return fail_task(writing, task, std::string(end.error_after_last_attempt));
  task.status = TaskStatus::kReady;
  task.lease_token.reset();
  WAGGLE_TRY(save_task(writing, task));
  return writing.log(Entity::kTask, task.id, end.op);
}

Result<bool> has_due_tasks(sql::Reader& sql, Timestamp now) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t due,
                          sql.query_integer("SELECT EXISTS (SELECT 1 FROM tasks WHERE status = 'pending' AND unmet = 0 AND not_before <= ?1)"
                                            " OR EXISTS (SELECT 1 FROM tasks WHERE status = 'running' AND lease_expires_at <= ?1)",
                                            {now}));
  return due != 0;
}

Result<Upkeep> settle_due_tasks(Writing& writing) {
  WAGGLE_ASSIGN_OR_RETURN(const Upkeep waiting, settle_waiting(writing));
  WAGGLE_ASSIGN_OR_RETURN(const Upkeep expired, settle_expired(writing));
  return waiting == Upkeep::kDone && expired == Upkeep::kDone ? Upkeep::kDone : Upkeep::kMoreIsDue;
}

}  // namespace waggle::stores
