// consensus_rows.cc: see consensus_rows.h.

#include "stores/consensus_rows.h"

// The columns of a proposal, in the order of decode.
#define WAGGLE_PROPOSAL_COLUMNS_WITH(payload)                                                                                              \
  "rowid, id, swarm_id, proposer, topic, " payload                                                                                         \
  ", rule, threshold, deadline, on_deadline, status, outcome, decided_at, created_at, electors, votes, approvals, total, approve, reject," \
  " abstain"
#define WAGGLE_PROPOSAL_COLUMNS WAGGLE_PROPOSAL_COLUMNS_WITH("payload")
// For who needs no payload, which may be long.
#define WAGGLE_PROPOSAL_COLUMNS_BUT_PAYLOAD WAGGLE_PROPOSAL_COLUMNS_WITH("'null'")
// The status as of ?3: a deadline that has passed has decided.
#define WAGGLE_PROPOSAL_STATUS "CASE WHEN status = 'decided' OR deadline <= ?3 THEN 'decided' ELSE 'open' END"

namespace waggle::stores {
namespace {

Error damaged() {
  return Error(Code::kCorruption, "a stored proposal holds a rule, status or outcome that Waggle does not know",
               "run `waggle check`; restore the row from a backup");
}

void apply_deadline(StoredProposal& stored, Timestamp now) {
  Proposal& proposal = stored.proposal;
  if (proposal.status != ProposalStatus::kOpen || !proposal.deadline || *proposal.deadline > now) return;
  proposal.status = ProposalStatus::kDecided;
  proposal.outcome = decide_at_deadline(proposal.rule, stored.on_deadline, stored.count);
  proposal.decided_at = proposal.deadline;
}

// All but the electorate, which has rows of its own.
Result<std::pair<Position, StoredProposal>> decode(const sql::Row& row, Timestamp now) {
  StoredProposal stored;
  Proposal& proposal = stored.proposal;
  proposal.id = row.string(1);
  proposal.swarm_id = row.string(2);
  proposal.proposer = row.string(3);
  proposal.topic = row.string(4);
  proposal.payload = row.json(5);
  const auto rule = stored_rule(row.text(6), row.is_null(7) ? std::nullopt : std::optional(row.real(7)));
  proposal.deadline = row.optional_timestamp(8);
  const auto on_deadline = parse_on_deadline(row.text(9));
  const auto status = parse_proposal_status(row.text(10));
  proposal.outcome = parse_outcome(row.text(11));
  proposal.decided_at = row.optional_timestamp(12);
  proposal.created_at = row.timestamp(13);
  stored.count = {.electors = row.integer(14),
                  .votes = row.integer(15),
                  .approvals = row.integer(16),
                  .total = row.real(17),
                  .approve = row.real(18),
                  .reject = row.real(19),
                  .abstain = row.real(20)};
  if (!rule || !on_deadline || !status || (*status == ProposalStatus::kDecided) != proposal.outcome.has_value()) return damaged();
  proposal.rule = *rule;
  proposal.status = *status;
  stored.on_deadline = *on_deadline;
  proposal.tally = tally_of(stored.count);
  apply_deadline(stored, now);
  return std::pair(Position{.rowid = row.integer(0)}, std::move(stored));
}

Status read_electorate(sql::Reader& sql, Proposal& proposal) {
  WAGGLE_ASSIGN_OR_RETURN(proposal.electorate, sql.query_all("SELECT agent_id, weight FROM proposal_electors WHERE proposal_id = ?1 ORDER BY rowid",
                                                             {proposal.id}, [](const sql::Row& row) { return Elector{row.string(0), row.real(1)}; }));
  return {};
}

}  // namespace

Result<StoredProposal> read_proposal(const Reading& reading, std::string_view id) {
  WAGGLE_ASSIGN_OR_RETURN(auto found, reading.sql.query_one("SELECT " WAGGLE_PROPOSAL_COLUMNS " FROM proposals WHERE id = ?1", {id},
                                                            [&](const sql::Row& row) { return decode(row, reading.now()); }));
  if (!found) return Error(Code::kNotFound, "there is no such proposal", "`waggle vote list` shows those that exist");
  WAGGLE_TRY(read_electorate(reading.sql, found->second.proposal));
  return std::move(found->second);
}

Result<std::vector<std::pair<Position, Proposal>>> read_proposals(const Reading& reading, const ProposalFilter& filter, const ProposalRange& range) {
  std::vector<std::pair<Position, Proposal>> found;
  const auto take = [&](const sql::Row& row) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(auto decoded, decode(row, reading.now()));
    found.emplace_back(decoded.first, std::move(decoded.second.proposal));
    return {};
  };
  const auto status = filter.status ? std::optional(to_string(*filter.status)) : std::nullopt;
  if (filter.swarm_id && filter.status == ProposalStatus::kOpen) {
    // Few of many are open: the index on (swarm_id, status) finds them in order.
    WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_PROPOSAL_COLUMNS " FROM proposals WHERE rowid < ?1 AND swarm_id = ?4 AND status = 'open'"
                                 " AND (deadline IS NULL OR deadline > ?3) ORDER BY rowid DESC LIMIT ?2",
                                 {range.start.rowid, range.limit, reading.now(), filter.swarm_id}, take));
  } else if (filter.swarm_id) {
    WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_PROPOSAL_COLUMNS " FROM proposals WHERE rowid < ?1 AND swarm_id = ?5"
                                 " AND (?4 IS NULL OR ?4 = " WAGGLE_PROPOSAL_STATUS ") ORDER BY rowid DESC LIMIT ?2",
                                 {range.start.rowid, range.limit, reading.now(), status, filter.swarm_id}, take));
  } else {
    WAGGLE_TRY(reading.sql.query("SELECT " WAGGLE_PROPOSAL_COLUMNS " FROM proposals WHERE rowid < ?1"
                                 " AND (?4 IS NULL OR ?4 = " WAGGLE_PROPOSAL_STATUS ") ORDER BY rowid DESC LIMIT ?2",
                                 {range.start.rowid, range.limit, reading.now(), status}, take));
  }
  for (auto& [position, proposal] : found) WAGGLE_TRY(read_electorate(reading.sql, proposal));
  return found;
}

Result<std::int64_t> decide_overdue(Writing& writing, std::int64_t max) {
  std::vector<Proposal> overdue;
  const auto take = [&](const sql::Row& row) -> Status {
    auto decoded = decode(row, writing.now);
    if (decoded) overdue.push_back(std::move(decoded->second.proposal));
    return {};
  };
  WAGGLE_TRY(writing.sql.query("SELECT " WAGGLE_PROPOSAL_COLUMNS_BUT_PAYLOAD
                               " FROM proposals WHERE status = 'open' AND deadline IS NOT NULL AND deadline <= ?1 ORDER BY deadline LIMIT ?2",
                               {writing.now, max}, take));
  for (const Proposal& proposal : overdue) {
    WAGGLE_TRY(writing.sql.execute("UPDATE proposals SET status = ?2, outcome = ?3, decided_at = ?4 WHERE id = ?1",
                                   {proposal.id, to_string(proposal.status), to_string(*proposal.outcome), proposal.decided_at}));
    WAGGLE_TRY(writing.log(Entity::kProposal, proposal.id, "decide"));
  }
  return static_cast<std::int64_t>(overdue.size());
}

}  // namespace waggle::stores
