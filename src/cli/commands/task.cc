// task.cc: `waggle task ...`, the graph of things to do, claimed under leases.

#include <array>

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr auto kClaimColumns = std::to_array<std::string_view>({"id", "description", "priority", "attempt", "lease_token", "lease_expires_at"});
constexpr auto kListColumns = std::to_array<std::string_view>({"id", "description", "status", "priority", "attempt", "lease_owner", "created_at"});
constexpr auto kGraphColumns = std::to_array<std::string_view>({"id", "description", "status", "dependencies"});
constexpr Spelling kId = {"ID", "", "The task's id"};
constexpr Spelling kToken = {"--token", "T", "The lease_token that the claim answered"};
constexpr Spelling kLease = {"--lease", "DUR", "How long the lease lasts; 5m by default"};

// What the verbs that need a lease are given.
struct Leased {
  std::string id;
  std::string token;

  TaskLease lease() const { return {.task_id = id, .token = token}; }
};

void declare_lease(Arguments& arguments, Leased& leased) {
  arguments.positional(kId, leased.id);
  arguments.required(kToken, leased.token);
}

Action create(Arguments& arguments) {
  struct Given {
    NewTask task;
    std::optional<When> not_before;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional({"DESCRIPTION", "", "What is to be done"}, given->task.description);
  arguments.option({"--id", "ID", "A fresh one by default"}, given->task.id);
  arguments.option({"--priority", "N", "The highest is claimed first; 0 by default"}, given->task.priority);
  arguments.option({"--depends-on", "ID", "A task that must be completed before; repeatable"}, given->task.dependencies);
  arguments.option({"--require", "CAP", "A capability that the claimer needs; repeatable"}, given->task.required_capabilities);
  arguments.option({"--not-before", "TIME|+DUR", "Not ready before this time, or this long from now"}, given->not_before);
  arguments.option({"--max-attempts", "N", "How often it may be claimed; no limit by default"}, given->task.max_attempts);
  arguments.option({"--parent", "ID", "The task that it is a part of"}, given->task.parent_id);
  arguments.option({"--swarm", "ID", "The swarm that it belongs to"}, given->task.swarm_id);
  arguments.example("waggle task create 'Read the licence' --id read --require legal --priority 5", "a task for a claimer with the capability legal");
  arguments.example("waggle task create 'Compare' --depends-on read --not-before +10m", "one that waits for it, and for ten minutes");
  return [given](Call& call) -> Ending {
    if (given->not_before) given->task.not_before = given->not_before->resolve(call.clock());
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().create(given->task));
  };
}

Action claim(Arguments& arguments) {
  struct Given {
    ClaimRequest request;
    std::vector<std::string> capabilities;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional({"AGENT", "", "Who claims"}, given->request.agent);
  arguments.option({"--capability", "C", "What the claimer can do; repeatable. By default what is registered"}, given->capabilities);
  arguments.option(kLease, given->request.lease);
  arguments.option({"--swarm", "ID", "Only tasks of this swarm"}, given->request.swarm_id);
  arguments.option({"-n,--count", "N", "At most so many tasks; 1 by default"}, given->request.count);
  arguments.note("The list is empty, and the exit status 0, when no task is ready.");
  arguments.example("waggle task claim ann --lease 10m -o json", "takes the most urgent task that ann can do");
  return [given](Call& call) -> Ending {
    if (!given->capabilities.empty()) given->request.capabilities = given->capabilities;
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->request.agent));
    return show_all(call, session.tasks().claim(given->request), kClaimColumns);
  };
}

Action renew(Arguments& arguments) {
  struct Given {
    Leased leased;
    Duration lease = ClaimRequest().lease;
  };
  const auto given = Arguments::keep<Given>();
  declare_lease(arguments, given->leased);
  arguments.option(kLease, given->lease);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().renew(given->leased.lease(), given->lease));
  };
}

