// demo.h: `waggle demo`, the main job in small: a swarm of processes reads licences, remembers what they say, votes on them, loses a worker to
// SIGKILL, and proves by SQL that nothing was lost or done twice.
//
//   demo.cc (conductor) --starts--> planner process (planner.cc)      makes tasks, opens proposals, reaps the silent
//                       --starts--> N worker processes (worker.cc)    claim, read, remember, tell, vote
//                       --follows the change log--> live_table.cc, report.cc; verify.cc compares that with the tables
//
// The processes share nothing but the database. They are this program again, under hidden sub-commands:
//   waggle --db DATABASE --agent NAME demo-worker        waggle --db DATABASE --agent NAME demo-planner

#ifndef WAGGLE_CLI_DEMO_DEMO_H
#define WAGGLE_CLI_DEMO_DEMO_H

#include <cstdint>
#include <stop_token>
#include <string>

namespace waggle::cli {

struct DemoOptions {
  enum class Output : std::uint8_t { kText, kJson };

  int workers = 8;                                    // 2 to 64: one of them will be killed
  std::string input = "/usr/share/common-licenses";  // the folder whose text files are read
  std::string keep_at;                                // where to leave the database; empty: in a temporary folder, removed at the end
  Output output = Output::kText;
  std::stop_token stop;                               // ends the demo early and tidily, with exit code 130
};

// Runs the demo and answers the exit code: 0 when every check held, 1 when one did not, 2 for options or an input that cannot be used.
// Prints the report on stdout; a live table as well when stdout is a terminal, otherwise some lines of progress on stderr.
int run_demo(const DemoOptions& options);

// What a process of the swarm is told; all else stands in the database.
struct DemoProcess {
  std::string database;
  std::string agent;  // registered already
  std::stop_token stop;
};

// Both end by themselves when the planner dismisses the swarm, and at the latest after a minute. 0, or 1 with the reason on stderr.
int run_demo_worker(const DemoProcess& process);
int run_demo_planner(const DemoProcess& process);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_DEMO_DEMO_H
