// swarm.cc: `waggle swarm ...`, the groups that agents, tasks and messages belong to.

#include <array>

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"id", "name", "topology", "status", "created_at"});
constexpr Spelling kId = {"ID", "", "The swarm's id"};
constexpr Spelling kTopology = {"--topology", "T", "mesh, hierarchical, ring, star or custom"};
constexpr Spelling kConfig = {"--config", "JSON", "Any settings of the swarm's own"};

Action create(Arguments& arguments) {
  const auto given = Arguments::keep<NewSwarm>();
  arguments.positional({"NAME", "", "What people call it"}, given->name);
  arguments.option({"--id", "ID", "A fresh one by default"}, given->id);
  arguments.option(kTopology, given->topology);
  arguments.option(kConfig, given->config);
  arguments.example("waggle swarm create review --id review --topology star", "makes a swarm under an id of your own");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.swarms().create(*given));
  };
}

// The verbs that take an id and answer the swarm.
template <Result<Swarm> (SwarmStore::*kOperation)(std::string_view)>
Action by_id(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kId, *id);
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    SwarmStore swarms = session.swarms();
    return show(call, (swarms.*kOperation)(*id));
  };
}

Action list(Arguments& arguments) {
  const auto paging = Arguments::keep<Paging>();
  declare_paging(arguments, *paging);
  arguments.example("waggle swarm list", "newest first");
  return [paging](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show_pages(call, *paging, kColumns, [&](const PageRequest& page) { return session.swarms().list(page); });
  };
}

Action update(Arguments& arguments) {
  struct Given {
    std::string id;
    SwarmUpdate change;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional(kId, given->id);
  arguments.option({"--name", "NAME", "What people call it"}, given->change.name);
  arguments.option(kTopology, given->change.topology);
  arguments.option({"--config", "JSON", "Replaces the whole document"}, given->change.config);
  arguments.example("waggle swarm update review --name 'Licence review'", "renames it");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.swarms().update(given->id, given->change));
  };
}

Action status(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kId, *id);
  arguments.example("waggle swarm status review", "counts its agents, tasks, messages and proposals");
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.swarms().status(*id));
  };
}

constexpr Verb kVerbs[] = {
    {"create", "Make a swarm", create},
    {"get", "Show a swarm", by_id<&SwarmStore::get>},
    {"list", "List swarms, newest first", list},
    {"update", "Change name, topology or config", update},
    {"pause", "Let no task of it be claimed", by_id<&SwarmStore::pause>},
    {"resume", "End the pause", by_id<&SwarmStore::resume>},
    {"close", "End it for good", by_id<&SwarmStore::close>},
    {"status", "Count what it holds", status},
};

}  // namespace

const Noun kSwarm = {"swarm", "Groups of agents that work together", kVerbs};

}  // namespace waggle::cli
