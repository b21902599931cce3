// values.h: one argument's text into a typed value. What is wrong is invalid_argument and never repeats the text: it may be a secret.

#ifndef WAGGLE_CLI_VALUES_H
#define WAGGLE_CLI_VALUES_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "waggle/changes.h"
#include "waggle/consensus.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"
#include "waggle/value.h"
#include "waggle/vectors.h"

namespace waggle::cli {

// A time, or "+DUR": that long after the moment at which the command runs.
struct When {
  std::variant<Timestamp, Duration> moment;

  Timestamp resolve(const base::Clock& clock) const;
};

// NAME=JSON: a value for a parameter of a SQL statement. Arrays and objects are bound as their JSON text.
struct SqlParameter {
  std::string name;  // without the prefix (: @ $)
  Value value;
};

enum class GraphFormat : std::uint8_t { kJson, kDot };
enum class Shell : std::uint8_t { kBash, kZsh, kFish };
enum class Format : std::uint8_t { kTable, kJson, kJsonl };
enum class ColourWish : std::uint8_t { kAuto, kAlways, kNever };

Status read_value(std::string_view text, std::string& out);
Status read_value(std::string_view text, std::int64_t& out);  // decimal only
Status read_value(std::string_view text, int& out);
Status read_value(std::string_view text, Duration& out);
Status read_value(std::string_view text, When& out);
Status read_value(std::string_view text, Json& out);  // checked
Status read_value(std::string_view text, Topology& out);
Status read_value(std::string_view text, TaskStatus& out);
Status read_value(std::string_view text, VoteChoice& out);
Status read_value(std::string_view text, ProposalStatus& out);
Status read_value(std::string_view text, OnDeadline& out);
Status read_value(std::string_view text, VotingRule& out);
Status read_value(std::string_view text, Elector& out);  // A or A=WEIGHT
Status read_value(std::string_view text, Entity& out);
Status read_value(std::string_view text, Metric& out);
Status read_value(std::string_view text, IndexKind& out);
Status read_value(std::string_view text, VectorStorage& out);
Status read_value(std::string_view text, double& out);
Status read_value(std::string_view text, SqlParameter& out);
Status read_value(std::string_view text, GraphFormat& out);
Status read_value(std::string_view text, Shell& out);
Status read_value(std::string_view text, Format& out);
Status read_value(std::string_view text, ColourWish& out);

template <typename T>
Status read_value(std::string_view text, std::optional<T>& out) {
  T value{};
  WAGGLE_TRY(read_value(text, value));
  out = std::move(value);
  return {};
}

// Adds to the end.
template <typename T>
Status read_value(std::string_view text, std::vector<T>& out) {
  T value{};
  WAGGLE_TRY(read_value(text, value));
  out.push_back(std::move(value));
  return {};
}

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_VALUES_H