Action complete(Arguments& arguments) {
  struct Given {
    Leased leased;
    Json result;
  };
  const auto given = Arguments::keep<Given>();
  declare_lease(arguments, given->leased);
  arguments.option({"--result", "JSON", "What came of it"}, given->result);
  arguments.example("waggle task complete read --token \"$TOKEN\" --result '{\"pages\":3}'", "hands in the work");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().complete(given->leased.lease(), given->result));
  };
}

Action fail(Arguments& arguments) {
  struct Given {
    Leased leased;
    TaskFailure failure;
  };
  const auto given = Arguments::keep<Given>();
  declare_lease(arguments, given->leased);
  arguments.required({"--error", "TEXT", "What went wrong, for people"}, given->failure.error);
  arguments.option({"--retry-after", "DUR", "Not ready again before this has passed; at once by default"}, given->failure.retry_after);
  arguments.note("The task is ready again while attempts are left (--max-attempts), else it has failed.");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().fail(given->leased.lease(), given->failure));
  };
}

Action release(Arguments& arguments) {
  const auto leased = Arguments::keep<Leased>();
  declare_lease(arguments, *leased);
  return [leased](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().release(leased->lease()));
  };
}

Action cancel(Arguments& arguments) {
  struct Given {
    std::string id;
    bool dependents = false;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional(kId, given->id);
  arguments.flag({"--dependents", "", "Also everything that waits for it; else that stays pending"}, given->dependents);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().cancel(given->id, given->dependents ? CancelScope::kWithDependents : CancelScope::kTaskOnly));
  };
}

Action get(Arguments& arguments) {
  const auto id = Arguments::keep<std::string>();
  arguments.positional(kId, *id);
  return [id](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.tasks().get(*id));
  };
}

Action list(Arguments& arguments) {
  struct Given {
    TaskFilter filter;
    Paging paging;
  };
  const auto given = Arguments::keep<Given>();
  arguments.option({"--status", "STATUS", "pending, ready, running, completed, failed or cancelled"}, given->filter.status);
  arguments.option({"--swarm", "ID", "Only of this swarm"}, given->filter.swarm_id);
  arguments.option({"--agent", "ID", "Only tasks whose lease this agent holds"}, given->filter.lease_owner);
  declare_paging(arguments, given->paging);
  arguments.example("waggle task list --status running", "what is being worked on, newest first");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show_pages(call, given->paging, kListColumns, [&](const PageRequest& page) { return session.tasks().list(given->filter, page); });
  };
}

Action graph(Arguments& arguments) {
  struct Given {
    std::optional<std::string> swarm_id;
    std::optional<GraphFormat> format;
  };
  const auto given = Arguments::keep<Given>();
  arguments.option({"--swarm", "ID", "Only of this swarm"}, given->swarm_id);
  arguments.option({"--format", "json|dot", "Nodes and edges, or the DOT language; else as -o says"}, given->format);
  arguments.note("Nodes come in topological order: every dependency before its dependents.");
  arguments.example("waggle task graph --format dot | dot -Tsvg > graph.svg", "draws it with graphviz");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    WAGGLE_ASSIGN_OR_RETURN(const TaskGraph found, session.tasks().graph(given->swarm_id));
    if (given->format == GraphFormat::kDot) return call.out().raw(format_dot(found));
    if (given->format || call.out().format() != Format::kTable) {
      const Record record = render(found);
      WAGGLE_TRY(record.sound());
      return call.out().raw(record.to_json() + "\n");
    }
    return show_all(call, Result<std::vector<Task>>(found.nodes), kGraphColumns);
  };
}

constexpr Verb kVerbs[] = {
    {"create", "Add a task", create},
    {"claim", "Take ready tasks under a lease", claim},
    {"renew", "Prolong a lease", renew},
    {"complete", "Hand in a task", complete},
    {"fail", "Report that an attempt failed", fail},
    {"release", "Give a task back", release},
    {"cancel", "End a task that is not over", cancel},
    {"get", "Show a task", get},
    {"list", "List tasks, newest first", list},
    {"graph", "Tasks and what they wait for", graph},
};

}  // namespace

const Noun kTask = {"task", "Work: a graph of tasks, claimed under leases", kVerbs};

}  // namespace waggle::cli
