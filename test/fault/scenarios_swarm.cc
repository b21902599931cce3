// scenarios_swarm.cc: tasks under leases, votes, messages, lost agents.

#include <string>
#include <utility>
#include <vector>

#include "fault/scenarios.h"

namespace waggle::test {
namespace {

Fact task_is(std::string id, std::vector<TaskStatus> any_of) {
  return [id = std::move(id), any_of = std::move(any_of)](const Database& database) -> std::string {
    const auto task = database.as("oracle").tasks().get(id);
    if (!task) return "task " + id + ": " + task.error().describe();
    for (const TaskStatus status : any_of) {
      if (task->status == status) return "";
    }
    return "task " + id + " is " + std::string(to_string(task->status));
  };
}

// Whatever became of it afterwards.
Fact claimed_once(std::string id) {
  return [id = std::move(id)](const Database& database) -> std::string {
    const auto task = database.as("oracle").tasks().get(id);
    if (!task) return "task " + id + ": " + task.error().describe();
    return task->attempt >= 1 ? "" : "task " + id + " was never claimed";
  };
}

constexpr auto kAnyStatus = {TaskStatus::kPending, TaskStatus::kReady, TaskStatus::kRunning, TaskStatus::kCompleted, TaskStatus::kFailed};
constexpr auto kBegun = {TaskStatus::kRunning, TaskStatus::kCompleted};

void prepare_hive(Stage& stage) {
  if (!stage.open()) return;
  const Session session = stage.as("ann");
  session.swarms().create({.name = "hive", .id = "hive"}).value();
  for (int i = 0; i < 12; ++i) {
    session.agents().register_agent({.id = "bee" + std::to_string(i), .agent_type = "worker", .swarm_id = "hive"}).value();
  }
}

bool create_task(Stage& stage, const std::string& id, std::vector<std::string> dependencies) {
  return stage.call(
      "create " + id,
      [&] { return status_of(stage.as("ann").tasks().create({.description = "work", .id = id, .dependencies = std::move(dependencies)})); },
      task_is(id, kAnyStatus));
}

// Claims the one task that is ready; its token. Empty when that failed.
std::string claim(Stage& stage, const std::string& id, const std::string& agent) {
  std::string token;
  const auto work = [&]() -> Status {
    auto claimed = stage.as(agent).tasks().claim({.agent = agent});
    if (!claimed) return claimed.error();
    if (claimed->size() == 1) token = claimed->front().lease_token.value_or("");
    return {};
  };
  stage.call("claim " + id, work, id == "first" ? task_is(id, kBegun) : claimed_once(id));
  return token;
}

void play_tasks(Stage& stage) {
  if (!stage.open()) return;
  if (!create_task(stage, "first", {}) || !create_task(stage, "second", {"first"})) return;
  const std::string token = claim(stage, "first", "bee1");
  if (token.empty()) return;
  const auto renew = [&] { return status_of(stage.as("bee1").tasks().renew({"first", token}, std::chrono::minutes(1))); };
  if (!stage.call("renew", renew, task_is("first", kBegun))) return;
  const auto complete = [&] { return status_of(stage.as("bee1").tasks().complete({"first", token}, text_of(3000))); };
  if (!stage.call("complete", complete, task_is("first", {TaskStatus::kCompleted}))) return;
  const std::string other = claim(stage, "second", "bee2");
  if (other.empty()) return;
  const auto fail = [&] { return status_of(stage.as("bee2").tasks().fail({"second", other}, {.error = "lost", .retry_after = {}})); };
  stage.call("fail", fail, task_is("second", {TaskStatus::kReady}));
}

void prepare_leases(Stage& stage) {
  prepare_hive(stage);
  if (!stage.is_open()) return;
  for (int i = 0; i < 12; ++i) {
    const std::string bee = "bee" + std::to_string(i);
    stage.as(bee).tasks().create({.description = "work", .id = "task" + std::to_string(i)}).value();
    stage.as(bee).tasks().claim({.agent = bee}).value();
  }
}

void play_reap(Stage& stage) {
  if (!stage.open()) return;
  const auto reap = [&] { return status_of(stage.as("ann").agents().reap(std::chrono::microseconds(1))); };
  if (!stage.call("reap", reap, task_is("task7", {TaskStatus::kReady}))) return;
  const auto beat = [&] { return status_of(stage.as("bee1").agents().heartbeat("bee1")); };
  stage.call("heartbeat", beat, [](const Database& database) -> std::string {
    const auto bee = database.as("oracle").agents().get("bee1");
    if (!bee) return bee.error().describe();
    return bee->status == "idle" ? "" : "bee1 is " + bee->status;
  });
}

void play_vote(Stage& stage) {
  if (!stage.open()) return;
  std::string id;
  const auto propose = [&]() -> Status {
    auto proposal = stage.as("bee0").consensus().propose(
        {.swarm_id = "hive", .proposer = "bee0", .topic = "move", .rule = {}, .electorate = {{"bee0"}, {"bee1"}, {"bee2"}}});
    if (!proposal) return proposal.error();
    id = proposal->id;
    return {};
  };
  if (!stage.call("propose", propose, [](const Database&) { return std::string(); })) return;
  for (const char* bee : {"bee0", "bee1"}) {
    const auto vote = [&] { return status_of(stage.as(bee).consensus().vote({.proposal_id = id, .agent_id = bee, .choice = VoteChoice::kApprove})); };
    const bool decides = std::string(bee) == "bee1";
    const auto fact = [id, decides](const Database& database) -> std::string {
      const auto proposal = database.as("oracle").consensus().get(id);
      if (!proposal) return proposal.error().describe();
      const bool right = decides ? proposal->outcome == Outcome::kApproved : proposal->tally.approve >= 1;
      return right ? "" : "the proposal's outcome or tally is not there";
    };
    if (!stage.call(std::string("vote of ") + bee, vote, fact)) return;
  }
}

Fact receipt_has(const std::string& column) {
  return [column](const Database& database) -> std::string {
    const auto found = database.sql({.text = "SELECT count(*) FROM message_receipts WHERE agent_id = 'bee3' AND " + column + " IS NOT NULL"});
    if (!found) return found.error().describe();
    return std::get<std::int64_t>(found->rows[0][0]) == 1 ? "" : "the receipt has no " + column;
  };
}

void play_broadcast(Stage& stage) {
  if (!stage.open()) return;
  const auto send = [&] {
    return status_of(stage.as("bee0").messages().send(
        {.swarm_id = "hive", .from = "bee0", .to = Recipients::everyone(), .message_type = "news", .content = text_of(2000), .dedup_key = "once"}));
  };
  const auto sent = [](const Database& database) -> std::string {
    // The same key again answers the first message, and sends none, if that is there.
    const auto summary = database.as("oracle").swarms().status("hive");
    if (!summary) return summary.error().describe();
    return summary->messages == 1 ? "" : std::to_string(summary->messages) + " messages";
  };
  if (!stage.call("broadcast", send, sent)) return;
  std::vector<std::string> ids;
  // No call of the stage: a delivery is not promised to survive a power cut. But it comes before the acknowledgement, which is.
  const auto inbox = stage.as("bee3").messages().inbox("bee3", {.visibility = std::chrono::hours(1)});
  if (!inbox) return;
  for (const Message& message : *inbox) ids.push_back(message.id);
  const auto acknowledged = [](const Database& database) {
    const std::string missing = receipt_has("acked_at")(database);
    return missing.empty() ? receipt_has("delivered_at")(database) : missing;
  };
  stage.call("ack", [&] { return status_of(stage.as("bee3").messages().ack("bee3", ids)); }, acknowledged);
}

void play_agents(Stage& stage) {
  if (!stage.open()) return;
  const auto add = [&] { return status_of(stage.as("ann").agents().register_agent({.id = "drone", .agent_type = "drone", .swarm_id = "hive"})); };
  if (!stage.call("register", add, [](const Database& database) {
        const auto drone = database.as("oracle").agents().get("drone");
        return drone ? std::string() : drone.error().describe();
      }))
    return;
  const auto remove = [&] { return status_of(stage.as("ann").agents().remove("bee11")); };
  stage.call("remove", remove, [](const Database& database) {
    return database.as("oracle").agents().get("bee11") ? std::string("bee11 is there again") : std::string();
  });
}

}  // namespace

std::vector<Scenario> swarm_scenarios() {
  const Options options = small_options();
  return {
      {.name = "tasks", .options = options, .prepare = prepare_hive, .play = play_tasks},
      {.name = "reap", .options = options, .prepare = prepare_leases, .play = play_reap},
      {.name = "vote", .options = options, .prepare = prepare_hive, .play = play_vote},
      {.name = "broadcast", .options = options, .prepare = prepare_hive, .play = play_broadcast},
      {.name = "agents", .options = options, .prepare = prepare_hive, .play = play_agents},
  };
}

}  // namespace waggle::test
