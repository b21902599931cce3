// swarm_worker.cc: members of a swarm that work together through one database: they claim tasks, vote and receive messages until told to stop.

#include <algorithm>
#include <array>
#include <random>

#include "fault/storm_swarm.h"
#include "fault/worker.h"

namespace waggle::test {
namespace {

// Completes the task and records its result in one transaction: the record is an effect that must happen once.
Status complete(const Session& session, const Task& task) {
  return session.transaction([&](Session& inside) -> Status {
    const auto completed = inside.tasks().complete({task.id, *task.lease_token});
    if (!completed) return completed.error();
    const auto recorded = inside.memory().put({.agent_id = "done", .key = task.id, .value = Json::string(*task.lease_token), .if_version = 0});
    return recorded ? Status() : Status(recorded.error());
  });
}

// `claim`, `done`, `released` or `lost`, each with task, attempt and token. Lost: the lease had run out.
void work_on(const Session& session, const Task& task) {
  const std::string lease = " " + task.id + " " + std::to_string(task.attempt) + " " + *task.lease_token;
  tell("claim" + lease);
  Status outcome;
  std::string what = "done";
  if (task.attempt % 4 == 3) {
    what = "released";
    const auto released = session.tasks().release({task.id, *task.lease_token});
    if (!released) outcome = released.error();
  } else {
    outcome = complete(session, task);
  }
  if (outcome)
    tell(what + lease);
  else if (outcome.error().code() == Code::kConflict)
    tell("lost" + lease);
  else
    fail(outcome.error());
}

}  // namespace

void run_claim_worker(const std::string& path, const std::string& agent) {
  const auto database = open_database(path);
  const Session session = database->as(agent);
  for (int count = 1; !is_told_to_stop(); count = count % 4 + 1) {
    for (const Task& task : must(session.tasks().claim({.agent = agent, .lease = kStormLease, .count = count}))) work_on(session, task);
  }
}

// `vote PROPOSAL ELECTOR CHOICE` for a vote that was accepted, `refused PROPOSAL ELECTOR CODE` for one that was not; `outcome PROPOSAL OUTCOME` for
// what each proposal is found to be. Each voter speaks for two electors, so that two processes are at odds about each.
void run_vote_worker(const std::string& path, int voter) {
  const auto database = open_database(path);
  const Session session = database->as("voter-" + std::to_string(voter));
  std::vector<Proposal> proposals = must(session.consensus().list({}, {.limit = 1000})).items;
  std::mt19937 random(static_cast<std::uint32_t>(voter));
  std::shuffle(proposals.begin(), proposals.end(), random);
  for (const Proposal& proposal : proposals) {
    for (const int elector : {voter, (voter + 1) % kStormVoters}) {
      const std::string agent = elector_name(elector);
      const VoteChoice choice = std::array{VoteChoice::kApprove, VoteChoice::kReject, VoteChoice::kAbstain}[random() % 3];
      const auto voted = session.consensus().vote({.proposal_id = proposal.id, .agent_id = agent, .choice = choice});
      if (voted)
        tell("vote " + proposal.id + " " + agent + " " + std::string(to_string(choice)));
      else
        tell("refused " + proposal.id + " " + agent + " " + std::string(to_string(voted.error().code())));
      if (voted && voted->outcome) tell("outcome " + proposal.id + " " + std::string(to_string(*voted->outcome)));
    }
  }
  for (const Proposal& proposal : proposals) {
    const Proposal decided = must(session.consensus().wait(proposal.id, std::chrono::seconds(60)));
    tell("outcome " + proposal.id + " " + std::string(to_string(*decided.outcome)));
  }
}

// `got SEQ`, and with acknowledgements of their own `acked SEQ`.
void run_receive_worker(const std::string& path, const std::string& agent, Receive::Ack ack) {
  const auto database = open_database(path);
  const Session session = database->as(agent);
  while (!is_told_to_stop()) {
    const Receive receive{.count = 3, .visibility = kStormLease, .ack = ack};
    for (const Message& message : must(session.messages().wait(agent, std::chrono::milliseconds(100), receive))) {
      tell("got " + std::to_string(message.seq));
      if (ack == Receive::Ack::kNow) continue;
      const std::array ids{message.id};
      const auto acked = session.messages().ack(agent, ids);
      // Handed out anew, and acknowledged by a process that has died since: what it told is known to the test.
      if (acked)
        tell("acked " + std::to_string(message.seq));
      else if (acked.error().code() != Code::kNotFound)
        fail(acked.error());
    }
  }
}

}  // namespace waggle::test
