// task_model_test.cc: random histories of a task graph, played both on the store and on a model that is simple enough to be believed. After every
// step all tasks must read the same on both. Time is the test's own. rapidcheck prints the seed and the shortest history that fails.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stores/scope.h"
#include "support/store_fixture.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"

namespace waggle::test {
namespace {

enum class Op : std::uint8_t { kCreate, kDepend, kClaim, kRenew, kComplete, kFail, kRelease, kCancel, kAdvance, kSwarm };

constexpr std::array<std::string_view, 10> kOpNames = {"create", "depend",  "claim",  "renew",   "complete",
                                                       "fail",   "release", "cancel", "advance", "swarm"};

// One step. What x, y and z mean depends on op; all are taken modulo what there is to choose from.
struct Step {
  Op op = Op::kCreate;
  std::size_t x = 0;
  std::size_t y = 0;
  std::size_t z = 0;
};

void showValue(const Step& step, std::ostream& out) {
  out << kOpNames[static_cast<std::size_t>(step.op)] << "(" << step.x << ", " << step.y << ", " << step.z << ")";
}

constexpr std::array<std::string_view, 2> kCapabilities = {"c++", "sql"};
constexpr std::array<std::string_view, 2> kSwarms = {"hive", "nest"};
constexpr std::array<std::string_view, 3> kAgents = {"ann", "bob", "cid"};

std::vector<std::string> capabilities_of(std::size_t bits) {
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
    if ((bits >> i & 1) != 0) chosen.emplace_back(kCapabilities[i]);
  }
  return chosen;
}

// nullopt, or one of the swarms.
std::optional<std::string> swarm_of(std::size_t n) { return n % 3 == 0 ? std::nullopt : std::optional(std::string(kSwarms[n % 3 - 1])); }

enum class Phase : std::uint8_t { kOpen, kLeased, kCompleted, kFailed, kCancelled };

struct ModelTask {
  std::int64_t priority = 0;
  std::size_t capabilities = 0;
  std::size_t swarm = 0;
  std::vector<std::size_t> dependencies;
  std::optional<Timestamp> not_before;
  std::optional<std::int64_t> max_attempts;
  Phase phase = Phase::kOpen;
  std::int64_t attempt = 0;
  Timestamp lease_end;
  std::string owner;
  std::vector<std::string> tokens;  // of all its leases, in order
  std::vector<std::string> holders;

  bool is_over() const { return phase == Phase::kCompleted || phase == Phase::kFailed || phase == Phase::kCancelled; }
  bool has_attempts_left() const { return !max_attempts || attempt < *max_attempts; }
};

class Model {
 public:
  std::vector<ModelTask> tasks;
  std::array<bool, 2> is_paused = {false, false};
  Timestamp now;

  TaskStatus status(const ModelTask& task) const {
    switch (task.phase) {
      case Phase::kCompleted:
        return TaskStatus::kCompleted;
      case Phase::kFailed:
        return TaskStatus::kFailed;
      case Phase::kCancelled:
        return TaskStatus::kCancelled;
      case Phase::kLeased:
        return task.lease_end <= now && task.has_attempts_left() ? TaskStatus::kReady : TaskStatus::kRunning;
      case Phase::kOpen:
        break;
    }
    const bool waits =
        std::any_of(task.dependencies.begin(), task.dependencies.end(), [&](std::size_t i) { return tasks[i].phase != Phase::kCompleted; });
    return waits || (task.not_before && *task.not_before > now) ? TaskStatus::kPending : TaskStatus::kReady;
  }

  bool is_live(std::size_t i, std::string_view token) const {
    const ModelTask& task = tasks[i];
    return task.phase == Phase::kLeased && task.lease_end > now && task.tokens.back() == token;
  }

  // Does `from` depend on `to`, directly or not?
  bool depends(std::size_t from, std::size_t to) const {
    return std::any_of(tasks[from].dependencies.begin(), tasks[from].dependencies.end(), [&](std::size_t i) { return i == to || depends(i, to); });
  }

