// task_rows.cc: see task_rows.h.

#include "stores/task_rows.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"

namespace waggle::stores {

Result<Task> read_task(const sql::Row& row) {
  const std::optional<TaskStatus> status = parse_task_status(row.text(3));
  if (!status) return Error(Code::kCorruption, "a task has a status that does not exist", "run `waggle check`");
  Task task{.id = row.string(0),
            .description = row.string(1),
            .priority = row.integer(2),
            .status = *status,
            .swarm_id = row.optional_string(4),
            .parent_id = row.optional_string(5),
            .attempt = row.integer(9),
            .max_attempts = row.optional_integer(10),
            .not_before = row.optional_timestamp(11),
            .result = row.optional_json(14),
            .error = row.optional_string(15),
            .created_at = row.timestamp(16),
            .updated_at = row.timestamp(17),
            .completed_at = row.optional_timestamp(18)};
  WAGGLE_ASSIGN_OR_RETURN(task.dependencies, base::parse_string_array(row.text(6)));
  WAGGLE_ASSIGN_OR_RETURN(task.required_capabilities, base::parse_string_array(row.text(7)));
  WAGGLE_ASSIGN_OR_RETURN(task.assigned_agents, base::parse_string_array(row.text(8)));
  if (task.status == TaskStatus::kRunning) {
    task.lease_owner = row.optional_string(12);
    task.lease_expires_at = row.optional_timestamp(13);
  }
  return task;
}

Result<Task> require_task(sql::Reader& sql, Timestamp now, std::string_view id) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<Task> found, sql.query_one("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks WHERE id = ?2", {now, id}, read_task));
  if (!found) return Error(Code::kNotFound, "there is no such task", "`waggle task list` shows those that exist");
  return *std::move(found);
}

bool is_over(const Task& task) {
  return task.status == TaskStatus::kCompleted || task.status == TaskStatus::kFailed || task.status == TaskStatus::kCancelled;
}

bool has_attempts_left(const Task& task) { return !task.max_attempts || task.attempt < *task.max_attempts; }

Status save_task(Writing& writing, Task& task) {
  task.updated_at = writing.now;
  if (!task.lease_token) {
    task.lease_owner.reset();
    task.lease_expires_at.reset();
  }
  const std::string assigned_agents = base::write_string_array(task.assigned_agents);
  WAGGLE_TRY(writing.sql.execute(
      "UPDATE tasks SET status = ?2, assigned_agents = ?3, result = ?4, completed_at = ?5, attempt = ?6, not_before = ?7, lease_owner = ?8,"
      " lease_token = ?9, lease_expires_at = ?10, error = ?11, updated_at = ?12 WHERE id = ?1",
      {task.id, to_string(task.status), assigned_agents, task.result, task.completed_at, task.attempt, task.not_before, task.lease_owner,
       task.lease_token, task.lease_expires_at, task.error, task.updated_at}));
  return {};
}

Status count_tasks_by_status(Reading& reading, std::string_view swarm_id, std::map<std::string, std::int64_t>& counts) {
  counts.clear();
  return reading.sql.query("SELECT " WAGGLE_TASK_STATUS " AS now_status, count(*) FROM tasks WHERE swarm_id = ?2 GROUP BY now_status",
                           {reading.now(), swarm_id}, [&](const sql::Row& row) -> Status {
                             counts[row.string(0)] = row.integer(1);
                             return {};
                           });
}

}  // namespace waggle::stores
