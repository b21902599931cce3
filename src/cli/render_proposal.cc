// render_proposal.cc: proposals with their electorate and tally.

#include <utility>

#include "base/json.h"
#include "cli/render.h"

namespace waggle::cli {

Record render(const Proposal& proposal) {
  base::JsonWriter electorate;
  electorate.begin_array();
  for (const Elector& elector : proposal.electorate) {
    electorate.begin_object().key("agent_id").string(elector.agent_id).key("weight").number(elector.weight).end_object();
  }
  electorate.end_array();
  const Tally& sums = proposal.tally;
  Record tally;
  tally.number("approve", sums.approve).number("reject", sums.reject).number("abstain", sums.abstain).number("pending", sums.pending);

  Record record;
  record.text("id", proposal.id).text("swarm_id", proposal.swarm_id).text("proposer", proposal.proposer).text("topic", proposal.topic);
  record.json("payload", proposal.payload).text("rule", proposal.rule.to_string()).written("electorate", std::move(electorate));
  record.text("status", to_string(proposal.status));
  if (proposal.outcome) {
    record.text("outcome", to_string(*proposal.outcome));
  } else {
    record.null("outcome");
  }
  record.time("deadline", proposal.deadline).time("decided_at", proposal.decided_at).record("tally", tally).time("created_at", proposal.created_at);
  return record;
}

}  // namespace waggle::cli