  void end_with_dependents(std::size_t i, Phase phase) {
    if (!tasks[i].is_over()) tasks[i].phase = phase;
    for (std::size_t j = 0; j < tasks.size(); ++j) {
      if (!tasks[j].is_over() && depends(j, i)) tasks[j].phase = phase;
    }
  }

  void end_lease(std::size_t i) {
    if (tasks[i].has_attempts_left())
      tasks[i].phase = Phase::kOpen;
    else
      end_with_dependents(i, Phase::kFailed);
  }

  void settle() {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i].phase == Phase::kLeased && tasks[i].lease_end <= now) end_lease(i);
    }
  }

  // The tasks that a claim must get, best first.
  std::vector<std::size_t> best(std::size_t capabilities, std::size_t swarm, std::size_t count) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const ModelTask& task = tasks[i];
      const bool may_have = (task.capabilities & ~capabilities) == 0 && (swarm % 3 == 0 || task.swarm % 3 == swarm % 3) &&
                            (task.swarm % 3 == 0 || !is_paused[task.swarm % 3 - 1]);
      if (may_have && status(task) == TaskStatus::kReady) found.push_back(i);
    }
    std::sort(found.begin(), found.end(),
              [&](std::size_t a, std::size_t b) { return tasks[a].priority != tasks[b].priority ? tasks[a].priority > tasks[b].priority : a < b; });
    if (found.size() > count) found.resize(count);
    return found;
  }
};

// Plays steps on both and compares. Tasks are named by their number.
class Play {
 public:
  Play() {
    model_.now = db_.clock.now();
    for (const std::string_view swarm : kSwarms) swarms_.create({.name = std::string(swarm), .id = std::string(swarm)}).value();
  }

  void step(const Step& step) {
    switch (step.op) {
      case Op::kCreate:
        return create(step);
      case Op::kClaim:
        return claim(step);
      case Op::kSwarm:
        return toggle_swarm(step.x % kSwarms.size());
      case Op::kAdvance:
        db_.clock.advance(std::chrono::seconds(step.x % 12));
        model_.now = db_.clock.now();
        return;
      default:
        break;
    }
    if (model_.tasks.empty()) return;
    const std::size_t i = step.x % model_.tasks.size();
    if (step.op == Op::kDepend) return depend(i, step.y % model_.tasks.size());
    if (step.op == Op::kCancel) return cancel(i, step.y % 2 == 0 ? CancelScope::kTaskOnly : CancelScope::kWithDependents);
    use_lease(step, i);
  }

  void compare() {
    const Page<Task> page = tasks_.list({}, {.limit = PageRequest::kLimitMax, .cursor = {}}).value();
    RC_ASSERT(page.items.size() == model_.tasks.size());
    for (std::size_t i = 0; i < model_.tasks.size(); ++i) {
      const Task& task = page.items[page.items.size() - 1 - i];
      const ModelTask& wanted = model_.tasks[i];
      RC_ASSERT(task.id == std::to_string(i));
      RC_ASSERT(to_string(task.status) == to_string(model_.status(wanted)));
      RC_ASSERT(task.attempt == wanted.attempt);
      RC_ASSERT(task.assigned_agents == wanted.holders);
      RC_ASSERT(task.lease_owner.value_or("") == (task.status == TaskStatus::kRunning ? wanted.owner : ""));
      RC_ASSERT(task.completed_at.has_value() == wanted.is_over());
    }
    const std::int64_t wrong_counts =
        scope_
            .read([](stores::Reading& reading) {
              return reading.sql.query_integer("SELECT count(*) FROM tasks WHERE (status = 'ready' AND unmet > 0) OR unmet <> (SELECT count(*) FROM"
                                               " task_dependencies d JOIN tasks t ON t.id = d.depends_on WHERE d.task_id = tasks.id AND t.status <>"
                                               " 'completed')",
                                               {});
            })
            .value();
    RC_ASSERT(wrong_counts == 0);
  }

