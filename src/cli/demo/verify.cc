// verify.cc: see verify.h.

#include "cli/demo/verify.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "cli/demo/corpus.h"

namespace waggle::cli::demo {
namespace {

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

std::int64_t integer_of(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

double real_of(const Value& value) {
  const auto* number = std::get_if<double>(&value);
  return number == nullptr ? static_cast<double>(integer_of(value)) : *number;
}

using Rows = std::vector<std::vector<Value>>;

Result<Rows> rows_of(const Database& database, std::string text) {
  WAGGLE_ASSIGN_OR_RETURN(ResultSet result, database.sql({.text = std::move(text)}));
  return std::move(result.rows);
}

// The first column of all rows, as a list for people.
std::string listed(const Rows& rows) {
  std::string list;
  for (const std::vector<Value>& row : rows) list += (list.empty() ? "" : ", ") + text_of(row[0]);
  return list;
}

// Holds when the query finds nothing; its first column names what is wrong.
Result<Check> nothing_found(const Database& database, Check check, std::string text) {
  WAGGLE_ASSIGN_OR_RETURN(const Rows rows, rows_of(database, std::move(text)));
  if (!rows.empty())
    check.problem += listed(rows);
  else
    check.problem.clear();
  return check;
}

// The names in the first column must be exactly these.
Result<Check> exactly(const Database& database, Check check, std::set<std::string> wanted, std::string text) {
  WAGGLE_ASSIGN_OR_RETURN(const Rows rows, rows_of(database, std::move(text)));
  for (const std::vector<Value>& row : rows) {
    if (wanted.erase(text_of(row[0])) == 0) check.problem += text_of(row[0]) + " is there without need or twice; ";
  }
  for (const std::string& name : wanted) check.problem += name + " is missing; ";
  return check;
}

Result<Check> check_files_once(const Database& database, const Report& report) {
  std::set<std::string> reading;
  for (const std::string& file : report.files) reading.insert(Assignment{Assignment::Kind::kRead, {file}}.task_id());
  return exactly(database, {"every file was processed exactly once", {}}, std::move(reading),
                 "SELECT entity_id FROM changes WHERE entity = 'task' AND op = 'complete' AND entity_id LIKE 'read/%'");
}

Result<Check> check_facts_once(const Database& database, const Report& report) {
  return exactly(database, {"the library has the facts of every file, stored once", {}}, {report.files.begin(), report.files.end()},
                 "SELECT substr(key, 7, length(key) - 12) FROM memory WHERE agent_id = 'library' AND key LIKE 'facts/%/title' AND version = 1");
}

Result<Check> check_no_task_lost(const Database& database, const Report& report) {
  std::set<std::string> planned;
  for (const PlannedTask& task : make_plan(report.files)) planned.insert(task.assignment.task_id());
  return exactly(database, {"no task was lost: all that were planned are completed", {}}, std::move(planned),
                 "SELECT id FROM tasks WHERE status = 'completed'");
}

Result<Check> check_killing(const Database& database, const Report& report) {
  Check check{"a worker was killed while it held a task, and another one finished it", {}};
  if (report.killing.agent.empty()) {
    check.problem = "no worker could be caught with a task in its hands";
    return check;
  }
  WAGGLE_ASSIGN_OR_RETURN(const ResultSet result,
                          database.sql({.text = "SELECT a.status, json_extract(t.result, '$.by'), t.attempt FROM tasks t, agents a"
                                                " WHERE t.id = :task AND a.id = :agent AND t.status = 'completed'",
                                        .parameters = {{"task", report.killing.task}, {"agent", report.killing.agent}}}));
  if (result.rows.size() != 1)
    check.problem = "the task " + report.killing.task + " is not completed";
  else if (text_of(result.rows[0][0]) != "lost")
    check.problem = report.killing.agent + " was not noticed to be lost";
  else if (text_of(result.rows[0][1]) == report.killing.agent || integer_of(result.rows[0][2]) < 2)
    check.problem = "the killed worker finished it itself";
  return check;
}

Result<Check> check_tallies(const Database& database, const Report& report) {
  Check check{"the tallies of the report are the sums of the votes", {}};
  std::map<std::string, std::map<std::string, double>> sums;
  WAGGLE_ASSIGN_OR_RETURN(const Rows rows, rows_of(database, "SELECT proposal_id, vote, sum(weight) FROM consensus GROUP BY 1, 2"));
  for (const std::vector<Value>& row : rows) sums[text_of(row[0])][text_of(row[1])] = real_of(row[2]);
  for (const Proposal& proposal : report.proposals) {
    std::map<std::string, double>& sum = sums[proposal.id];
    if (sum["approve"] != proposal.tally.approve || sum["reject"] != proposal.tally.reject || sum["abstain"] != proposal.tally.abstain) {
      check.problem += "\"" + proposal.topic + "\" differs; ";
    }
  }
  if (report.proposals.size() != report.files.size()) check.problem += "there is not one proposal a file; ";
  return check;
}

struct Count {
  std::string_view what;
  std::int64_t Deeds::* field;
  std::string_view text;  // two columns: agent, count
};

// The report counts what the change log told while it happened; the tables say what is there now.
Result<Check> check_report(const Database& database, const Report& report) {
  static constexpr Count kCounts[] = {
      {"tasks", &Deeds::tasks, "SELECT json_extract(result, '$.by'), count(*) FROM tasks WHERE status = 'completed' GROUP BY 1"},
      {"memories", &Deeds::memories, "SELECT writer, sum(version) FROM memory GROUP BY 1"},
      {"messages", &Deeds::messages, "SELECT from_agent, count(*) FROM messages GROUP BY 1"},
      {"votes", &Deeds::votes, "SELECT agent_id, count(*) FROM consensus GROUP BY 1"}};
  Check check{"the report equals the tables", {}};
  for (const Count& count : kCounts) {
    std::map<std::string, std::int64_t> found;
    WAGGLE_ASSIGN_OR_RETURN(const Rows rows, rows_of(database, std::string(count.text)));
    for (const std::vector<Value>& row : rows) found[text_of(row[0])] = integer_of(row[1]);
    for (const AgentReport& agent : report.agents) {
      const std::int64_t reported = agent.deeds.*count.field;
      if (found[agent.name] != reported) {
        check.problem += agent.name + " has " + std::to_string(reported) + " " + std::string(count.what) + " in the report and " +
                         std::to_string(found[agent.name]) + " in the table; ";
      }
    }
  }
  return check;
}

Result<Check> check_integrity(const Database& database) {
  Check check{"the database is sound", {}};
  WAGGLE_ASSIGN_OR_RETURN(const CheckReport report, database.check());
  for (const std::string& problem : report.problems) check.problem += problem + "; ";
  return check;
}

}  // namespace

Result<std::vector<Check>> verify(const Database& database, const Report& report) {
  std::vector<Check> checks;
  const auto add = [&](Result<Check> check) -> Status {
    if (!check) return check.error();
    checks.push_back(*std::move(check));
    return {};
  };
  WAGGLE_TRY(add(check_files_once(database, report)));
  WAGGLE_TRY(add(check_facts_once(database, report)));
  WAGGLE_TRY(add(check_no_task_lost(database, report)));
  WAGGLE_TRY(add(check_killing(database, report)));
  WAGGLE_TRY(add(nothing_found(database, {"every vote was cast once, by an elector", "counted otherwise: "},
                               "SELECT c.proposal_id || ' ' || c.agent_id FROM consensus c LEFT JOIN proposal_electors e"
                               " ON e.proposal_id = c.proposal_id AND e.agent_id = c.agent_id"
                               " GROUP BY c.proposal_id, c.agent_id HAVING count(*) <> 1 OR count(e.agent_id) <> 1"
                               " UNION ALL SELECT entity_id FROM changes WHERE entity = 'vote' GROUP BY entity_id HAVING count(*) <> 1")));
  WAGGLE_TRY(add(nothing_found(database, {"every proposal is decided", "still open: "}, "SELECT topic FROM proposals WHERE status <> 'decided'")));
  WAGGLE_TRY(add(check_tallies(database, report)));
  WAGGLE_TRY(add(nothing_found(database, {"every finding reached the planner", "not acknowledged: "},
                               "SELECT message_id FROM message_receipts WHERE agent_id = 'planner' AND acked_at IS NULL")));
  WAGGLE_TRY(add(check_report(database, report)));
  WAGGLE_TRY(add(check_integrity(database)));
  return checks;
}

}  // namespace waggle::cli::demo
