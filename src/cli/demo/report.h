// report.h: what the demo tells at its end, as text for people and as JSON for programs.

#ifndef WAGGLE_CLI_DEMO_REPORT_H
#define WAGGLE_CLI_DEMO_REPORT_H

#include <cstdint>
#include <string>
#include <vector>

#include "cli/demo/board.h"
#include "cli/demo/latency.h"
#include "cli/demo/questions.h"
#include "waggle/waggle.h"

namespace waggle::cli::demo {

struct AgentReport {
  std::string name;
  std::string type;
  std::string status;
  Deeds deeds;
};

struct LatencyReport {
  std::string operation;
  Histogram histogram;
};

// What became of the worker that was killed.
struct Killing {
  std::string agent;
  std::string task;         // that it held
  std::string finished_by;  // who did it then
};

// One thing that must hold.
struct Check {
  std::string name;
  std::string problem;  // empty: it holds

  bool holds() const { return problem.empty(); }
};

struct Report {
  std::string input;
  std::string database;  // where it was left; empty when it was removed
  double seconds = 0;
  std::vector<std::string> files;
  Killing killing;
  std::vector<AgentReport> agents;
  std::vector<Proposal> proposals;  // oldest first
  std::vector<LatencyReport> latencies;
  std::vector<Answer> answers;
  std::vector<Check> checks;

  bool holds() const;
};

std::string to_text(const Report& report);
// One document in one line.
std::string to_json(const Report& report);

// The parts of the report that stand in the database, put together by the library's calls; the counts are the board's.
Result<std::vector<AgentReport>> report_agents(const Session& session, const Board& board);
Result<std::vector<Proposal>> report_proposals(const Session& session);
// Of all agents together; those of the killed worker died with it.
Result<std::vector<LatencyReport>> report_latencies(const Database& database);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_REPORT_H