 private:
  void create(const Step& step) {
    ModelTask task{.priority = static_cast<std::int64_t>(step.x % 4), .capabilities = step.y % 4, .swarm = step.z};
    std::set<std::size_t> dependencies;
    for (std::size_t n = 0; n < step.x / 4 % 3 && !model_.tasks.empty(); ++n) dependencies.insert((step.y * 7 + n * step.z) % model_.tasks.size());
    task.dependencies.assign(dependencies.begin(), dependencies.end());
    if (step.z / 3 % 3 == 0) task.not_before = model_.now + std::chrono::seconds(step.x % 40);
    if (step.y % 3 != 0) task.max_attempts = static_cast<std::int64_t>(step.y % 3);
    NewTask request{.description = "work",
                    .id = std::to_string(model_.tasks.size()),
                    .priority = task.priority,
                    .required_capabilities = capabilities_of(task.capabilities),
                    .not_before = task.not_before,
                    .max_attempts = task.max_attempts,
                    .swarm_id = swarm_of(task.swarm)};
    for (const std::size_t i : task.dependencies) {
      request.dependencies.push_back(std::to_string(i));
      if (model_.tasks[i].phase == Phase::kFailed || model_.tasks[i].phase == Phase::kCancelled) task.phase = Phase::kFailed;
    }
    RC_ASSERT(tasks_.create(request).has_value());
    model_.tasks.push_back(std::move(task));
  }

  void depend(std::size_t i, std::size_t on) {
    ModelTask& task = model_.tasks[i];
    std::optional<Code> wanted;
    const bool is_present = std::count(task.dependencies.begin(), task.dependencies.end(), on) != 0;
    if (i == on || (!is_present && model_.depends(on, i))) {
      wanted = Code::kInvalidArgument;
    } else if (!is_present && (task.is_over() || model_.status(task) == TaskStatus::kRunning)) {
      wanted = Code::kConflict;
    } else if (!is_present) {
      task.phase = Phase::kOpen;
      task.dependencies.push_back(on);
      const Phase other = model_.tasks[on].phase;
      if (other == Phase::kFailed || other == Phase::kCancelled) model_.end_with_dependents(i, Phase::kFailed);
    }
    expect(tasks_.add_dependency({std::to_string(i), std::to_string(on)}), wanted);
  }

  void claim(const Step& step) {
    const std::string agent(kAgents[step.x % kAgents.size()]);
    const std::size_t count = step.z % 4 + 1;
    const Duration lease = std::chrono::seconds(step.x % 20 + 1);
    const std::size_t capabilities = step.y % 2 == 0 ? 3 : step.y / 2 % 4;
    const std::size_t swarm = step.z % 2 == 0 ? 0 : step.z / 2;
    model_.settle();
    const std::vector<Task> claimed = tasks_
                                          .claim({.agent = agent,
                                                  .capabilities = capabilities_of(capabilities),
                                                  .lease = lease,
                                                  .swarm_id = swarm_of(swarm),
                                                  .count = static_cast<int>(count)})
                                          .value();
    const std::vector<std::size_t> best = model_.best(capabilities, swarm, count);
    RC_ASSERT(claimed.size() == best.size());
    for (std::size_t n = 0; n < best.size(); ++n) {
      ModelTask& task = model_.tasks[best[n]];
      RC_ASSERT(claimed[n].id == std::to_string(best[n]));
      RC_ASSERT(*claimed[n].lease_token > newest_token_);
      newest_token_ = *claimed[n].lease_token;
      task.phase = Phase::kLeased;
      task.attempt += 1;
      task.lease_end = model_.now + lease;
      task.owner = agent;
      task.tokens.push_back(newest_token_);
      if (std::count(task.holders.begin(), task.holders.end(), agent) == 0) task.holders.push_back(agent);
    }
  }

