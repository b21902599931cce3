// demo.cc: `waggle demo`, and the hidden commands that its processes run.

#include "cli/demo/demo.h"

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

constexpr int kDoesNotHold = 1;

DemoOptions::View view_of(const Call& call) {
  if (call.settings().quiet) return DemoOptions::View::kNothing;
  return call.settings().format == Format::kTable ? DemoOptions::View::kTable : DemoOptions::View::kLines;
}

Action demo(Arguments& arguments) {
  struct Given {
    DemoOptions options;
    bool keep = false;
  };
  const auto given = Arguments::keep<Given>();
  arguments.option({"--workers", "N", "How many worker processes, 2 to 64; 8 by default"}, given->options.workers);
  arguments.option({"--input", "DIR", "A folder of texts, of which the first 100 are read; /usr/share/common-licenses by default"},
                   given->options.input);
  arguments.flag({"--keep", "", "Leave the database at --db, where none may be yet"}, given->keep);
  arguments.note(
      "A swarm of processes reads licences, remembers what they say, tells each other, and votes. One worker is killed in the middle and the others\n"
      "finish its work. Then the demo proves by SQL that nothing was lost or done twice; exit status 1 when something was.");
  arguments.example("waggle demo", "runs it in a temporary folder");
  arguments.example("waggle demo --workers 4 --keep --db review.db", "leaves the database to look at");
  return [given](Call& call) -> Ending {
    if (given->keep) given->options.keep_at = call.settings().database;
    given->options.view = view_of(call);
    call.catch_signals();
    given->options.stop = call.stop();
    WAGGLE_ASSIGN_OR_RETURN(const DemoOutcome outcome, run_demo(given->options));
    WAGGLE_TRY(call.out().raw(call.out().format() == Format::kTable ? outcome.text : outcome.json));
    return outcome.holds ? Ending() : Ending::silent(kDoesNotHold);
  };
}

// One process of the swarm: the database and its name come by the global options.
template <Status (*kRun)(const DemoProcess&)>
Action process(Arguments&) {
  return [](Call& call) -> Ending {
    call.catch_signals();
    return kRun({.database = call.settings().database, .agent = call.settings().agent.value_or(""), .stop = call.stop()});
  };
}

constexpr Verb kDemoVerbs[] = {{"", "A swarm of processes at work, and proof that nothing is lost", demo}};
constexpr Verb kWorkerVerbs[] = {{"", "A worker of the demo", process<run_demo_worker>}};
constexpr Verb kPlannerVerbs[] = {{"", "The planner of the demo", process<run_demo_planner>}};

}  // namespace

const Noun kDemo = {"demo", "A swarm of processes at work, and proof that nothing is lost", kDemoVerbs};
const Noun kDemoWorker = {"demo-worker", "A worker of the demo", kWorkerVerbs, Visibility::kHidden};
const Noun kDemoPlanner = {"demo-planner", "The planner of the demo", kPlannerVerbs, Visibility::kHidden};

}  // namespace waggle::cli
