// task_graph.cc: dependencies: adding one to a task that exists, and the whole graph. See waggle/tasks.h. The graph has no cycles, for a dependency
// that would close one is refused, and the walks below rely on nothing else.

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json.h"
#include "stores/scope.h"
#include "stores/task_dependents.h"
#include "stores/task_rows.h"
#include "waggle/tasks.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::Writing;

constexpr std::int64_t kNodesMax = 100'000;
constexpr std::int64_t kEdgesMax = 1'000'000;

// Is `sought` among what `start` depends on, directly or not?
Result<bool> is_reachable(sql::Reader& sql, const TaskEdge& sought_from_start) {
  std::unordered_set<std::string> seen{sought_from_start.from};
  std::vector<std::string> to_visit{sought_from_start.from};
  while (!to_visit.empty()) {
    const std::string visited = std::move(to_visit.back());
    to_visit.pop_back();
    WAGGLE_ASSIGN_OR_RETURN(std::vector<std::string> next, sql.query_all("SELECT depends_on FROM task_dependencies WHERE task_id = ?1", {visited},
                                                                         [](const sql::Row& row) { return row.string(0); }));
    for (std::string& id : next) {
      if (id == sought_from_start.to) return true;
      if (seen.insert(id).second) to_visit.push_back(std::move(id));
    }
  }
  return false;
}

// A task on which nothing depends cannot be part of a cycle: the usual case costs one probe.
Result<bool> closes_cycle(sql::Reader& sql, const TaskEdge& edge) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t has_dependents,
                          sql.query_integer("SELECT EXISTS (SELECT 1 FROM task_dependencies WHERE depends_on = ?1)", {edge.to}));
  if (has_dependents == 0) return false;
  return is_reachable(sql, edge);
}

Status check_addition(sql::Reader& sql, const Task& task, const Task& dependency) {
  WAGGLE_ASSIGN_OR_RETURN(const bool is_cycle, closes_cycle(sql, {dependency.id, task.id}));
  if (is_cycle)
    return Error(Code::kInvalidArgument, "the dependency would close a cycle: it depends on the task itself", "`waggle task graph` shows the graph");
  if (task.status == TaskStatus::kRunning || stores::is_over(task)) {
    return Error(Code::kConflict, "the task is running or over: it waits for nothing any more", "create another task that depends on both");
  }
  if (task.dependencies.size() >= stores::kTaskDependenciesMax) {
    return Error(Code::kExhausted, "a task depends on at most " + std::to_string(stores::kTaskDependenciesMax) + " others",
                 "gather some of them under a task that depends on them");
  }
  return {};
}

Status insert_dependency(Writing& writing, const Task& task, const Task& dependency) {
  const std::string dependencies = base::write_string_array(task.dependencies);
  const std::int64_t unmet = dependency.status == TaskStatus::kCompleted ? 0 : 1;
  WAGGLE_TRY(writing.sql.execute("INSERT INTO task_dependencies(task_id, depends_on) VALUES(?1, ?2)", {task.id, dependency.id}));
  WAGGLE_TRY(writing.sql.execute("UPDATE tasks SET dependencies = ?2, unmet = unmet + ?3 WHERE id = ?1", {task.id, dependencies, unmet}));
  return {};
}

// The edges between the nodes, in the order in which they were added.
Result<std::vector<TaskEdge>> read_edges(sql::Reader& sql, const std::optional<std::string>& swarm_id,
                                         const std::unordered_map<std::string_view, std::size_t>& nodes) {
  std::vector<TaskEdge> edges;
  const auto add = [&](const sql::Row& row) -> Status {
    if (!nodes.contains(row.text(0)) || !nodes.contains(row.text(1))) return {};
    if (edges.size() == static_cast<std::size_t>(kEdgesMax)) {
      return Error(Code::kExhausted, "the graph has more than " + std::to_string(kEdgesMax) + " edges",
                   "ask for one swarm, or use `waggle task list`");
    }
    edges.push_back({row.string(0), row.string(1)});
    return {};
  };
  if (swarm_id) {
    WAGGLE_TRY(sql.query("SELECT d.depends_on, d.task_id FROM tasks t JOIN task_dependencies d ON d.task_id = t.id WHERE t.swarm_id = ?1"
                         " ORDER BY d.rowid",
                         {swarm_id}, add));
  } else {
    WAGGLE_TRY(sql.query("SELECT depends_on, task_id FROM task_dependencies ORDER BY rowid", {}, add));
  }
  return edges;
}

