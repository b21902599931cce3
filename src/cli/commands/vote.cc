// vote.cc: `waggle vote ...`, deciding together.

#include <array>

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"id", "topic", "rule", "status", "outcome", "tally", "created_at"});
constexpr Spelling kProposal = {"PROPOSAL", "", "The proposal's id"};

Action propose(Arguments& arguments) {
  const auto given = Arguments::keep<NewProposal>();
  arguments.positional({"TOPIC", "", "The question"}, given->topic);
  arguments.required({"--swarm", "ID", "The swarm that decides"}, given->swarm_id);
  arguments.required({"--by", "AGENT", "Who proposes"}, given->proposer);
  arguments.required({"--rule", "RULE", "majority, two_thirds, unanimous, quorum:N or weighted:F"}, given->rule);
  arguments.required({"--elector", "A[=WEIGHT]", "Who may vote, and with which weight (1 by default); repeatable"}, given->electorate);
  arguments.option({"--payload", "JSON", "What the question is about"}, given->payload);
  arguments.option({"--deadline", "DUR", "It is decided after this at the latest"}, given->deadline);
  arguments.option({"--on-deadline", "reject|approve|tally", "What a deadline decides; reject by default"}, given->on_deadline);
  arguments.note(
      "Rules count weight over the whole electorate: majority is more than half, two_thirds at least two thirds, unanimous all, quorum:N at least N\n"
      "approving voters, weighted:F at least the fraction F. An abstention counts as neither.");
  arguments.example("waggle vote propose 'Is it copyleft?' --swarm hive --by ann --rule majority --elector ann --elector bob=2", "opens a vote");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->proposer));
    return show(call, session.consensus().propose(*given));
  };
}

Action cast(Arguments& arguments) {
  const auto given = Arguments::keep<Vote>();
  arguments.positional(kProposal, given->proposal_id);
  arguments.positional({"AGENT", "", "Who votes"}, given->agent_id);
  arguments.positional({"CHOICE", "", "approve, reject or abstain"}, given->choice);
  arguments.option({"--reason", "TEXT", "Why"}, given->reasoning);
  arguments.example("waggle vote cast \"$PROPOSAL\" bob approve --reason 'it says so in section 2'", "votes");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent_id));
    return show(call, session.consensus().vote(*given));
  };
}

Action get(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kProposal, *id);
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.consensus().get(*id));
  };
}

Action list(Arguments& arguments) {
  struct Given {
    ProposalFilter filter;
    Paging paging;
  };
  const auto given = Arguments::keep<Given>();
  arguments.option({"--swarm", "ID", "Only of this swarm"}, given->filter.swarm_id);
  arguments.option({"--status", "open|decided", "Only in this status"}, given->filter.status);
  declare_paging(arguments, given->paging);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show_pages(call, given->paging, kColumns, [&](const PageRequest& page) { return session.consensus().list(given->filter, page); });
  };
}

Action wait(Arguments& arguments) {
  struct Given {
    std::string id;
    Duration timeout{};
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional(kProposal, given->id);
  arguments.required({"--timeout", "DUR", "How long to wait at most"}, given->timeout);
  arguments.note("Exit status 124 when it is not decided by then.");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.consensus().wait(given->id, given->timeout));
  };
}

constexpr Verb kVerbs[] = {
    {"propose", "Open a vote", propose},
    {"cast", "Vote on a proposal", cast},
    {"get", "Show a proposal", get},
    {"list", "List proposals, newest first", list},
    {"wait", "Wait until a proposal is decided", wait},
};

}  // namespace

const Noun kVote = {"vote", "Deciding together", kVerbs};

}  // namespace waggle::cli
