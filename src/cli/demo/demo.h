// demo.h: `waggle demo`, the main job in small: a swarm of processes reads licences, remembers what they say, votes on them, loses a worker to
// SIGKILL, and proves by SQL that nothing was lost or done twice.
//
//   conductor.cc  --starts--> planner process (planner.cc)      makes tasks, opens proposals, calls the silent lost
//                 --starts--> N worker processes (worker.cc)    claim, read, remember, tell, vote
//                 --follows the change log--> board.cc --> live_table.cc, report.cc; verify.cc compares that with the tables
//
// The processes share nothing but the database. They are this program again, under hidden sub-commands:
//   waggle --config /dev/null --db DATABASE --agent NAME demo-worker        (or demo-planner)

#ifndef WAGGLE_CLI_DEMO_DEMO_H
#define WAGGLE_CLI_DEMO_DEMO_H

#include <cstdint>
#include <stop_token>
#include <string>

#include "waggle/error.h"

namespace waggle::cli {

struct DemoOptions {
  static constexpr int kWorkersMin = 2;  // one of them will be killed
  static constexpr int kWorkersMax = 64;

  // What is shown while it runs.
  enum class View : std::uint8_t {
    kTable,  // a live table on stdout when that is a terminal, else as kLines
    kLines,  // some lines of progress on stderr
    kNothing,
  };

  int workers = 8;
  std::string input = "/usr/share/common-licenses";  // the folder whose text files are read
  std::string keep_at;                               // where to leave the database; empty: in a temporary folder, removed at the end
  View view = View::kTable;
  std::stop_token stop;  // ends the demo early and tidily: cancelled
};

struct DemoOutcome {
  bool holds = false;  // did every check hold?
  std::string text;    // the report for people
  std::string json;    // the same as one JSON document in one line
};

// invalid_argument for options that cannot be, not_found for an input without texts, already_exists when there is a file at
// keep_at; all before anything is started. deadline or internal when the swarm did not get through. No child process is left, however it ends.
Result<DemoOutcome> run_demo(const DemoOptions& options);

// What a process of the swarm is told; all else stands in the database.
struct DemoProcess {
  std::string database;
  std::string agent;  // registered already
  std::stop_token stop;
};

// Both end by themselves when the planner dismisses the swarm, and at the latest after a minute (deadline).
Status run_demo_worker(const DemoProcess& process);
Status run_demo_planner(const DemoProcess& process);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_DEMO_DEMO_H
