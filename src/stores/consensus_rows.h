// consensus_rows.h: proposals as rows: how they are read, and how a deadline that has passed becomes a decision.
//
// A deadline decides by itself: from its moment on every reader sees the proposal decided, although its row still says open. The row follows with
// a later write (decide_overdue), which changes nothing that anybody can see but the change log.

#ifndef WAGGLE_STORES_CONSENSUS_ROWS_H
#define WAGGLE_STORES_CONSENSUS_ROWS_H

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/voting.h"
#include "waggle/consensus.h"

namespace waggle::stores {

// A proposal with what only its row knows. The proposal is as of the moment of the read: decided when its deadline has passed.
struct StoredProposal {
  Proposal proposal;
  Count count;
  OnDeadline on_deadline = OnDeadline::kReject;
};

// not_found for an unknown id. Takes a Writing too: pass its `sql` and `now`.
Result<StoredProposal> read_proposal(const Reading& reading, std::string_view id);

// Up to `limit` proposals that match, newest first, from those after `start`; each with its position.
struct ProposalRange {
  Position start;
  std::int64_t limit = 0;
};
Result<std::vector<std::pair<Position, Proposal>>> read_proposals(const Reading& reading, const ProposalFilter& filter, const ProposalRange& range);

// Writes the decisions of up to `max` proposals whose deadline has passed, with their rows in the change log (op "decide"); answers how many. A
// damaged row is passed over, so that it does not hold up the others: its readers are told. A chore: see chores.h.
Result<std::int64_t> decide_overdue(Writing& writing, std::int64_t max);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_CONSENSUS_ROWS_H
