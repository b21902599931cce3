// tasks.cc: tasks made, read and listed. See waggle/tasks.h. What is done with them stands beside: task_claim.cc, task_outcomes.cc, task_graph.cc.

#include "waggle/tasks.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "stores/limits.h"
#include "stores/names.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/swarm_rows.h"
#include "stores/task_dependents.h"
#include "stores/task_rows.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::Writing;

constexpr std::string_view kList = "tasks";
constexpr std::size_t kCapabilitiesMax = 256;

constexpr stores::Names<TaskStatus, 6> kStatuses = {{{TaskStatus::kPending, "pending"},
                                                     {TaskStatus::kReady, "ready"},
                                                     {TaskStatus::kRunning, "running"},
                                                     {TaskStatus::kCompleted, "completed"},
                                                     {TaskStatus::kFailed, "failed"},
                                                     {TaskStatus::kCancelled, "cancelled"}}};

// Each dependency once, in the order given.
Result<std::vector<std::string>> check_dependencies(const NewTask& task) {
  std::vector<std::string> dependencies;
  for (const std::string& dependency : task.dependencies) {
    WAGGLE_TRY(base::check_name("dependency's id", dependency, stores::kNameBytesMax));
    if (task.id == dependency) return Error(Code::kInvalidArgument, "a task cannot depend on itself");
  }
  std::vector<std::string> sorted = task.dependencies;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  if (sorted.size() > stores::kTaskDependenciesMax) {
    return Error(Code::kInvalidArgument, "a task depends on at most " + std::to_string(stores::kTaskDependenciesMax) + " others",
                 "gather some of them under a task that depends on them");
  }
  std::vector<bool> taken(sorted.size());
  for (const std::string& dependency : task.dependencies) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), dependency) - sorted.begin();
    if (!taken[static_cast<std::size_t>(place)]) dependencies.push_back(dependency);
    taken[static_cast<std::size_t>(place)] = true;
  }
  return dependencies;
}

// Sorted, each once, so that equal sets are equal text.
Result<std::vector<std::string>> check_capabilities(std::vector<std::string> capabilities) {
  for (const std::string& capability : capabilities) WAGGLE_TRY(base::check_name("capability", capability, stores::kNameBytesMax));
  std::sort(capabilities.begin(), capabilities.end());
  capabilities.erase(std::unique(capabilities.begin(), capabilities.end()), capabilities.end());
  if (capabilities.size() > kCapabilitiesMax) {
    return Error(Code::kInvalidArgument, "a task requires at most " + std::to_string(kCapabilitiesMax) + " capabilities");
  }
  return capabilities;
}

Status check_new_task(const NewTask& task) {
  if (task.id) WAGGLE_TRY(base::check_name("task's id", *task.id, stores::kNameBytesMax));
  WAGGLE_TRY(base::check_text("description", task.description, stores::kTextBytesMax));
  if (task.max_attempts && *task.max_attempts < 1)
    return Error(Code::kInvalidArgument, "max_attempts must be 1 or more", "leave it out for no limit");
  return {};
}

struct Unmet {
  std::int64_t count = 0;
  std::optional<std::string> error;  // of a dependency that will never be completed
};

Result<Unmet> count_unmet(sql::Reader& sql, const std::vector<std::string>& dependencies) {
  Unmet unmet;
  for (const std::string& dependency : dependencies) {
    WAGGLE_ASSIGN_OR_RETURN(const std::optional<std::string> status,
                            sql.query_one("SELECT status FROM tasks WHERE id = ?1", {dependency}, [](const sql::Row& row) { return row.string(0); }));
    if (!status) return Error(Code::kNotFound, "a dependency of the task does not exist", "create it first");
    if (*status == "completed") continue;
    unmet.count += 1;
    if (unmet.error) continue;
    if (*status == "failed") unmet.error = stores::dependency_error(dependency, TaskStatus::kFailed);
    if (*status == "cancelled") unmet.error = stores::dependency_error(dependency, TaskStatus::kCancelled);
  }
  return unmet;
}

Status insert(Writing& writing, const Task& task, std::int64_t unmet) {
  const std::string dependencies = base::write_string_array(task.dependencies);
  const std::string required_capabilities = base::write_string_array(task.required_capabilities);
  WAGGLE_ASSIGN_OR_RETURN(
      const sql::Writer::Outcome outcome,
      writing.sql.execute("INSERT INTO tasks(id, description, priority, status, assigned_agents, dependencies, created_at, completed_at, swarm_id,"
                          " parent_id, required_capabilities, attempt, max_attempts, not_before, error, updated_at, unmet)"
                          " VALUES(?1, ?2, ?3, ?4, '[]', ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13, ?6, ?14) ON CONFLICT(id) DO NOTHING",
                          {task.id, task.description, task.priority, to_string(task.status), dependencies, task.created_at, task.completed_at,
                           task.swarm_id, task.parent_id, required_capabilities, task.max_attempts, task.not_before, task.error, unmet}));
  if (outcome.rows_affected == 0) return Error(Code::kAlreadyExists, "a task of this id exists", "choose another id, or none for a fresh one");
  for (const std::string& dependency : task.dependencies) {
    WAGGLE_TRY(writing.sql.execute("INSERT INTO task_dependencies(task_id, depends_on) VALUES(?1, ?2)", {task.id, dependency}));
  }
  WAGGLE_TRY(writing.log(Entity::kTask, task.id, "create"));
  return task.status == TaskStatus::kFailed ? writing.log(Entity::kTask, task.id, "fail") : Status();
}

