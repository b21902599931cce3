// memory.cc: `waggle memory ...`, what agents know.

#include <array>

#include "cli/commands/commands.h"
#include "cli/commands/memory_recall.h"
#include "cli/content.h"
#include "cli/embedder_choice.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"key", "value", "version", "updated_at", "expires_at", "writer"});

// What the verbs on one entry are given.
struct Named {
  std::string agent;
  std::string key;

  MemoryKey name() const { return {.agent_id = agent, .key = key}; }
};

void declare_agent(Arguments& arguments, std::string& agent) { arguments.positional({"AGENT", "", "Whose memory; need not be registered"}, agent); }

void declare_name(Arguments& arguments, Named& named) {
  declare_agent(arguments, named.agent);
  arguments.positional({"KEY", "", "The entry's key"}, named.key);
}

Action put(Arguments& arguments) {
  struct Given {
    Content content;
    PutMemory entry;
    GivenEmbedding embedding;
  };
  const auto given = Arguments::keep<Given>();
  declare_agent(arguments, given->entry.agent_id);
  arguments.positional({"KEY", "", "The entry's key"}, given->entry.key);
  declare_content(arguments, "VALUE", given->content);
  arguments.option({"--ttl", "DUR", "It expires after this; else it does not"}, given->entry.ttl);
  arguments.option({"--metadata", "JSON", "Anything about the value"}, given->entry.metadata);
  arguments.option({"--if-version", "N", "Only on this version; 0: only if there is none"}, given->entry.if_version);
  declare_embedding(arguments, given->embedding);
  arguments.example("waggle memory put ann plan '{\"step\":1}' --ttl 2h", "stores JSON for two hours");
  arguments.example("git diff | waggle memory put ann diff - --text", "stores what is piped in");
  arguments.example("waggle memory put -- ann temperature -5", "a value that begins with a dash");
  arguments.example("waggle memory put ann hive 'The swarm left the old hive' --text --embedder hashing", "to be recalled by likeness");
  return [given](Call& call) -> Ending {
    WAGGLE_TRY(given->embedding.check());
    WAGGLE_ASSIGN_OR_RETURN(given->entry.value, read_content(call, given->content));
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->entry.agent_id));
    if (given->embedding.embedder) {
      WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
      WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> embedder, embedder_of_name(folder, *given->embedding.embedder));
      return show(call, session.memory().put_embedded(*embedder, given->entry));
    }
    if (given->embedding.vector) {
      WAGGLE_ASSIGN_OR_RETURN(given->entry.embedding, given->embedding.read_vector());
      given->entry.model = given->embedding.model;
    }
    return show(call, session.memory().put(given->entry));
  };
}

Action get(Arguments& arguments) {
  const auto given = Arguments::keep<Named>();
  declare_name(arguments, *given);
  arguments.example("waggle memory get ann plan -o json", "the entry; exit status 6 when it is absent or expired");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    return show(call, session.memory().get(given->name()));
  };
}

Action query(Arguments& arguments) {
  struct Given {
    MemoryQuery query;
    bool prefix = false;
    Paging paging;
  };
  const auto given = Arguments::keep<Given>();
  declare_agent(arguments, given->query.agent_id);
  arguments.positional({"PATTERN", "", "Part of the key, taken literally"}, given->query.pattern);
  arguments.flag({"--prefix", "", "Only keys that begin with it, which is faster"}, given->prefix);
  declare_paging(arguments, given->paging);
  arguments.example("waggle memory query ann plan/ --prefix", "every entry under plan/, newest first");
  return [given](Call& call) -> Ending {
    if (given->prefix) given->query.match = KeyMatch::kPrefix;
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->query.agent_id));
    return show_pages(call, given->paging, kColumns, [&](const PageRequest& page) { return session.memory().query(given->query, page); });
  };
}

