// agent.cc: `waggle agent ...`, the ones who act.

#include <array>

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"id", "agent_type", "status", "capabilities", "swarm_id", "location", "heartbeat_at"});
constexpr Spelling kId = {"ID", "", "The agent's id"};

Action register_agent(Arguments& arguments) {
  const auto given = Arguments::keep<NewAgent>();
  arguments.positional({"ID", "", "A fresh one by default"}, given->id);
  arguments.required({"--type", "T", "What kind of agent it is, in words of your own"}, given->agent_type);
  arguments.option({"--capability", "C", "Something it can do; repeatable"}, given->capabilities);
  arguments.option({"--swarm", "ID", "The swarm that it belongs to"}, given->swarm_id);
  arguments.option({"--location", "L", "Where it runs"}, given->location);
  arguments.option({"--metadata", "JSON", "Anything else worth knowing"}, given->metadata);
  arguments.example("waggle agent register ann --type coder --capability c++ --capability sql", "registers ann");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->id.value_or("")));
    return show(call, session.agents().register_agent(*given));
  };
}

Action get(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kId, *id);
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.agents().get(*id));
  };
}

Action list(Arguments& arguments) {
  struct Given {
    AgentFilter filter;
    Paging paging;
  };
  const auto given = Arguments::keep<Given>();
  arguments.option({"--type", "T", "Only of this type"}, given->filter.agent_type);
  arguments.option({"--capability", "C", "Only with exactly this among its capabilities"}, given->filter.capability);
  arguments.option({"--status", "STATUS", "Only in this status"}, given->filter.status);
  arguments.option({"--swarm", "ID", "Only of this swarm"}, given->filter.swarm_id);
  arguments.option({"--location", "L", "Only at this location"}, given->filter.location);
  declare_paging(arguments, given->paging);
  arguments.example("waggle agent list --capability sql", "who can do SQL, newest first");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show_pages(call, given->paging, kColumns, [&](const PageRequest& page) { return session.agents().list(given->filter, page); });
  };
}

Action heartbeat(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kId, *id);
  arguments.example("waggle agent heartbeat ann", "notes that ann is alive");
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(*id));
    return show(call, session.agents().heartbeat(*id));
  };
}

Action set_status(Arguments& arguments) {
  struct Given {
    std::string id;
    std::string status;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional(kId, given->id);
  arguments.positional({"STATUS", "", "Free text, for example busy"}, given->status);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.agents().set_status({.agent_id = given->id, .status = given->status}));
  };
}

Action update(Arguments& arguments) {
  struct Given {
    std::string id;
    Json metadata = Json("{}");
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional(kId, given->id);
  arguments.option({"--metadata", "JSON", "Merged into what is there (RFC 7396): null removes a key"}, given->metadata);
  arguments.example("waggle agent update ann --metadata '{\"model\":\"small\",\"old\":null}'", "sets one key and removes another");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.agents().merge_metadata(given->id, given->metadata));
  };
}

Action remove(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kId, *id);
  arguments.note("Its leases are freed; its subscriptions and undelivered messages end with it.");
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.agents().remove(*id));
  };
}

Action reap(Arguments& arguments) {
  const auto older_than = Arguments::keep<Duration>();
  arguments.required({"--older-than", "DUR", "How long an agent must have been silent"}, *older_than);
  arguments.example("waggle agent reap --older-than 5m", "marks silent agents lost and frees their tasks");
  return [older_than](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.agents().reap(*older_than));
  };
}

constexpr Verb kVerbs[] = {
    {"register", "Register an agent", register_agent},
    {"get", "Show an agent", get},
    {"list", "List agents, newest first", list},
    {"heartbeat", "Note that an agent is alive", heartbeat},
    {"set-status", "Set an agent's status", set_status},
    {"update", "Merge metadata", update},
    {"remove", "Remove an agent", remove},
    {"reap", "Mark silent agents lost and free their tasks", reap},
};

}  // namespace

const Noun kAgent = {"agent", "Who acts, what they can do, when they were last heard of", kVerbs};

}  // namespace waggle::cli
