// conductor.cc: see conductor.h.

#include "cli/demo/conductor.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/result.h"
#include "cli/demo/protocol.h"
#include "cli/demo/reviewers.h"

namespace waggle::cli::demo {
namespace {

// The demo takes some seconds; this is when to stop hoping.
constexpr Duration kDemoMax = std::chrono::seconds(55);
constexpr Duration kStep = std::chrono::milliseconds(60);
constexpr Duration kAgentsEvery = std::chrono::milliseconds(250);
constexpr Duration kFreezeMax = std::chrono::seconds(2);
constexpr Duration kCallTimeout = std::chrono::seconds(15);
constexpr std::string_view kReading = "read/";

// The last line that a process wrote on stderr: why it gave up.
std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it said nothing" : last;
}

std::string describe(const Exit& exit) {
  return exit.signal != 0 ? "was ended by signal " + std::to_string(exit.signal) : "ended with exit code " + std::to_string(exit.code);
}

}  // namespace

Role role_of(std::size_t n, std::size_t count) {
  constexpr std::size_t kRoles = 4;
  static const std::array<Role, kRoles> turn = {
      {{"reader", {"read"}}, {"comparer", {"compare"}}, {"reader", {"read"}}, {"summariser", {"summarise"}}}};
  if (count < kRoles) return {"all-round", {"read", "compare", "summarise"}};
  return turn[n % kRoles];
}

Conductor::Conductor(const Database& database, Stage stage, const DemoOptions& options)
    : database_(database),
      stage_(std::move(stage)),
      session_(database.as(std::string(kConductor), {.timeout = kCallTimeout, .stop = options.stop})),
      end_(base::Deadline::after(kDemoMax, options.stop)),
      view_(options.view) {}

Status Conductor::conduct() {
  WAGGLE_TRY(make_swarm());
  WAGGLE_ASSIGN_OR_RETURN(Watcher watcher, session_.changes().watch());
  WAGGLE_TRY(start_all());
  view_.announce(std::to_string(stage_.workers) + " workers and a planner, " + std::to_string(stage_.text_count) + " texts of " + stage_.input);
  while (!all_have_ended()) {
    if (end_.passed()) return end_.error("the swarm to finish", "the machine may be very busy: try again, or with fewer --workers");
    WAGGLE_TRY(follow_changes(watcher, kStep));
    WAGGLE_TRY(look_after_processes());
    if (killing_.agent.empty() && is_time_to_kill()) WAGGLE_TRY(try_to_kill());
    WAGGLE_TRY(refresh_view());
  }
  // What was committed between the last look and the last exit.
  WAGGLE_TRY(follow_changes(watcher, Duration::zero()));
  if (!killing_.task.empty()) {
    const auto finisher = board_.finishers().find(killing_.task);
    if (finisher != board_.finishers().end()) killing_.finished_by = finisher->second;
  }
  agents_read_at_.reset();
  return refresh_view();
}

Status Conductor::make_swarm() {
  WAGGLE_TRY(session_.swarms().create({.name = "licence review", .id = std::string(kSwarm), .topology = Topology::kHierarchical}));
  WAGGLE_TRY(session_.memory().put({.agent_id = std::string(kLibrary), .key = std::string(kInputKey), .value = Json::string(stage_.input)}));
  members_.push_back({.name = std::string(kPlanner)});
  for (std::size_t i = 0; i < stage_.workers; ++i) members_.push_back({.name = "worker-" + std::to_string(i + 1)});
  return {};
}

Status Conductor::start_all() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    const bool is_planner = i == 0;
    const Role role = is_planner ? Role{"planner", {"plan"}} : role_of(i - 1, stage_.workers);
    WAGGLE_TRY(session_.transaction([&](Session& session) -> Status {
      WAGGLE_TRY(session.agents().register_agent(
          {.id = member.name, .agent_type = role.type, .capabilities = role.capabilities, .swarm_id = std::string(kSwarm)}));
      const auto style = static_cast<Style>(i % kStyleCount);
      WAGGLE_TRY(session.memory().put({.agent_id = member.name, .key = std::string(kStyleKey), .value = Json::string(to_string(style))}));
      return {};
    }));
    WAGGLE_TRY(start(member, is_planner ? "demo-planner" : "demo-worker"));
  }
  return {};
}

// What the user's own config file says is not for the swarm.
Status Conductor::start(Member& member, const std::string& command) {
  member.log_path = stage_.log_folder + "/" + member.name + ".log";
  WAGGLE_ASSIGN_OR_RETURN(member.process,
                          Process::start({.arguments = {"--config", "/dev/null", "--db", database_.info().path, "--agent", member.name, command},
                                          .log_path = member.log_path}));
  return {};
}

// Everything that is there; waits for the first.
Status Conductor::follow_changes(Watcher& watcher, Duration wait) {
  for (Duration left = wait;; left = Duration::zero()) {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<Change> changes, watcher.next(left));
    for (const Change& change : changes) board_.apply(change);
    if (changes.empty() || end_.passed()) return {};
  }
}

Status Conductor::look_after_processes() {
  for (Member& member : members_) {
    if (member.has_ended) continue;
    const std::optional<Exit> exit = member.process->poll();
    if (!exit) continue;
    member.has_ended = true;
    const bool is_expected = member.name == killing_.agent ? exit->signal == SIGKILL : exit->signal == 0 && exit->code == 0;
    if (!is_expected) return Error(Code::kInternal, member.name + " " + describe(*exit) + ": " + last_line(member.log_path));
  }
  return {};
}

// In the middle: when a third of the texts is read.
bool Conductor::is_time_to_kill() const {
  const auto is_reading = [](const auto& finished) { return finished.first.starts_with(kReading); };
  const auto read = std::count_if(board_.finishers().begin(), board_.finishers().end(), is_reading);
  return static_cast<std::size_t>(read) >= stage_.text_count / 3;
}

// Catches a worker that holds a task: stops it, looks whether it still does - nothing can change then - and only then kills it.
Status Conductor::try_to_kill() {
  for (Member& member : members_) {
    const std::string task_id = board_.task_of(member.name);
    if (member.has_ended || !task_id.starts_with(kReading)) continue;
    const Status frozen = member.process->freeze(kFreezeMax);
    if (!frozen) return frozen.error().code() == Code::kNotFound ? Status() : frozen;
    WAGGLE_ASSIGN_OR_RETURN(const Task task, session_.tasks().get(task_id));
    if (task.status != TaskStatus::kRunning || task.lease_owner != member.name) {
      member.process->thaw();
      continue;
    }
    member.process->kill();
    killing_ = {.agent = member.name, .task = task_id};
    view_.announce(member.name + " was killed while it held \"" + task_id + "\"");
    return {};
  }
  return {};
}

Status Conductor::refresh_view() {
  const auto now = std::chrono::steady_clock::now();
  if (!agents_read_at_ || now - *agents_read_at_ >= kAgentsEvery) {
    agents_read_at_ = now;
    WAGGLE_ASSIGN_OR_RETURN(const Page<Agent> page, session_.agents().list({.swarm_id = std::string(kSwarm)}));
    agents_.clear();
    for (const Agent& agent : page.items) agents_.push_back({agent.id, agent.agent_type, agent.status});
    std::reverse(agents_.begin(), agents_.end());
  }
  view_.update(agents_, board_);
  return {};
}

bool Conductor::all_have_ended() const {
  return std::all_of(members_.begin(), members_.end(), [](const Member& member) { return member.has_ended; });
}

}  // namespace waggle::cli::demo