Action list(Arguments& arguments) {
  struct Given {
    std::string agent;
    Paging paging;
  };
  const auto given = Arguments::keep<Given>();
  declare_agent(arguments, given->agent);
  declare_paging(arguments, given->paging);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    return show_pages(call, given->paging, kColumns, [&](const PageRequest& page) { return session.memory().list(given->agent, page); });
  };
}

Action remove(Arguments& arguments) {
  const auto given = Arguments::keep<Named>();
  declare_name(arguments, *given);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    return show(call, session.memory().remove(given->name()));
  };
}

Action touch(Arguments& arguments) {
  struct Given {
    Named named;
    std::optional<Duration> ttl;
  };
  const auto given = Arguments::keep<Given>();
  declare_name(arguments, given->named);
  arguments.option({"--ttl", "DUR", "Its new time to live; without it the entry no longer expires"}, given->ttl);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->named.agent));
    return show(call, session.memory().touch(given->named.name(), given->ttl));
  };
}

Action remove_prefix(Arguments& arguments) {
  struct Given {
    std::string agent;
    std::string prefix;
    bool yes = false;
  };
  const auto given = Arguments::keep<Given>();
  declare_agent(arguments, given->agent);
  arguments.positional({"PREFIX", "", "How the keys begin, taken literally"}, given->prefix);
  arguments.flag({"-y,--yes", "", "Do not ask"}, given->yes);
  arguments.example("waggle memory remove-prefix ann scratch/ --yes", "removes every entry under scratch/");
  return [given](Call& call) -> Ending {
    if (!given->yes) {
      if (Ending refused = call.confirm("Remove every entry of " + given->agent + " whose key begins with " + given->prefix + "?");
          refused.failure()) {
        return refused;
      }
    }
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t removed, session.memory().remove_prefix({.agent_id = given->agent, .prefix = given->prefix}));
    return call.out().object(Record().integer("removed", removed));
  };
}

Action stats(Arguments& arguments) {
  const auto agent = Arguments::keep<std::optional<std::string>>();
  arguments.positional({"AGENT", "", "Of this agent alone"}, *agent);
  return [agent](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(agent->value_or("")));
    return show(call, session.memory().stats(*agent));
  };
}

Action quota(Arguments& arguments) {
  struct Given {
    std::string agent;
    MemoryQuota quota;
    bool none = false;
  };
  const auto given = Arguments::keep<Given>();
  declare_agent(arguments, given->agent);
  arguments.option({"--entries", "N", "At most so many entries"}, given->quota.entries);
  arguments.option({"--bytes", "N", "At most so many bytes of keys, values and metadata"}, given->quota.bytes);
  arguments.flag({"--none", "", "Lift the limits"}, given->none);
  arguments.note("Without an option it shows the quota. With one it sets both limits: what is not named is unlimited.");
  arguments.example("waggle memory quota ann --entries 1000 --bytes 1000000", "limits what ann may keep from now on");
  return [given](Call& call) -> Ending {
    const bool limits = given->quota.entries || given->quota.bytes;
    if (limits && given->none) return usage_failure("--none with a limit", "give either --none, or --entries and --bytes");
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    if (!limits && !given->none) return show(call, session.memory().quota(given->agent));
    return show(call, session.memory().set_quota(given->agent, given->quota));
  };
}

constexpr Verb kVerbs[] = {
    {"put", "Store a value", put},
    {"get", "Show an entry", get},
    {"query", "Find entries by a part of the key", query},
    {"recall", "Find entries by what they say or mean", recall_memories},
    {"list", "List an agent's entries, newest first", list},
    {"remove", "Remove an entry", remove},
    {"touch", "Give an entry a new time to live", touch},
    {"remove-prefix", "Remove all entries whose keys begin alike", remove_prefix},
    {"stats", "Count entries and bytes", stats},
    {"quota", "Show or set what an agent may keep", quota},
};

}  // namespace

const Noun kMemory = {"memory", "What agents know: JSON by agent and key", kVerbs};

}  // namespace waggle::cli
