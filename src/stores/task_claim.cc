// task_claim.cc: how an agent gets tasks. See waggle/tasks.h, TaskStore::claim.
//
// Nothing here looks at tasks one by one. The index tasks_ready holds the ready tasks alone, in the order
//     swarm_id, required_capabilities, priority falling, rowid rising (which is age)
// so it is a row of groups, one for each swarm and set of capabilities, and each group begins with its best task:
//
//     swarm A []: 9 5 5 1 | swarm A ["sql"]: 7 7 | swarm B []: 3 2 2 ...
//
// A claim jumps from group to group with one probe each, passes over those that the claimer may not have, reads as many tasks as it was asked for
// from the beginning of the others, and keeps the best. A group's tasks below the worst that is kept are not read at all.

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

#include "base/ids.h"
#include "base/json.h"
#include "base/text.h"
#include "stores/limits.h"
#include "stores/scope.h"
#include "stores/task_leases.h"
#include "stores/task_rows.h"
#include "waggle/tasks.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::Writing;

constexpr int kCountMax = 1'000;

struct Candidate {
  std::int64_t priority;
  std::int64_t rowid;

  // The better one first.
  friend bool operator<(const Candidate& a, const Candidate& b) { return a.priority != b.priority ? a.priority > b.priority : a.rowid < b.rowid; }
};

// The best ready tasks that one claimer may have.
class Selection {
 public:
  Selection(sql::Reader& sql, int count, std::vector<std::string> capabilities)
      : sql_(sql), count_(static_cast<std::size_t>(count)), capabilities_(std::move(capabilities)) {
    std::sort(capabilities_.begin(), capabilities_.end());
  }

  // Looks through the ready tasks of one swarm; nullopt: those that belong to none.
  Status add_swarm(const std::optional<std::string>& swarm_id);
  // Through those of every active swarm, and those that belong to none.
  Status add_all();

  // The best first.
  const std::vector<Candidate>& best() const { return best_; }

 private:
  Status add_group(const std::optional<std::string>& swarm_id, std::string_view required_capabilities);

  sql::Reader& sql_;
  std::size_t count_;
  std::vector<std::string> capabilities_;  // sorted
  std::vector<Candidate> best_;            // sorted, at most count_
};

Status Selection::add_group(const std::optional<std::string>& swarm_id, std::string_view required_capabilities) {
  const bool is_full = best_.size() == count_;
  const std::int64_t priority_min = is_full ? best_.back().priority : std::numeric_limits<std::int64_t>::min();
  WAGGLE_TRY(sql_.query("SELECT priority, rowid FROM tasks WHERE status = 'ready' AND swarm_id IS ?1 AND required_capabilities = ?2"
                        " AND priority >= ?3 ORDER BY priority DESC, rowid LIMIT ?4",
                        {swarm_id, required_capabilities, priority_min, static_cast<std::int64_t>(count_)}, [&](const sql::Row& row) -> Status {
                          best_.push_back({row.integer(0), row.integer(1)});
                          return {};
                        }));
  std::sort(best_.begin(), best_.end());
  if (best_.size() > count_) best_.resize(count_);
  return {};
}

Status Selection::add_swarm(const std::optional<std::string>& swarm_id) {
  std::string group;  // less than any JSON
  for (;;) {
    WAGGLE_ASSIGN_OR_RETURN(std::optional<std::string> next,
                            sql_.query_one("SELECT required_capabilities FROM tasks WHERE status = 'ready' AND swarm_id IS ?1"
                                           " AND required_capabilities > ?2 ORDER BY required_capabilities LIMIT 1",
                                           {swarm_id, group}, [](const sql::Row& row) { return row.string(0); }));
    if (!next) return {};
    group = *std::move(next);
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> required, base::parse_string_array(group));
    if (std::includes(capabilities_.begin(), capabilities_.end(), required.begin(), required.end())) WAGGLE_TRY(add_group(swarm_id, group));
  }
}

Result<bool> is_active(sql::Reader& sql, std::string_view swarm_id) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t found, sql.query_integer("SELECT count(*) FROM swarms WHERE id = ?1 AND status = 'active'", {swarm_id}));
  return found != 0;
}

Status Selection::add_all() {
  WAGGLE_TRY(add_swarm(std::nullopt));
  std::optional<std::string> swarm_id = "";  // less than any id
  for (;;) {
    WAGGLE_ASSIGN_OR_RETURN(swarm_id, sql_.query_one("SELECT swarm_id FROM tasks WHERE status = 'ready' AND swarm_id > ?1 ORDER BY swarm_id LIMIT 1",
                                                     {swarm_id}, [](const sql::Row& row) { return row.string(0); }));
    if (!swarm_id) return {};
    WAGGLE_ASSIGN_OR_RETURN(const bool is_open, is_active(sql_, *swarm_id));
    if (is_open) WAGGLE_TRY(add_swarm(swarm_id));
  }
}