  void use_lease(const Step& step, std::size_t i) {
    ModelTask& task = model_.tasks[i];
    // Mostly the latest token, at times an older one or that of another task.
    std::string token = "made-up";
    const std::vector<std::string>& tokens = step.y % 8 == 7 ? model_.tasks[step.z % model_.tasks.size()].tokens : task.tokens;
    if (!tokens.empty()) token = step.y % 8 < 6 ? tokens.back() : tokens[step.z % tokens.size()];
    const std::optional<Code> wanted = model_.is_live(i, token) ? std::nullopt : std::optional(Code::kConflict);
    const std::string id = std::to_string(i);
    const TaskLease lease{id, token};
    const Duration pause = std::chrono::seconds(step.z % 9);
    switch (step.op) {
      case Op::kRenew:
        expect(tasks_.renew(lease, pause + std::chrono::seconds(1)), wanted);
        if (!wanted) task.lease_end = model_.now + pause + std::chrono::seconds(1);
        return;
      case Op::kComplete:
        expect(tasks_.complete(lease), wanted);
        if (!wanted) task.phase = Phase::kCompleted;
        return;
      case Op::kRelease:
        expect(tasks_.release(lease), wanted);
        if (!wanted) model_.end_lease(i);
        return;
      default:
        expect(tasks_.fail(lease, {.error = "broken", .retry_after = step.z % 2 == 0 ? std::nullopt : std::optional(pause)}), wanted);
        if (wanted) return;
        if (task.has_attempts_left() && step.z % 2 != 0 && pause > Duration::zero()) task.not_before = model_.now + pause;
        model_.end_lease(i);
    }
  }

  void cancel(std::size_t i, CancelScope cancel_scope) {
    ModelTask& task = model_.tasks[i];
    const bool is_refused = task.phase == Phase::kCompleted || task.phase == Phase::kFailed;
    expect(tasks_.cancel(std::to_string(i), cancel_scope), is_refused ? std::optional(Code::kConflict) : std::nullopt);
    if (is_refused) return;
    task.phase = Phase::kCancelled;
    if (cancel_scope == CancelScope::kWithDependents) model_.end_with_dependents(i, Phase::kCancelled);
  }

  void toggle_swarm(std::size_t n) {
    bool& is_paused = model_.is_paused[n];
    RC_ASSERT((is_paused ? swarms_.resume(kSwarms[n]) : swarms_.pause(kSwarms[n])).has_value());
    is_paused = !is_paused;
  }

  static void expect(const Result<Task>& result, std::optional<Code> wanted) {
    RC_ASSERT((result ? "success" : to_string(result.error().code())) == (wanted ? to_string(*wanted) : "success"));
  }

  TestDatabase db_;
  stores::Scope scope_ = db_.as("tester");
  TaskStore tasks_{scope_};
  SwarmStore swarms_{scope_};
  Model model_;
  std::string newest_token_;
};

rc::Gen<Step> any_step() {
  const auto number = rc::gen::inRange<std::size_t>(0, 1'000);
  return rc::gen::build<Step>(rc::gen::set(&Step::op, rc::gen::weightedElement<Op>({{5, Op::kCreate},
                                                                                    {3, Op::kDepend},
                                                                                    {6, Op::kClaim},
                                                                                    {1, Op::kRenew},
                                                                                    {5, Op::kComplete},
                                                                                    {3, Op::kFail},
                                                                                    {2, Op::kRelease},
                                                                                    {1, Op::kCancel},
                                                                                    {3, Op::kAdvance},
                                                                                    {1, Op::kSwarm}})),
                              rc::gen::set(&Step::x, number), rc::gen::set(&Step::y, number), rc::gen::set(&Step::z, number));
}

RC_GTEST_PROP(TasksModel, EveryHistoryReadsAsTheModelSays, ()) {
  const std::vector<Step> steps = *rc::gen::container<std::vector<Step>>(any_step());
  Play play;
  for (const Step& step : steps) {
    play.step(step);
    play.compare();
  }
}

}  // namespace
}  // namespace waggle::test
