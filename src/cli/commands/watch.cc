// watch.cc: `waggle watch`, the change log as it is and as it grows.

#include <array>

#include "cli/commands/commands.h"
#include "cli/show.h"
#include "cli/text.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"seq", "at", "entity", "entity_id", "op", "actor"});
// How often a follower looks whether anybody still reads what it prints. Changes themselves wake it at once.
constexpr Duration kBetweenLooks = std::chrono::seconds(5);

struct Given {
  std::optional<std::int64_t> from;
  ChangeFilter filter;
  bool follow = false;
};

// One change on one line, in the form of the output; for people without headings, because a log has no end to measure columns by.
std::string line_of(const Change& change, Format format) {
  const Record record = render(change);
  if (format != Format::kTable) return record.to_json() + "\n";
  std::string line;
  for (const std::string_view column : kColumns) line += (line.empty() ? "" : "  ") + printable(record.shown(column));
  return line + "\n";
}

// What the log holds at this moment.
Ending show_log(Call& call, const Session& session, const Given& given) {
  WAGGLE_ASSIGN_OR_RETURN(const ChangeRange range, session.changes().range());
  WAGGLE_ASSIGN_OR_RETURN(Watcher watcher, session.changes().watch(given.from, given.filter));
  std::vector<Record> gathered;  // for -o json alone, which is one document
  while (watcher.position() <= range.newest) {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<Change> changes, watcher.next(Duration::zero()));
    if (changes.empty()) break;
    for (const Change& change : changes) {
      if (change.seq > range.newest) break;
      if (call.out().format() == Format::kJson) {
        gathered.push_back(render(change));
      } else {
        WAGGLE_TRY(call.out().raw(line_of(change, call.out().format())));
      }
    }
    if (call.stop().stop_requested()) return Error(Code::kCancelled, "watching was stopped by a signal", "what was printed is a part of the log");
  }
  if (call.out().format() != Format::kJson) return {};
  return call.out().list({gathered, std::nullopt, kColumns});
}

// Each change as soon as it is committed, until a signal comes or nobody reads any more.
Ending follow_log(Call& call, const Session& session, const Given& given) {
  WAGGLE_ASSIGN_OR_RETURN(Watcher watcher, session.changes().watch(given.from, given.filter));
  while (!call.stop().stop_requested()) {
    const Result<std::vector<Change>> changes = watcher.next(kBetweenLooks);
    if (!changes && changes.error().code() == Code::kCancelled) break;
    if (!changes) return changes.error();
    for (const Change& change : *changes) WAGGLE_TRY(call.out().raw(line_of(change, call.out().format())));
    WAGGLE_TRY(call.out().flush());
    if (reader_is_gone(call.streams().out)) return Error(Code::kIo, "nobody reads the output any more", "start it again");
  }
  return Ending::silent(call.signal_status());
}

Action watch(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  arguments.option({"--from", "SEQ", "Start at this change, inclusive; else at the oldest that is kept"}, given->from);
  arguments.option({"--entity", "E", "Only swarm, agent, task, memory, message, proposal or vote; repeatable"}, given->filter.entities);
  arguments.flag({"-f,--follow", "", "Go on with every change as it is committed, until SIGINT or SIGTERM"}, given->follow);
  arguments.note(
      "-o jsonl prints an object a line, each as soon as it is there; a table is a line for each change. -o json is one document and cannot\n"
      "follow. With a --from that was trimmed away the answer is `stale`, which names the oldest change that is kept.");
  arguments.example("waggle watch --follow -o jsonl", "everything that happened and happens");
  arguments.example("waggle watch --from 100 --entity task --entity vote", "tasks and votes from change 100 on");
  return [given](Call& call) -> Ending {
    if (given->from && *given->from < 1) return Error(Code::kInvalidArgument, "--from: changes are counted from 1", "use 1, or leave --from out");
    if (given->follow && call.out().format() == Format::kJson) {
      return usage_failure("--follow with -o json, which is one document and so must end", "use -o jsonl");
    }
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return given->follow ? follow_log(call, session, *given) : show_log(call, session, *given);
  };
}

constexpr Verb kVerbs[] = {{"", "Print the change log", watch}};

}  // namespace

const Noun kWatch = {"watch", "The change log: every write, in commit order", kVerbs};

}  // namespace waggle::cli