Result<std::vector<Task>> read_nodes(Reading& reading, const std::optional<std::string>& swarm_id) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t count, swarm_id ? reading.sql.query_integer("SELECT count(*) FROM tasks WHERE swarm_id = ?1", {swarm_id})
                                                             : reading.sql.query_integer("SELECT count(*) FROM tasks", {}));
  if (count > kNodesMax) {
    return Error(Code::kExhausted, "the graph has more than " + std::to_string(kNodesMax) + " tasks", "ask for one swarm, or use `waggle task list`");
  }
  return swarm_id ? reading.sql.query_all("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks WHERE swarm_id = ?2 ORDER BY rowid", {reading.now(), swarm_id},
                                          stores::read_task)
                  : reading.sql.query_all("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks ORDER BY rowid", {reading.now()}, stores::read_task);
}

// Puts every task after all that it depends on, and otherwise the oldest first (Kahn's algorithm with a heap).
Result<std::vector<Task>> sort_topologically(std::vector<Task> tasks, const std::vector<TaskEdge>& edges,
                                             const std::unordered_map<std::string_view, std::size_t>& places) {
  std::vector<std::size_t> unmet(tasks.size());
  std::vector<std::vector<std::size_t>> dependents(tasks.size());
  for (const TaskEdge& edge : edges) {
    const std::size_t dependent = places.at(edge.to);
    dependents[places.at(edge.from)].push_back(dependent);
    unmet[dependent] += 1;
  }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> next;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (unmet[i] == 0) next.push(i);
  }
  std::vector<std::size_t> order;
  while (!next.empty()) {
    order.push_back(next.top());
    next.pop();
    for (const std::size_t dependent : dependents[order.back()]) {
      if (--unmet[dependent] == 0) next.push(dependent);
    }
  }
  if (order.size() < tasks.size()) {
    return Error(Code::kCorruption, "the task graph has a cycle, which Waggle never writes", "delete one of its rows from task_dependencies");
  }
  std::vector<Task> sorted;
  sorted.reserve(tasks.size());
  for (const std::size_t i : order) sorted.push_back(std::move(tasks[i]));
  return sorted;
}

}  // namespace

Result<Task> TaskStore::add_dependency(const NewDependency& dependency) {
  if (dependency.task_id == dependency.depends_on) return Error(Code::kInvalidArgument, "a task cannot depend on itself");
  return scope_->write([&](Writing& writing) -> Result<Task> {
    WAGGLE_ASSIGN_OR_RETURN(Task task, stores::require_task(writing.sql, writing.now, dependency.task_id));
    WAGGLE_ASSIGN_OR_RETURN(const Task depends_on, stores::require_task(writing.sql, writing.now, dependency.depends_on));
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t present,
                            writing.sql.query_integer("SELECT count(*) FROM task_dependencies WHERE task_id = ?1 AND depends_on = ?2",
                                                      {dependency.task_id, dependency.depends_on}));
    if (present != 0) return task;
    WAGGLE_TRY(check_addition(writing.sql, task, depends_on));
    task.dependencies.push_back(depends_on.id);
    WAGGLE_TRY(insert_dependency(writing, task, depends_on));
    if (depends_on.status != TaskStatus::kCompleted) task.status = TaskStatus::kPending;
    WAGGLE_TRY(save_task(writing, task));
    WAGGLE_TRY(writing.log(Entity::kTask, task.id, "depend"));
    if (depends_on.status == TaskStatus::kFailed || depends_on.status == TaskStatus::kCancelled) {
      WAGGLE_TRY(stores::fail_task(writing, task, stores::dependency_error(depends_on.id, depends_on.status)));
    }
    return task;
  });
}

Result<TaskGraph> TaskStore::graph(const std::optional<std::string>& swarm_id) {
  return scope_->read([&](Reading& reading) -> Result<TaskGraph> {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<Task> tasks, read_nodes(reading, swarm_id));
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < tasks.size(); ++i) places.emplace(tasks[i].id, i);  // views: moving the vector moves no task
    TaskGraph graph;
    WAGGLE_ASSIGN_OR_RETURN(graph.edges, read_edges(reading.sql, swarm_id, places));
    WAGGLE_ASSIGN_OR_RETURN(graph.nodes, sort_topologically(std::move(tasks), graph.edges, places));
    return graph;
  });
}

}  // namespace waggle
