// render.h: Waggle's objects as records: every documented field, in the documented order. One .cc for each kind.

#ifndef WAGGLE_CLI_RENDER_H
#define WAGGLE_CLI_RENDER_H

#include <string>

#include "cli/record.h"
#include "cli/table.h"
#include "waggle/database.h"
#include "waggle/recall.h"

namespace waggle::cli {

Record render(const Swarm& swarm);
Record render(const SwarmSummary& summary);
Record render(const Agent& agent);
Record render(const ReapResult& result);
Record render(const Task& task);  // with lease_token when the task holds one
Record render(const TaskGraph& graph);
Record render(const MemoryEntry& entry);
Record render(const MemoryStats& stats);
Record render(const MemoryQuota& quota);
Record render(const RecallMatch& match);
Record render(const RecallPlan& plan);
Record render(const Message& message);
Record render(const Subscription& subscription);
Record render(const Proposal& proposal);
Record render(const Collection& collection);
Record render(const VectorEntry& entry);  // with its embedding when it has one
Record render(const VectorMatch& match);
Record render(const SearchPlan& plan);
Record render(const ReindexReport& report);
Record render(const Change& change);
Record render(const ResultSet& answer);
Record render(const DatabaseInfo& info);
Record render(const DatabaseStats& stats);
Record render(const CheckReport& report);

// The graph in the DOT language, for graphviz.
std::string format_dot(const TaskGraph& graph);
// The rows of an answer as a table, or how many rows were changed when it has no columns.
std::string format_answer(const ResultSet& answer, Colour colour);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_RENDER_H
