// render_task.cc: tasks, and their graph as JSON and as DOT.

#include <utility>

#include "base/json.h"
#include "cli/render.h"

namespace waggle::cli {

namespace {

// A quoted identifier of DOT. Only the quote and the backslash are special in it; line breaks are written as \n to keep a node on one line.
std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c != '\0' && c != '\r') {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

Record render(const Task& task) {
  Record record;
  record.text("id", task.id).text("description", task.description).integer("priority", task.priority).text("status", to_string(task.status));
  record.text("swarm_id", task.swarm_id).text("parent_id", task.parent_id).texts("dependencies", task.dependencies);
  record.texts("required_capabilities", task.required_capabilities).texts("assigned_agents", task.assigned_agents);
  record.integer("attempt", task.attempt).integer("max_attempts", task.max_attempts).time("not_before", task.not_before);
  record.text("lease_owner", task.lease_owner).time("lease_expires_at", task.lease_expires_at).json("result", task.result);
  record.text("error", task.error).time("created_at", task.created_at).time("updated_at", task.updated_at).time("completed_at", task.completed_at);
  if (task.lease_token) record.text("lease_token", task.lease_token);
  return record;
}

Record render(const TaskGraph& graph) {
  std::vector<Record> nodes;
  nodes.reserve(graph.nodes.size());
  for (const Task& task : graph.nodes) nodes.push_back(render(task));
  base::JsonWriter edges;
  edges.begin_array();
  for (const TaskEdge& edge : graph.edges) edges.begin_object().key("from").string(edge.from).key("to").string(edge.to).end_object();
  edges.end_array();
  Record record;
  record.records("nodes", nodes).written("edges", std::move(edges));
  return record;
}

std::string format_dot(const TaskGraph& graph) {
  std::string out = "digraph tasks {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const Task& task : graph.nodes) {
    out += "  " + dot_quoted(task.id) + " [label=" + dot_quoted(task.description + "\n" + std::string(to_string(task.status))) + "];\n";
  }
  for (const TaskEdge& edge : graph.edges) out += "  " + dot_quoted(edge.from) + " -> " + dot_quoted(edge.to) + ";\n";
  return out + "}\n";
}

}  // namespace waggle::cli
