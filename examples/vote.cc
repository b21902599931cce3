// vote.cc: three reviewers are asked by message, vote, and the swarm learns what was decided.
//
// Usage: vote FILE. Makes the file, and a swarm in it.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "waggle/waggle.h"

namespace {

using namespace std::chrono_literals;

int fail(const waggle::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.describe().c_str());
  return EXIT_FAILURE;
}

struct Reviewer {
  const char* name;
  waggle::VoteChoice choice;
  const char* reasoning;
};

constexpr Reviewer kReviewers[] = {
    {"ann", waggle::VoteChoice::kApprove, "derived works stay under the same licence"},
    {"bob", waggle::VoteChoice::kReject, "linking is not addressed"},
    {"cid", waggle::VoteChoice::kApprove, "section 5 says so"},
};

waggle::Status found_swarm(const waggle::Session& session) {
  if (const auto swarm = session.swarms().create({.name = "licence review", .id = "review"}); !swarm) return swarm.error();
  for (const char* name : {"chair", "ann", "bob", "cid"}) {
    const auto agent = session.agents().register_agent({.id = name, .agent_type = "reviewer", .swarm_id = "review"});
    if (!agent) return agent.error();
  }
  return {};
}

// A reviewer waits for the question, which tells the proposal's id, and votes.
waggle::Status review(const waggle::Session& session, const Reviewer& reviewer) {
  const auto received = session.messages().wait(reviewer.name, 60s, {.count = 1, .ack = waggle::Receive::Ack::kNow});
  if (!received) return received.error();
  if (received->empty()) return waggle::Error(waggle::Code::kDeadline, "nobody asked for a vote");
  const std::string& quoted = received->front().content.text;
  const auto voted = session.consensus().vote(
      {.proposal_id = quoted.substr(1, quoted.size() - 2), .agent_id = reviewer.name, .choice = reviewer.choice, .reasoning = reviewer.reasoning});
  // Two of three may have decided already: then the third vote is not needed, and is refused as a conflict.
  if (!voted && voted.error().code() != waggle::Code::kConflict) return voted.error();
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: vote FILE\n");
    return 2;
  }
  const auto db = waggle::Database::open({.path = argv[1], .open_mode = waggle::OpenMode::kCreateIfMissing});
  if (!db) return fail(db.error());
  const waggle::Session chair = (*db)->as("chair");
  if (const waggle::Status founded = found_swarm(chair); !founded) return fail(founded.error());

  // Who may vote, with which weight and by which rule is fixed here, for good. Without a decision in a minute it is rejected.
  const auto proposal = chair.consensus().propose({.swarm_id = "review",
                                                   .proposer = "chair",
                                                   .topic = "Is this licence copyleft?",
                                                   .payload = waggle::Json(R"({"file":"GPL-3"})"),
                                                   .rule = {.kind = waggle::VotingRule::Kind::kMajority},
                                                   .electorate = {{"ann"}, {"bob"}, {"cid"}},
                                                   .deadline = 1min});
  if (!proposal) return fail(proposal.error());
  const auto question = chair.messages().send({.swarm_id = "review",
                                               .from = "chair",
                                               .to = waggle::Recipients::everyone(),
                                               .message_type = "vote please",
                                               .content = waggle::Json::string(proposal->id)});
  if (!question) return fail(question.error());

  {
    std::vector<std::jthread> reviewers;
    for (const Reviewer& reviewer : kReviewers) {
      reviewers.emplace_back([&db, &reviewer] {
        if (const waggle::Status done = review((*db)->as(reviewer.name), reviewer); !done) fail(done.error());
      });
    }
    // Woken by the vote that decides, or by the deadline.
    const auto decided = chair.consensus().wait(proposal->id, 2min);
    if (!decided) return fail(decided.error());
    std::printf("%s %s: %g of 3 approve\n", decided->topic.c_str(), std::string(waggle::to_string(*decided->outcome)).c_str(),
                decided->tally.approve);
  }
  return EXIT_SUCCESS;
}
