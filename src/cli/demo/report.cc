// report.cc: see report.h.

#include "cli/demo/report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "cli/demo/protocol.h"
#include "cli/demo/table.h"
#include "cli/text.h"

namespace waggle::cli::demo {
namespace {

using Align = Table::Align;

constexpr std::size_t kWidth = 132;

std::string fixed(double number, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, number);
  return text.data();
}

std::string milliseconds(Duration duration) { return fixed(static_cast<double>(duration.count()) / 1'000, 2); }

// Weights are whole numbers here.
std::string weight(double sum) { return fixed(sum, 0); }

std::string outcome_of(const Proposal& proposal) { return proposal.outcome ? std::string(to_string(*proposal.outcome)) : "open"; }

void append(std::string& out, std::string_view heading, const Table& table) {
  out.append("\n").append(heading).append("\n");
  for (const std::string& line : table.lines(kWidth)) out.append("  ").append(line).append("\n");
}

void append_answers(std::string& out, const std::vector<Answer>& answers) {
  for (const Answer& answer : answers) {
    out.append("\nWhat does the swarm remember of \"" + answer.question + "\"? " + std::to_string(answer.passages) +
               (answer.passages == 1 ? " passage" : " passages"));
    out.append(answer.quotes.empty() ? ".\n" : ", the closest:\n");
    for (const Quote& quote : answer.quotes) {
      out.append("  " + printable(quote.file) + ", paragraph " + std::to_string(quote.paragraph) + ": " + printable(quote.text) + "\n");
    }
  }
}

Table agents_table(const std::vector<AgentReport>& agents) {
  Table table({{"AGENT"},
               {"TYPE"},
               {"STATUS"},
               {"TASKS", Align::kRight},
               {"MEMORIES", Align::kRight},
               {"MESSAGES", Align::kRight},
               {"VOTES", Align::kRight}});
  for (const AgentReport& agent : agents) {
    table.add({agent.name, agent.type, agent.status, std::to_string(agent.deeds.tasks), std::to_string(agent.deeds.memories),
               std::to_string(agent.deeds.messages), std::to_string(agent.deeds.votes)});
  }
  return table;
}

Table proposals_table(const std::vector<Proposal>& proposals) {
  Table table({{"PROPOSAL"},
               {"RULE"},
               {"OUTCOME"},
               {"APPROVE", Align::kRight},
               {"REJECT", Align::kRight},
               {"ABSTAIN", Align::kRight},
               {"NOT CAST", Align::kRight}});
  for (const Proposal& proposal : proposals) {
    table.add({proposal.topic, proposal.rule.to_string(), outcome_of(proposal), weight(proposal.tally.approve), weight(proposal.tally.reject),
               weight(proposal.tally.abstain), weight(proposal.tally.pending)});
  }
  return table;
}

Table latencies_table(const std::vector<LatencyReport>& latencies) {
  Table table({{"OPERATION"}, {"COUNT", Align::kRight}, {"P50 MS", Align::kRight}, {"P95 MS", Align::kRight}, {"P99 MS", Align::kRight}});
  for (const LatencyReport& latency : latencies) {
    const Histogram& histogram = latency.histogram;
    table.add({latency.operation, std::to_string(histogram.count()), milliseconds(histogram.percentile(0.5)),
               milliseconds(histogram.percentile(0.95)), milliseconds(histogram.percentile(0.99))});
  }
  return table;
}

// An empty text is one that is absent.
void write_present(base::JsonWriter& json, std::string_view text) {
  if (text.empty())
    json.null();
  else
    json.string(text);
}

void write_killing(base::JsonWriter& json, const Killing& killing) {
  json.key("killed").begin_object().key("agent_id");
  write_present(json, killing.agent);
  json.key("task_id");
  write_present(json, killing.task);
  json.key("finished_by");
  write_present(json, killing.finished_by);
  json.end_object();
}

void write_deeds(base::JsonWriter& json, const Deeds& deeds) {
  json.key("tasks").integer(deeds.tasks).key("memories").integer(deeds.memories);
  json.key("messages").integer(deeds.messages).key("votes").integer(deeds.votes);
}

void write_agents(base::JsonWriter& json, const std::vector<AgentReport>& agents) {
  json.key("agents").begin_array();
  for (const AgentReport& agent : agents) {
    json.begin_object().key("id").string(agent.name).key("agent_type").string(agent.type).key("status").string(agent.status);
    write_deeds(json, agent.deeds);
    json.end_object();
  }
  json.end_array();
}

void write_proposals(base::JsonWriter& json, const std::vector<Proposal>& proposals) {
  json.key("proposals").begin_array();
  for (const Proposal& proposal : proposals) {
    json.begin_object().key("topic").string(proposal.topic).key("rule").string(proposal.rule.to_string()).key("outcome");
    write_present(json, proposal.outcome ? to_string(*proposal.outcome) : std::string_view());
    json.key("tally").begin_object().key("approve").number(proposal.tally.approve).key("reject").number(proposal.tally.reject);
    json.key("abstain").number(proposal.tally.abstain).key("pending").number(proposal.tally.pending).end_object().end_object();
  }
  json.end_array();
}

void write_latencies(base::JsonWriter& json, const std::vector<LatencyReport>& latencies) {
  json.key("latencies").begin_array();
  for (const LatencyReport& latency : latencies) {
    const auto seconds = [&](double fraction) { return static_cast<double>(latency.histogram.percentile(fraction).count()) / 1e6; };
    json.begin_object().key("operation").string(latency.operation).key("count").integer(latency.histogram.count());
    json.key("p50_s").number(seconds(0.5)).key("p95_s").number(seconds(0.95)).key("p99_s").number(seconds(0.99)).end_object();
  }
  json.end_array();
}

void write_answers(base::JsonWriter& json, const std::vector<Answer>& answers) {
  json.key("answers").begin_array();
  for (const Answer& answer : answers) {
    json.begin_object().key("question").string(answer.question).key("passages").integer(answer.passages).key("quotes").begin_array();
    for (const Quote& quote : answer.quotes) {
      json.begin_object().key("file").string(quote.file).key("paragraph").integer(quote.paragraph).key("text").string(quote.text).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_checks(base::JsonWriter& json, const std::vector<Check>& checks) {
  json.key("checks").begin_array();
  for (const Check& check : checks) {
    json.begin_object().key("name").string(check.name).key("ok").boolean(check.holds()).key("problem");
    write_present(json, check.problem);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

bool Report::holds() const {
  return std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.holds(); });
}

std::string to_text(const Report& report) {
  std::string out = "A swarm of " + std::to_string(report.agents.size()) + " agents read " + std::to_string(report.files.size()) + " texts of " +
                    printable(report.input) + " in " + fixed(report.seconds, 1) + " s.\n";
  if (!report.killing.agent.empty()) {
    out += report.killing.agent + " was killed while it held \"" + printable(report.killing.task) + "\"; " + report.killing.finished_by +
           " finished it.\n";
  }
  append(out, "Agents", agents_table(report.agents));
  append(out, "Votes", proposals_table(report.proposals));
  append(out, "Latencies, measured by the agents", latencies_table(report.latencies));
  append_answers(out, report.answers);
  out += "\nChecks, by SQL on what stands in the file\n";
  for (const Check& check : report.checks)
    out += check.holds() ? "  ok      " + check.name + "\n" : "  FAILED  " + check.name + ": " + printable(check.problem) + "\n";
  if (!report.database.empty()) out += "\nThe database is left at " + printable(report.database) + "\n";
  return out;
}

std::string to_json(const Report& report) {
  base::JsonWriter json;
  json.begin_object().key("ok").boolean(report.holds()).key("input").string(report.input).key("database");
  write_present(json, report.database);
  json.key("elapsed_s").number(report.seconds).key("files").raw(base::write_string_array(report.files));
  write_killing(json, report.killing);
  write_agents(json, report.agents);
  write_proposals(json, report.proposals);
  write_latencies(json, report.latencies);
  write_answers(json, report.answers);
  write_checks(json, report.checks);
  json.end_object();
  return json.take() + "\n";
}

Result<std::vector<AgentReport>> report_agents(const Session& session, const Board& board) {
  WAGGLE_ASSIGN_OR_RETURN(Page<Agent> page, session.agents().list({.swarm_id = std::string(kSwarm)}));
  std::reverse(page.items.begin(), page.items.end());
  std::vector<AgentReport> agents;
  for (Agent& agent : page.items) agents.push_back({agent.id, agent.agent_type, agent.status, board.deeds_of(agent.id)});
  return agents;
}

Result<std::vector<Proposal>> report_proposals(const Session& session) {
  WAGGLE_ASSIGN_OR_RETURN(Page<Proposal> page, session.consensus().list({.swarm_id = std::string(kSwarm)}));
  std::reverse(page.items.begin(), page.items.end());
  return std::move(page.items);
}

Result<std::vector<LatencyReport>> report_latencies(const Database& database) {
  WAGGLE_ASSIGN_OR_RETURN(const ResultSet found,
                          database.sql({.text = "SELECT m.key, e.key, sum(e.value) FROM memory m, json_each(m.value) e"
                                                " WHERE m.key >= :prefix AND m.key < :end GROUP BY 1, 2",
                                        .parameters = {{"prefix", std::string(kLatencyPrefix)}, {"end", std::string("latency0")}}}));
  std::map<std::string, Histogram> merged;
  for (const std::vector<Value>& row : found.rows) {
    const auto* key = std::get_if<std::string>(&row[0]);
    const auto* bound = std::get_if<std::string>(&row[1]);
    const auto* count = std::get_if<std::int64_t>(&row[2]);
    if (key == nullptr || bound == nullptr || count == nullptr) return Error(Code::kInternal, "a latency in the memory is no histogram");
    std::int64_t bound_us = 0;
    std::from_chars(bound->data(), bound->data() + bound->size(), bound_us);
    merged[key->substr(kLatencyPrefix.size())].add_bucket(bound_us, *count);
  }
  std::vector<LatencyReport> latencies;
  for (auto& [operation, histogram] : merged) latencies.push_back({operation, std::move(histogram)});
  return latencies;
}

}  // namespace waggle::cli::demo
