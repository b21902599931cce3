// task_dependents.cc: see task_dependents.h. The walks are loops over queries, not recursive SQL, which not every engine has.

#include "stores/task_dependents.h"

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "stores/task_rows.h"

namespace waggle::stores {
namespace {

Result<std::vector<std::string>> find_dependents(sql::Reader& sql, std::string_view id) {
  return sql.query_all("SELECT task_id FROM task_dependencies WHERE depends_on = ?1 ORDER BY rowid", {id},
                       [](const sql::Row& row) { return row.string(0); });
}

struct Ending {
  TaskStatus status;
  std::string_view op;
  std::optional<std::string> error;  // absent: a task keeps the error that it has
};

Status end_if_not_over(Writing& writing, std::string_view id, const Ending& ending) {
  WAGGLE_ASSIGN_OR_RETURN(
      const sql::Writer::Outcome outcome,
      writing.sql.execute("UPDATE tasks SET status = ?2, error = coalesce(?3, error), completed_at = ?4, updated_at = ?4, lease_owner = NULL,"
                          " lease_token = NULL, lease_expires_at = NULL WHERE id = ?1 AND status IN ('pending', 'ready', 'running')",
                          {id, to_string(ending.status), ending.error, writing.now}));
  if (outcome.rows_affected == 0) return {};
  return writing.log(Entity::kTask, id, ending.op);
}

Status end_dependents(Writing& writing, std::string_view id, const Ending& ending) {
  std::unordered_set<std::string> seen;
  std::vector<std::string> to_visit{std::string(id)};
  while (!to_visit.empty()) {
    const std::string visited = std::move(to_visit.back());
    to_visit.pop_back();
    WAGGLE_ASSIGN_OR_RETURN(std::vector<std::string> dependents, find_dependents(writing.sql, visited));
    for (std::string& dependent : dependents) {
      if (!seen.insert(dependent).second) continue;
      WAGGLE_TRY(end_if_not_over(writing, dependent, ending));
      to_visit.push_back(std::move(dependent));
    }
  }
  return {};
}

}  // namespace

Status advance_dependents(Writing& writing, std::string_view id) {
  struct Dependent {
    std::string id;
    bool becomes_ready;
  };
  WAGGLE_ASSIGN_OR_RETURN(
      const std::vector<Dependent> dependents,
      writing.sql.query_all("SELECT t.id, t.status = 'pending' AND t.unmet = 1 AND (t.not_before IS NULL OR t.not_before <= ?2)"
                            " FROM task_dependencies d JOIN tasks t ON t.id = d.task_id WHERE d.depends_on = ?1 ORDER BY d.rowid",
                            {id, writing.now}, [](const sql::Row& row) { return Dependent{row.string(0), row.integer(1) != 0}; }));
  for (const Dependent& dependent : dependents) {
    if (!dependent.becomes_ready) {
      WAGGLE_TRY(writing.sql.execute("UPDATE tasks SET unmet = unmet - 1 WHERE id = ?1", {dependent.id}));
      continue;
    }
    WAGGLE_TRY(writing.sql.execute("UPDATE tasks SET unmet = 0, status = 'ready', updated_at = ?2 WHERE id = ?1", {dependent.id, writing.now}));
    WAGGLE_TRY(writing.log(Entity::kTask, dependent.id, "ready"));
  }
  return {};
}

Status cancel_dependents(Writing& writing, std::string_view id) {
  return end_dependents(writing, id, {TaskStatus::kCancelled, "cancel", std::nullopt});
}

std::string dependency_error(std::string_view id, TaskStatus status) {
  return "task " + std::string(id) + ", on which this one depends, " + (status == TaskStatus::kCancelled ? "was cancelled" : "has failed");
}

Status fail_task(Writing& writing, Task& task, std::string error) {
  task.status = TaskStatus::kFailed;
  task.error = std::move(error);
  task.completed_at = writing.now;
  task.lease_token.reset();
  WAGGLE_TRY(save_task(writing, task));
  WAGGLE_TRY(writing.log(Entity::kTask, task.id, "fail"));
  return end_dependents(writing, task.id, {TaskStatus::kFailed, "fail", dependency_error(task.id, TaskStatus::kFailed)});
}

}  // namespace waggle::stores