using Entry = std::pair<stores::Position, Task>;

Result<Entry> read_entry(const sql::Row& row) {
  WAGGLE_ASSIGN_OR_RETURN(Task task, stores::read_task(row));
  return Entry{stores::Position{0, row.integer(stores::kTaskRowidColumn)}, std::move(task)};
}

// One statement for each way to the rows: by owner and by swarm there is an index, all others are read newest first until the page is full.
Result<std::vector<Entry>> find_page(Reading& reading, const TaskFilter& filter, sql::ArgList args) {
  if (filter.lease_owner) {
    return reading.sql.query_all("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks WHERE rowid < ?2 AND status = 'running' AND lease_owner = ?6"
                                 " AND " WAGGLE_TASK_STATUS " = coalesce(?4, 'running') AND " WAGGLE_TASK_STATUS " = 'running'"
                                 " AND (?5 IS NULL OR swarm_id = ?5) ORDER BY rowid DESC LIMIT ?3",
                                 args, read_entry);
  }
  if (filter.swarm_id) {
    return reading.sql.query_all("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks WHERE rowid < ?2 AND swarm_id = ?5"
                                 " AND (?4 IS NULL OR " WAGGLE_TASK_STATUS " = ?4) AND ?6 IS NULL ORDER BY rowid DESC LIMIT ?3",
                                 args, read_entry);
  }
  return reading.sql.query_all("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks WHERE rowid < ?2 AND (?4 IS NULL OR " WAGGLE_TASK_STATUS " = ?4)"
                               " AND ?5 IS NULL AND ?6 IS NULL ORDER BY rowid DESC LIMIT ?3",
                               args, read_entry);
}

}  // namespace

std::string_view to_string(TaskStatus status) { return stores::name_of(kStatuses, status); }
std::optional<TaskStatus> parse_task_status(std::string_view name) { return stores::value_of(kStatuses, name); }

Result<Task> TaskStore::create(const NewTask& task) {
  WAGGLE_TRY(check_new_task(task));
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> dependencies, check_dependencies(task));
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> required_capabilities, check_capabilities(task.required_capabilities));

  return scope_->write([&](Writing& writing) -> Result<Task> {
    if (task.swarm_id) WAGGLE_TRY(stores::require_open_swarm(writing.sql, *task.swarm_id));
    if (task.parent_id) {
      WAGGLE_ASSIGN_OR_RETURN(const std::int64_t parents, writing.sql.query_integer("SELECT count(*) FROM tasks WHERE id = ?1", {task.parent_id}));
      if (parents == 0) return Error(Code::kNotFound, "the task's parent does not exist", "create it first");
    }
    WAGGLE_ASSIGN_OR_RETURN(const Unmet unmet, count_unmet(writing.sql, dependencies));
    const bool waits = unmet.count > 0 || (task.not_before && *task.not_before > writing.now);
    Task created{.id = task.id ? *task.id : writing.ids.next(),
                 .description = task.description,
                 .priority = task.priority,
                 .status = waits ? TaskStatus::kPending : TaskStatus::kReady,
                 .swarm_id = task.swarm_id,
                 .parent_id = task.parent_id,
                 .dependencies = dependencies,
                 .required_capabilities = required_capabilities,
                 .max_attempts = task.max_attempts,
                 .not_before = task.not_before,
                 .created_at = writing.now,
                 .updated_at = writing.now};
    if (unmet.error) {
      created.status = TaskStatus::kFailed;
      created.error = unmet.error;
      created.completed_at = writing.now;
    }
    WAGGLE_TRY(insert(writing, created, unmet.count));
    return created;
  });
}

Result<Task> TaskStore::get(std::string_view id) {
  return scope_->read([&](Reading& reading) { return stores::require_task(reading.sql, reading.now(), id); });
}

Result<Page<Task>> TaskStore::list(const TaskFilter& filter, const PageRequest& page) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Position after, stores::page_start(kList, page));
  std::optional<std::string_view> status;
  if (filter.status) status = to_string(*filter.status);
  return scope_->read([&](Reading& reading) -> Result<Page<Task>> {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<Entry> found,
                            find_page(reading, filter, {reading.now(), after.rowid, page.limit + 1, status, filter.swarm_id, filter.lease_owner}));
    return stores::make_page(kList, page, std::move(found));
  });
}

}  // namespace waggle
