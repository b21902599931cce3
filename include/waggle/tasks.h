// tasks.h: tasks, the work of a swarm: a graph of things to do, claimed under leases.
//
//     pending --(dependencies done, not_before reached)--> ready --(claim)--> running --(complete)--> completed
//        any state but completed and failed --(cancel)--> cancelled
//        running --(fail, no attempts left)--> failed
//        running --(release, lease expired, fail with attempts left)--> ready, or pending until retry_after
//
// A lease is a right for a time, with a fencing token that grows with every claim. Whoever lost a lease holds a stale token: each of its calls is
// a conflict and changes nothing, however late it comes. A task whose lease has expired reads as ready while attempts are left; when none is, the
// next claim by anybody makes it failed.

#ifndef WAGGLE_TASKS_H
#define WAGGLE_TASKS_H

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

enum class TaskStatus : std::uint8_t { kPending, kReady, kRunning, kCompleted, kFailed, kCancelled };
std::string_view to_string(TaskStatus status);
std::optional<TaskStatus> parse_task_status(std::string_view name);

struct Task {
  std::string id;
  std::string description;
  std::int64_t priority = 0;
  TaskStatus status = TaskStatus::kReady;
  std::optional<std::string> swarm_id;
  std::optional<std::string> parent_id;
  std::vector<std::string> dependencies;           // ids, in the order in which they were added
  std::vector<std::string> required_capabilities;  // sorted, each once
  std::vector<std::string> assigned_agents;        // everyone who ever held a lease on it, oldest first, each once
  std::int64_t attempt = 0;                        // claims so far
  std::optional<std::int64_t> max_attempts;        // nullopt: no limit
  std::optional<Timestamp> not_before;
  std::optional<std::string> lease_owner;
  std::optional<Timestamp> lease_expires_at;
  std::optional<Json> result;        // of complete
  std::optional<std::string> error;  // of the latest fail, or why it failed without one
  Timestamp created_at;
  Timestamp updated_at;
  std::optional<Timestamp> completed_at;  // when it became completed, failed or cancelled

  std::optional<std::string> lease_token;  // only in answers to claim and renew
};

struct NewTask {
  std::string description;                              // at most 1 MiB
  std::optional<std::string> id = {};                   // 1 to 65,536 bytes; a fresh UUIDv7 when absent
  std::int64_t priority = 0;                            // the highest is claimed first; among equals the oldest
  std::vector<std::string> dependencies = {};           // at most 10,000; one that is named twice counts once
  std::vector<std::string> required_capabilities = {};  // at most 256
  std::optional<Timestamp> not_before = {};
  std::optional<std::int64_t> max_attempts = {};  // 1 or more
  std::optional<std::string> parent_id = {};      // for the reader's orientation; it orders nothing
  std::optional<std::string> swarm_id = {};
};

struct ClaimRequest {
  std::string agent;
  std::optional<std::vector<std::string>> capabilities = {};  // absent: those of the registered agent, none if it is not registered
  Duration lease = std::chrono::minutes(5);                   // 1 ms to 365 days
  std::optional<std::string> swarm_id = {};                   // only tasks of this swarm
  int count = 1;                                              // at most so many tasks, 1 to 1,000
};

// Names a lease: the task and the token that the claim answered.
struct TaskLease {
  std::string_view task_id;
  std::string_view token;
};

struct TaskFailure {
  std::string error;                         // what went wrong, for people; at most 1 MiB
  std::optional<Duration> retry_after = {};  // not ready again before this has passed, at most 365 days; absent: at once
};

enum class CancelScope : std::uint8_t { kTaskOnly, kWithDependents };

struct TaskFilter {
  std::optional<TaskStatus> status = {};
  std::optional<std::string> swarm_id = {};
  std::optional<std::string> lease_owner = {};
};

struct TaskEdge {
  std::string from;  // the dependency
  std::string to;    // the dependent
};

struct TaskGraph {
  std::vector<Task> nodes;  // every dependency before its dependents
  std::vector<TaskEdge> edges;
};

// The tasks of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one durable transaction with its rows in the change log (entity "task").
class TaskStore {
 public:
  explicit TaskStore(const stores::Scope& scope) : scope_(&scope) {}

  // not_found for an unknown dependency, parent or swarm; invalid_argument for a dependency on itself; already_exists for a taken id;
  // conflict for a closed swarm. A dependency that has failed or was cancelled fails the new task at once, by the rule at fail().
  Result<Task> create(const NewTask& task);
  struct NewDependency {
    std::string_view task_id;
    std::string_view depends_on;
  };
  // A later dependency: not_found for unknown ids, invalid_argument when it would close a cycle, conflict when the task is running or over,
  // exhausted above 10,000 of them. One that the task has already changes nothing; one that has failed or was cancelled fails the task.
  Result<Task> add_dependency(const NewDependency& dependency);

  // Takes the ready tasks of highest priority whose required capabilities the claimer all has; an empty answer means that none is ready now.
  // Leases that have expired count as ready. Tasks of a paused or closed swarm are passed over. Costs O(log n) in the number of tasks, times
  // the number of different sets of required capabilities among the ready ones.
  Result<std::vector<Task>> claim(const ClaimRequest& request);

  // These answer not_found for an unknown task and conflict when the token is not that of the task's live lease.
  Result<Task> renew(const TaskLease& lease, Duration duration);
  Result<Task> complete(const TaskLease& lease, const Json& result = {});  // a result of at most 16 MiB
  // Makes the task ready again while attempts are left (max_attempts), else failed. A failed task fails every task that depends on it, directly
  // or not, in the same transaction, with an error that names it.
  Result<Task> fail(const TaskLease& lease, const TaskFailure& failure);
  // Gives the task back. The attempt stays counted; when it was the last one the task fails.
  Result<Task> release(const TaskLease& lease);

  // Ends a task that is not over; conflict when it is completed or failed, no change when it is cancelled already. kTaskOnly leaves its
  // dependents pending; kWithDependents cancels all that wait for it, directly or not, in the same transaction.
  Result<Task> cancel(std::string_view id, CancelScope scope = CancelScope::kTaskOnly);

  Result<Task> get(std::string_view id);
  // Newest first.
  Result<Page<Task>> list(const TaskFilter& filter = {}, const PageRequest& page = {});
  // All tasks, or those of one swarm, in topological order; exhausted above 100,000 tasks or 1,000,000 edges.
  Result<TaskGraph> graph(const std::optional<std::string>& swarm_id = {});

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_TASKS_H