Result<std::vector<std::string>> capabilities_of(sql::Reader& sql, const ClaimRequest& request) {
  if (request.capabilities) return *request.capabilities;
  WAGGLE_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> registered,
                          sql.query_one("SELECT capabilities FROM agents WHERE id = ?1", {request.agent},
                                        [](const sql::Row& row) { return base::parse_string_array(row.text(0)); }));
  return std::move(registered).value_or(std::vector<std::string>());
}

Result<std::vector<Candidate>> select_best(sql::Reader& sql, const ClaimRequest& request) {
  WAGGLE_ASSIGN_OR_RETURN(std::vector<std::string> capabilities, capabilities_of(sql, request));
  Selection selection(sql, request.count, std::move(capabilities));
  if (!request.swarm_id) {
    WAGGLE_TRY(selection.add_all());
  } else {
    WAGGLE_ASSIGN_OR_RETURN(const bool is_open, is_active(sql, *request.swarm_id));
    if (is_open) WAGGLE_TRY(selection.add_swarm(request.swarm_id));
  }
  return selection.best();
}

// The number of this claim's own row in the change log grows with every claim of the database and is never given again, also after the log is
// trimmed; the random half keeps others from guessing it.
Result<std::string> make_token(sql::Reader& sql) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t seq, sql.query_integer("SELECT max(seq) FROM changes", {}));
  char digits[24];
  std::snprintf(digits, sizeof digits, "%016lld-", static_cast<long long>(seq));
  return digits + base::random_hex(8);
}

Result<Task> take(Writing& writing, const ClaimRequest& request, std::int64_t rowid) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<Task> found, writing.sql.query_one("SELECT " WAGGLE_TASK_COLUMNS " FROM tasks WHERE rowid = ?2",
                                                                           {writing.now, rowid}, stores::read_task));
  if (!found) return Error(Code::kCorruption, "an index names a task that does not exist", "run `waggle check`");
  Task task = *std::move(found);
  WAGGLE_TRY(writing.log(Entity::kTask, task.id, "claim"));
  WAGGLE_ASSIGN_OR_RETURN(task.lease_token, make_token(writing.sql));
  task.status = TaskStatus::kRunning;
  task.attempt += 1;
  task.lease_owner = request.agent;
  task.lease_expires_at = writing.now + request.lease;
  if (std::find(task.assigned_agents.begin(), task.assigned_agents.end(), request.agent) == task.assigned_agents.end()) {
    task.assigned_agents.push_back(request.agent);
  }
  WAGGLE_TRY(save_task(writing, task));
  return task;
}

Status check_request(const ClaimRequest& request) {
  WAGGLE_TRY(base::check_name("agent's id", request.agent, stores::kNameBytesMax));
  if (request.capabilities) {
    for (const std::string& capability : *request.capabilities) WAGGLE_TRY(base::check_name("capability", capability, stores::kNameBytesMax));
  }
  WAGGLE_TRY(stores::check_lease_duration(request.lease));
  if (request.count < 1 || request.count > kCountMax) {
    return Error(Code::kInvalidArgument, "a claim takes 1 to " + std::to_string(kCountMax) + " tasks");
  }
  return {};
}

// What a claimer gets; nullopt when there was so much to settle first that it has to go on in a further transaction.
Result<std::optional<std::vector<Task>>> try_claim(Writing& writing, const ClaimRequest& request) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Upkeep upkeep, stores::settle_due_tasks(writing));
  if (upkeep == stores::Upkeep::kMoreIsDue) return std::optional<std::vector<Task>>();
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<Candidate> best, select_best(writing.sql, request));
  std::vector<Task> claimed;
  for (const Candidate& candidate : best) {
    WAGGLE_ASSIGN_OR_RETURN(Task task, take(writing, request, candidate.rowid));
    claimed.push_back(std::move(task));
  }
  return std::optional(std::move(claimed));
}

}  // namespace

Result<std::vector<Task>> TaskStore::claim(const ClaimRequest& request) {
  WAGGLE_TRY(check_request(request));
  const base::Deadline deadline = scope_->deadline();
  if (!scope_->is_bound()) {
    // Idle agents ask again and again: as long as there is nothing for them they shall not stand in the way of those who write.
    WAGGLE_ASSIGN_OR_RETURN(const bool may_get_some, scope_->read([&](Reading& reading) -> Result<bool> {
      WAGGLE_ASSIGN_OR_RETURN(const bool is_due, stores::has_due_tasks(reading.sql, reading.now()));
      if (is_due) return true;
      WAGGLE_ASSIGN_OR_RETURN(const std::vector<Candidate> best, select_best(reading.sql, request));
      return !best.empty();
    }));
    if (!may_get_some) return std::vector<Task>();
  }
  for (;;) {
    WAGGLE_ASSIGN_OR_RETURN(std::optional<std::vector<Task>> claimed, scope_->write([&](Writing& writing) { return try_claim(writing, request); }));
    if (claimed) return *std::move(claimed);
    if (deadline.passed()) return deadline.error("expired leases and due tasks to be settled", "claim again: what was settled stays so");
  }
}

}  // namespace waggle
