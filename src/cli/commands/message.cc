// message.cc: `waggle message ...`, what agents tell each other.

#include <array>

#include "cli/commands/commands.h"
#include "cli/content.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"id", "seq", "from_agent", "message_type", "content", "delivery", "created_at"});
constexpr Spelling kAgentName = {"AGENT", "", "Whose inbox"};
constexpr Spelling kVisibility = {"--visibility", "DUR", "What is not acknowledged within it comes again; 30s by default"};

struct Addressees {
  std::optional<std::string> agent;
  std::optional<std::string> topic;
  bool everyone = false;
};

// One of the three; nullopt when none or several were given.
std::optional<Recipients> choose(const Addressees& to) {
  if (static_cast<int>(to.agent.has_value()) + static_cast<int>(to.topic.has_value()) + static_cast<int>(to.everyone) != 1) return std::nullopt;
  if (to.agent) return Recipients::agent(*to.agent);
  return to.topic ? Recipients::topic(*to.topic) : Recipients::everyone();
}

Action send(Arguments& arguments) {
  struct Given {
    Content content;
    Addressees to;
    NewMessage message = {.to = Recipients::everyone()};
  };
  const auto given = Arguments::keep<Given>();
  declare_content(arguments, "CONTENT", given->content);
  arguments.required({"--swarm", "ID", "The swarm in which it is sent"}, given->message.swarm_id);
  arguments.required({"--from", "A", "Who sends it"}, given->message.from);
  arguments.option({"--to", "A", "To one agent"}, given->to.agent);
  arguments.option({"--topic", "T", "To the subscribers of a topic"}, given->to.topic);
  arguments.flag({"--broadcast", "", "To all agents of the swarm but the sender"}, given->to.everyone);
  arguments.required({"--type", "T", "What kind of message it is, in words of your own"}, given->message.message_type);
  arguments.option({"--reply-to", "ID", "The message that this one answers"}, given->message.reply_to);
  arguments.option({"--ttl", "DUR", "It is delivered to nobody after this"}, given->message.ttl);
  arguments.option({"--dedup-key", "K", "A second message under this key is not sent: the first is answered"}, given->message.dedup_key);
  arguments.example("waggle message send --swarm hive --from ann --to bob --type finding '{\"page\":3}'", "to one agent");
  arguments.example("waggle message send --swarm hive --from ann --broadcast --type note --text 'back soon'", "to all the others");
  return [given](Call& call) -> Ending {
    const std::optional<Recipients> to = choose(given->to);
    if (!to) return usage_failure("exactly one of --to, --topic and --broadcast is needed", "see `waggle message send --help`");
    given->message.to = *to;
    WAGGLE_ASSIGN_OR_RETURN(given->message.content, read_content(call, given->content));
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->message.from));
    return show(call, session.messages().send(given->message));
  };
}

template <Result<Subscription> (MessageStore::*kOperation)(const Subscription&)>
Action subscription(Arguments& arguments) {
  const auto given = Arguments::keep<Subscription>();
  arguments.positional({"AGENT", "", "Who subscribes"}, given->agent_id);
  arguments.positional({"TOPIC", "", "A word of your own"}, given->topic);
  arguments.required({"--swarm", "ID", "The swarm in which the topic is spoken of"}, given->swarm_id);
  arguments.example("waggle message subscribe bob news --swarm hive", "bob gets what is sent with --topic news from now on");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent_id));
    MessageStore messages = session.messages();
    return show(call, (messages.*kOperation)(*given));
  };
}

struct Receiving {
  std::string agent;
  Receive receive;
  bool acknowledge = false;
  Duration timeout{};
};

void declare_receiving(Arguments& arguments, Receiving& given) {
  arguments.positional(kAgentName, given.agent);
  arguments.option({"-n,--count", "N", "At most so many; 100 by default"}, given.receive.count);
  arguments.option(kVisibility, given.receive.visibility);
  arguments.flag({"--ack", "", "Acknowledge them at once"}, given.acknowledge);
}

Receive receive_of(const Receiving& given) {
  Receive receive = given.receive;
  if (given.acknowledge) receive.ack = Receive::Ack::kNow;
  return receive;
}

Action inbox(Arguments& arguments) {
  const auto given = Arguments::keep<Receiving>();
  declare_receiving(arguments, *given);
  arguments.note("Messages come oldest first, and again after --visibility until they are acknowledged.");
  arguments.example("waggle message inbox bob --ack -o jsonl", "takes what is waiting for bob, for good");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    return show_all(call, session.messages().inbox(given->agent, receive_of(*given)), kColumns);
  };
}

Action ack(Arguments& arguments) {
  struct Given {
    std::string agent;
    std::vector<std::string> ids;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional(kAgentName, given->agent);
  arguments.positional({"MESSAGE_ID", "", "Messages of the inbox"}, given->ids);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t acknowledged, session.messages().ack(given->agent, given->ids));
    return call.out().object(Record().integer("acked", acknowledged));
  };
}

Action wait(Arguments& arguments) {
  const auto given = Arguments::keep<Receiving>();
  declare_receiving(arguments, *given);
  arguments.required({"--timeout", "DUR", "How long to wait at most"}, given->timeout);
  arguments.note("The list is empty, and the exit status 0, when nothing came.");
  arguments.example("waggle message wait bob --timeout 1m", "waits for the next messages");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session(given->agent));
    return show_all(call, session.messages().wait(given->agent, given->timeout, receive_of(*given)), kColumns);
  };
}

constexpr Verb kVerbs[] = {
    {"send", "Send a message", send},
    {"subscribe", "Get messages on a topic", subscription<&MessageStore::subscribe>},
    {"unsubscribe", "Get no more of them", subscription<&MessageStore::unsubscribe>},
    {"inbox", "Take what is waiting for an agent", inbox},
    {"ack", "Acknowledge messages", ack},
    {"wait", "Wait for messages", wait},
};

}  // namespace

const Noun kMessage = {"message", "What agents tell each other", kVerbs};

}  // namespace waggle::cli
