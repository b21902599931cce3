// planner.cc: the planner process of the demo. Makes the tasks, calls silent workers lost, opens a vote on each licence once all are read, and
// dismisses the swarm when everything is done and decided.

#include <iterator>
#include <set>
#include <utility>

#include "base/result.h"
#include "cli/demo/corpus.h"
#include "cli/demo/member.h"
#include "cli/demo/protocol.h"
#include "cli/demo/reviewers.h"

namespace waggle::cli {
namespace demo {
namespace {

constexpr std::string_view kSomethingFailed = "a task of the demo failed";

// "read BSD", "compare GPL-1 with GPL-2", "summarise all".
std::string describe(const Assignment& assignment) {
  std::string text = std::string(Assignment::name_of(assignment.kind)) + " " + assignment.subjects[0];
  if (assignment.subjects.size() > 1) text += " with " + assignment.subjects[1];
  return text;
}

class Planner {
 public:
  Planner(Member member, std::vector<std::string> files) : member_(std::move(member)), files_(std::move(files)) {}

  Status run() {
    WAGGLE_TRY(
        member_.session().messages().subscribe({.swarm_id = std::string(kSwarm), .agent_id = member_.name(), .topic = std::string(kFindings)}));
    WAGGLE_TRY(create_tasks());
    while (!member_.end().passed()) {
      WAGGLE_TRY(member_.stay_alive());
      WAGGLE_TRY(take_findings(kPollEvery));
      WAGGLE_TRY(member_.latencies().measure("agent reap", [&] { return member_.session().agents().reap(kSilentAfter); }));
      if (!has_proposed_ && unread_.empty()) WAGGLE_TRY(open_votes());
      if (!has_proposed_) continue;
      WAGGLE_ASSIGN_OR_RETURN(const bool is_over, everything_is_over());
      if (is_over) return dismiss();
    }
    return member_.end().error("the workers", {});
  }

 private:
  Status create_tasks() {
    const std::vector<PlannedTask> plan = make_plan(files_);
    for (const PlannedTask& task : plan) {
      if (task.assignment.kind == Assignment::Kind::kRead) unread_.insert(task.assignment.task_id());
    }
    return member_.latencies().measure("task create (one transaction)", [&] {
      return member_.session().transaction([&](Session& session) -> Status {
        for (const PlannedTask& task : plan) {
          WAGGLE_TRY(session.tasks().create({.description = describe(task.assignment),
                                             .id = task.assignment.task_id(),
                                             .dependencies = task.dependencies,
                                             .required_capabilities = {std::string(Assignment::name_of(task.assignment.kind))},
                                             .max_attempts = kAttemptsMax,
                                             .swarm_id = std::string(kSwarm)}));
        }
        return {};
      });
    });
  }

  // Those that come within `wait`, as many as one call answers. True when there were any.
  Result<bool> take_findings(Duration wait) {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<Message> messages, member_.receive(wait));
    for (const Message& message : messages) {
      if (message.message_type != kFinding) continue;
      WAGGLE_ASSIGN_OR_RETURN(const std::string task_id, content_text(message));
      unread_.erase(task_id);
    }
    WAGGLE_TRY(member_.acknowledge(messages));
    return !messages.empty();
  }

  // Those who can vote: the workers that are not lost. Who summarises has seen most and weighs double.
  Result<std::vector<Elector>> find_electors() {
    WAGGLE_ASSIGN_OR_RETURN(const Page<Agent> agents, member_.session().agents().list({.swarm_id = std::string(kSwarm)}));
    std::vector<Elector> electors;
    for (const Agent& agent : agents.items) {
      if (agent.id == kPlanner || agent.status == "lost") continue;
      electors.push_back({agent.id, agent.agent_type == "summariser" ? 2.0 : 1.0});
    }
    if (electors.empty()) return Error(Code::kInternal, "no worker is left to vote");
    return electors;
  }

  Status open_votes() {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<Elector> electors, find_electors());
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const NewProposal proposal{.swarm_id = std::string(kSwarm),
                                 .proposer = member_.name(),
                                 .topic = "is " + files_[i] + " copyleft?",
                                 .payload = Json::string(files_[i]),
                                 .rule = rule_of_proposal(i, electors.size()),
                                 .electorate = electors,
                                 .deadline = kVoteDeadline,
                                 .on_deadline = OnDeadline::kTally};
      WAGGLE_TRY(member_.latencies().measure("vote propose", [&] { return propose(proposal); }));
    }
    has_proposed_ = true;
    return {};
  }

  // The proposal and the call to vote on it, in one transaction.
  Status propose(const NewProposal& proposal) {
    return member_.session().transaction([&](Session& session) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const Proposal opened, session.consensus().propose(proposal));
      return tell_everyone(session, kVoteRequest, opened.id);
    });
  }

  Status tell_everyone(Session& session, std::string_view type, std::string_view text) {
    WAGGLE_TRY(session.messages().send({.swarm_id = std::string(kSwarm),
                                        .from = member_.name(),
                                        .to = Recipients::everyone(),
                                        .message_type = std::string(type),
                                        .content = Json::string(text)}));
    return {};
  }

  Result<bool> everything_is_over() {
    WAGGLE_ASSIGN_OR_RETURN(const SwarmSummary summary,
                            member_.latencies().measure("swarm status", [&] { return member_.session().swarms().status(kSwarm); }));
    std::int64_t unfinished = 0;
    for (const auto& [status, count] : summary.tasks) {
      if (status == to_string(TaskStatus::kFailed) && count > 0) return Error(Code::kInternal, std::string(kSomethingFailed));
      if (status != to_string(TaskStatus::kCompleted)) unfinished += count;
    }
    const auto open = summary.proposals.find(std::string(to_string(ProposalStatus::kOpen)));
    return unfinished == 0 && (open == summary.proposals.end() || open->second == 0);
  }

  // The findings that came last are taken before: an inbox is left empty.
  Status dismiss() {
    for (bool is_more = true; is_more && !member_.end().passed();) {
      WAGGLE_ASSIGN_OR_RETURN(is_more, take_findings(Duration::zero()));
    }
    WAGGLE_TRY(
        member_.session().transaction([&](Session& session) { return tell_everyone(session, kDismissal, "all is read, compared and decided"); }));
    return member_.leave();
  }

  Member member_;
  std::vector<std::string> files_;
  std::set<std::string> unread_;  // tasks of reading whose finding has not come
  bool has_proposed_ = false;
};

Status plan_as(const DemoProcess& process) {
  WAGGLE_ASSIGN_OR_RETURN(Member member, Member::join(process));
  WAGGLE_ASSIGN_OR_RETURN(const std::string folder, member.recall_text(kInputKey));
  WAGGLE_ASSIGN_OR_RETURN(std::vector<std::string> files, find_texts(folder));
  return Planner(std::move(member), std::move(files)).run();
}

}  // namespace
}  // namespace demo

Status run_demo_planner(const DemoProcess& process) { return demo::plan_as(process); }

}  // namespace waggle::cli
