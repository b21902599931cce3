// values.cc: the parsers of arguments, each a pure function.

#include "cli/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/time_text.h"

namespace waggle::cli {

namespace {

template <typename T>
struct Choice {
  std::string_view name;
  T value;
};

Error not_one_of(std::string_view names) {
  return Error(Code::kInvalidArgument, "is none of the words allowed here", "use one of: " + std::string(names));
}

template <typename T, std::size_t kCount>
Status choose(std::string_view text, const std::array<Choice<T>, kCount>& choices, T& out) {
  std::string names;
  for (const Choice<T>& choice : choices) {
    if (choice.name == text) {
      out = choice.value;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  return not_one_of(names);
}

template <typename T>
Status accept(std::optional<T> parsed, std::string_view names, T& out) {
  if (!parsed) return not_one_of(names);
  out = *parsed;
  return {};
}

template <typename T>
Status parse_decimal(std::string_view text, T& out) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem == std::errc() && end == text.data() + text.size()) return {};
  return Error(Code::kInvalidArgument, "is not a whole number in range", "use decimal digits, for example 5 or -3");
}

template <typename T>
Status accept(Result<T> parsed, T& out) {
  if (!parsed) return parsed.error();
  out = *std::move(parsed);
  return {};
}

}  // namespace

Timestamp When::resolve(const base::Clock& clock) const {
  if (const auto* time = std::get_if<Timestamp>(&moment)) return *time;
  return clock.now() + std::get<Duration>(moment);
}

Status read_value(std::string_view text, std::string& out) {
  out = text;
  return {};
}

Status read_value(std::string_view text, std::int64_t& out) { return parse_decimal(text, out); }

Status read_value(std::string_view text, int& out) { return parse_decimal(text, out); }

Status read_value(std::string_view text, double& out) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem == std::errc() && end == text.data() + text.size() && std::isfinite(out)) return {};
  return Error(Code::kInvalidArgument, "is not a number", "use, for example, 0.5 or -2");
}

Status read_value(std::string_view text, Metric& out) { return accept(parse_metric(text), "cosine, dot, l2", out); }
Status read_value(std::string_view text, IndexKind& out) { return accept(parse_index_kind(text), "auto, exact, hnsw", out); }
Status read_value(std::string_view text, VectorStorage& out) { return accept(parse_vector_storage(text), "f32, f16, bf16, int8", out); }

Status read_value(std::string_view text, Duration& out) { return accept(base::parse_duration(text), out); }

Status read_value(std::string_view text, When& out) {
  if (text.starts_with('+')) {
    Duration from_now{};
    WAGGLE_TRY(read_value(text.substr(1), from_now));
    out.moment = from_now;
    return {};
  }
  WAGGLE_ASSIGN_OR_RETURN(out.moment, base::parse_time(text));
  return {};
}

Status read_value(std::string_view text, Json& out) {
  WAGGLE_ASSIGN_OR_RETURN(out.text, base::normalise_json(text));
  return {};
}

Status read_value(std::string_view text, Topology& out) { return accept(parse_topology(text), "mesh, hierarchical, ring, star, custom", out); }

Status read_value(std::string_view text, TaskStatus& out) {
  return accept(parse_task_status(text), "pending, ready, running, completed, failed, cancelled", out);
}

Status read_value(std::string_view text, VoteChoice& out) { return accept(parse_vote_choice(text), "approve, reject, abstain", out); }

Status read_value(std::string_view text, ProposalStatus& out) { return accept(parse_proposal_status(text), "open, decided", out); }

Status read_value(std::string_view text, OnDeadline& out) { return accept(parse_on_deadline(text), "reject, approve, tally", out); }

Status read_value(std::string_view text, VotingRule& out) { return accept(VotingRule::parse(text), out); }

Status read_value(std::string_view text, Elector& out) {
  const std::size_t equals = text.rfind('=');
  out.agent_id = text.substr(0, equals);
  out.weight = 1;
  if (equals == std::string_view::npos) return {};
  const std::string_view weight = text.substr(equals + 1);
  const auto [end, problem] = std::from_chars(weight.data(), weight.data() + weight.size(), out.weight);
  if (problem == std::errc() && end == weight.data() + weight.size()) return {};
  return Error(Code::kInvalidArgument, "has a weight that is no number", "use AGENT or AGENT=WEIGHT, for example ann=2.5");
}

Status read_value(std::string_view text, Entity& out) {
  return accept(parse_entity(text), "swarm, agent, task, memory, message, proposal, vote", out);
}

Status read_value(std::string_view text, SqlParameter& out) {
  const std::size_t equals = text.find('=');
  std::string_view name = text.substr(0, equals);
  if (!name.empty() && std::string_view(":@$").find(name.front()) != std::string_view::npos) name.remove_prefix(1);
  if (equals == std::string_view::npos || name.empty()) {
    return Error(Code::kInvalidArgument, "is not NAME=JSON", "write for example n=5 or 'name=\"ann\"'");
  }
  out.name = name;
  const std::string_view json = text.substr(equals + 1);
  const Result<std::string> normal = base::normalise_json(json);
  if (!normal)
    return Error(Code::kInvalidArgument, "is not JSON after the `=`: " + normal.error().message(), "quote strings, for example 'name=\"ann\"'");
  if (normal->starts_with('[') || normal->starts_with('{')) {
    out.value = *normal;
    return {};
  }
  return accept(base::parse_scalar(*normal), out.value);
}

Status read_value(std::string_view text, GraphFormat& out) {
  return choose(text, std::to_array<Choice<GraphFormat>>({{"json", GraphFormat::kJson}, {"dot", GraphFormat::kDot}}), out);
}

Status read_value(std::string_view text, Shell& out) {
  return choose(text, std::to_array<Choice<Shell>>({{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}}), out);
}

Status read_value(std::string_view text, Format& out) {
  return choose(text, std::to_array<Choice<Format>>({{"table", Format::kTable}, {"json", Format::kJson}, {"jsonl", Format::kJsonl}}), out);
}

Status read_value(std::string_view text, ColourWish& out) {
  return choose(
      text, std::to_array<Choice<ColourWish>>({{"auto", ColourWish::kAuto}, {"always", ColourWish::kAlways}, {"never", ColourWish::kNever}}), out);
}

}  // namespace waggle::cli
