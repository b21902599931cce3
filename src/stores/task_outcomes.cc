// task_outcomes.cc: what becomes of a task: renew, complete, fail and release by the holder of its lease, cancel by anybody. See waggle/tasks.h.

#include <string>
#include <utility>

#include "base/text.h"
#include "stores/limits.h"
#include "stores/scope.h"
#include "stores/task_dependents.h"
#include "stores/task_leases.h"
#include "stores/task_rows.h"
#include "waggle/tasks.h"

namespace waggle {
namespace {

using stores::Writing;

constexpr Duration kRetryAfterMax = std::chrono::hours(24 * 365);

constexpr stores::LeaseEnd kReleased = {"release", "released after the last attempt"};

// The task, when this is its live lease. A lease that has expired is over, also while nobody else has claimed the task yet.
Result<Task> require_leased_task(Writing& writing, const TaskLease& lease) {
  WAGGLE_ASSIGN_OR_RETURN(Task task, stores::require_task(writing.sql, writing.now, lease.task_id));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t is_live,
                          writing.sql.query_integer("SELECT count(*) FROM tasks WHERE id = ?1 AND status = 'running' AND lease_token = ?2"
                                                    " AND lease_expires_at > ?3",
                                                    {lease.task_id, lease.token, writing.now}));
  if (is_live == 0) {
    return Error(Code::kConflict, "this token is not that of the task's live lease: it has ended, or was never given", "claim a task again");
  }
  return task;
}

}  // namespace

Result<Task> TaskStore::renew(const TaskLease& lease, Duration duration) {
  WAGGLE_TRY(stores::check_lease_duration(duration));
  return scope_->write([&](Writing& caller) -> Result<Task> {
    WAGGLE_ASSIGN_OR_RETURN(Task task, require_leased_task(caller, lease));
    const std::optional<std::string> owner = task.lease_owner;
    Writing writing = caller.by(owner);
    task.lease_token = std::string(lease.token);
    task.lease_expires_at = writing.now + duration;
    WAGGLE_TRY(save_task(writing, task));
    WAGGLE_TRY(writing.log(Entity::kTask, task.id, "renew"));
    return task;
  });
}

Result<Task> TaskStore::complete(const TaskLease& lease, const Json& result) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string normal_result, stores::checked_document("the result of a task", result));
  return scope_->write([&](Writing& caller) -> Result<Task> {
    WAGGLE_ASSIGN_OR_RETURN(Task task, require_leased_task(caller, lease));
    const std::optional<std::string> owner = task.lease_owner;
    Writing writing = caller.by(owner);
    task.status = TaskStatus::kCompleted;
    task.result = Json(normal_result);
    task.completed_at = writing.now;
    WAGGLE_TRY(save_task(writing, task));
    WAGGLE_TRY(writing.log(Entity::kTask, task.id, "complete"));
    WAGGLE_TRY(stores::advance_dependents(writing, task.id));
    return task;
  });
}

Result<Task> TaskStore::fail(const TaskLease& lease, const TaskFailure& failure) {
  WAGGLE_TRY(base::check_text("error", failure.error, stores::kTextBytesMax));
  if (failure.retry_after && (*failure.retry_after < Duration::zero() || *failure.retry_after > kRetryAfterMax)) {
    return Error(Code::kInvalidArgument, "a task is retried after 0 s to 365 days");
  }
  return scope_->write([&](Writing& caller) -> Result<Task> {
    WAGGLE_ASSIGN_OR_RETURN(Task task, require_leased_task(caller, lease));
    const std::optional<std::string> owner = task.lease_owner;
    Writing writing = caller.by(owner);
    if (!stores::has_attempts_left(task)) {
      WAGGLE_TRY(stores::fail_task(writing, task, failure.error));
      return task;
    }
    const bool waits = failure.retry_after && *failure.retry_after > Duration::zero();
    task.status = waits ? TaskStatus::kPending : TaskStatus::kReady;
    if (waits) task.not_before = writing.now + *failure.retry_after;
    task.error = failure.error;
    WAGGLE_TRY(save_task(writing, task));
    WAGGLE_TRY(writing.log(Entity::kTask, task.id, "fail"));
    return task;
  });
}

Result<Task> TaskStore::release(const TaskLease& lease) {
  return scope_->write([&](Writing& caller) -> Result<Task> {
    WAGGLE_ASSIGN_OR_RETURN(Task task, require_leased_task(caller, lease));
    const std::optional<std::string> owner = task.lease_owner;
    Writing writing = caller.by(owner);
    WAGGLE_TRY(stores::end_lease(writing, task, kReleased));
    return task;
  });
}

Result<Task> TaskStore::cancel(std::string_view id, CancelScope scope) {
  return scope_->write([&](Writing& writing) -> Result<Task> {
    WAGGLE_ASSIGN_OR_RETURN(Task task, stores::require_task(writing.sql, writing.now, id));
    if (task.status == TaskStatus::kCompleted || task.status == TaskStatus::kFailed) {
      return Error(Code::kConflict, "the task is over: it has completed or failed", "only a task that is not over can be cancelled");
    }
    if (task.status != TaskStatus::kCancelled) {
      task.status = TaskStatus::kCancelled;
      task.completed_at = writing.now;
      WAGGLE_TRY(save_task(writing, task));
      WAGGLE_TRY(writing.log(Entity::kTask, task.id, "cancel"));
    }
    if (scope == CancelScope::kWithDependents) WAGGLE_TRY(stores::cancel_dependents(writing, task.id));
    return task;
  });
}

}  // namespace waggle
