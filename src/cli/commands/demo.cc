// demo.cc: `waggle demo`, and the processes that it starts.

#include "cli/demo/demo.h"

#include <utility>

#include "cli/commands/commands.h"
#include "cli/text.h"

namespace waggle::cli {

namespace {

constexpr int kNotOk = 1;

struct Given {
  std::int64_t workers = DemoOptions().workers;
  std::string input = DemoOptions().input;
  bool keep = false;
};

Ending show(Call& call, const DemoOutcome& outcome) {
  if (call.out().format() == Format::kTable) {
    WAGGLE_TRY(call.out().raw(outcome.text));
  } else {
    WAGGLE_TRY(call.out().raw(outcome.json));
  }
  return outcome.holds ? Ending() : Ending::silent(kNotOk);
}

Action demo(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  arguments.option({"--workers", "N", "Worker processes, 2 to 64 (default 8); one of them is killed in the middle"}, given->workers);
  arguments.option({"--input", "DIR", "Read the text files of this folder (default /usr/share/common-licenses)"}, given->input);
  arguments.flag({"--keep", "", "Leave the database at --db (default waggle.db), which must not exist yet"}, given->keep);
  arguments.note(
      "A planner and some workers, each a process of its own, review licences through one database: they claim tasks, remember what they read, send\n"
      "messages and vote. One worker is killed while it holds a task; another one finishes it. At the end SQL checks that everything was done exactly\n"
      "once and is as reported. Exit status 1 when a check does not hold.");
  arguments.example("waggle demo", "some seconds, and a report");
  arguments.example("waggle demo --workers 4 --input ~/texts --keep --db review.db", "other texts; the database stays");
  return [given](Call& call) -> Ending {
    if (given->workers < DemoOptions::kWorkersMin || given->workers > DemoOptions::kWorkersMax) {
      return Error(Code::kInvalidArgument, "--workers must be 2 to 64", "choose a number between them");
    }
    call.catch_signals();
    DemoOptions options{.workers = static_cast<int>(given->workers), .input = given->input, .stop = call.stop()};
    if (given->keep) options.keep_at = call.settings().database;
    if (call.out().format() != Format::kTable) options.view = DemoOptions::View::kLines;
    if (call.settings().quiet) options.view = DemoOptions::View::kNothing;
    WAGGLE_ASSIGN_OR_RETURN(const DemoOutcome outcome, run_demo(options));
    return show(call, outcome);
  };
}

DemoProcess process_of(const Call& call) { return {.database = call.settings().database, .agent = call.settings().agent.value_or("")}; }

Action demo_worker(Arguments&) {
  return [](Call& call) -> Ending { return run_demo_worker(process_of(call)); };
}

Action demo_planner(Arguments&) {
  return [](Call& call) -> Ending { return run_demo_planner(process_of(call)); };
}

constexpr Verb kDemoVerbs[] = {{"", "Watch a swarm work, lose a worker, and prove that nothing was lost", demo}};
constexpr Verb kWorkerVerbs[] = {{"", "A worker process of the demo", demo_worker}};
constexpr Verb kPlannerVerbs[] = {{"", "The planner process of the demo", demo_planner}};

}  // namespace

const Noun kDemo = {"demo", "Watch a swarm work, lose a worker, and prove that nothing was lost", kDemoVerbs};
const Noun kDemoWorker = {"demo-worker", "A worker process of the demo", kWorkerVerbs};
const Noun kDemoPlanner = {"demo-planner", "The planner process of the demo", kPlannerVerbs};

}  // namespace waggle::cli
