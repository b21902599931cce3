// board.cc: see board.h. The words for what was done are those of docs/STORES.md.

#include "cli/demo/board.h"

namespace waggle::cli::demo {

void Board::apply(const Change& change) {
  const std::string actor = change.actor.value_or("");
  switch (change.entity) {
    case Entity::kTask:
      apply_task(change, actor);
      break;
    case Entity::kMemory:
      deeds_[actor].memories += change.op == "put" ? 1 : 0;
      break;
    case Entity::kMessage:
      deeds_[actor].messages += change.op == "send" ? 1 : 0;
      break;
    case Entity::kVote:
      deeds_[actor].votes += change.op == "cast" ? 1 : 0;
      break;
    case Entity::kProposal:
      proposals_opened_ += change.op == "create" ? 1 : 0;
      proposals_decided_ += change.op == "decide" ? 1 : 0;
      break;
    case Entity::kCollection:
    case Entity::kVector:
    case Entity::kAgent:
    case Entity::kSwarm:
      break;
  }
}

void Board::apply_task(const Change& change, const std::string& actor) {
  if (change.op == "create") ++tasks_created_;
  if (change.op == "claim") {
    forget_holder(change.entity_id);  // a lease that ran out passes on without a word of its own
    holding_[actor] = change.entity_id;
  }
  if (change.op == "complete") {
    ++deeds_[actor].tasks;
    finishers_[change.entity_id] = actor;
  }
  if (change.op == "complete" || change.op == "fail" || change.op == "release") forget_holder(change.entity_id);
}

void Board::forget_holder(std::string_view task) {
  std::erase_if(holding_, [&](const auto& held) { return held.second == task; });
}

Deeds Board::deeds_of(const std::string& agent) const {
  const auto found = deeds_.find(agent);
  return found == deeds_.end() ? Deeds{} : found->second;
}

Deeds Board::total() const {
  Deeds sum;
  for (const auto& [agent, deeds] : deeds_) {
    sum.tasks += deeds.tasks;
    sum.memories += deeds.memories;
    sum.messages += deeds.messages;
    sum.votes += deeds.votes;
  }
  return sum;
}

std::string Board::task_of(const std::string& agent) const {
  const auto found = holding_.find(agent);
  return found == holding_.end() ? std::string() : found->second;
}

}  // namespace waggle::cli::demo
