// tables.cc: the tables for people. See vector_rows.h.

#include <algorithm>
#include <cstdio>
#include <set>

#include "vector/vector_rows.h"

namespace waggle::bench {
namespace {

std::string formatted(const char* format, auto... values) {
  char line[256];
  std::snprintf(line, sizeof(line), format, values...);
  return line;
}

std::string builds(const std::vector<Built>& built, std::size_t rows) {
  std::string out = formatted("  %-14s %9s %12s %14s\n", "build", "seconds", "vectors/s", "bytes/vector");
  for (const Built& one : built) {
    out += formatted("  %-14s %9.2f %12.0f %14.0f\n", one.contender.c_str(), one.seconds, static_cast<double>(rows) / one.seconds, one.bytes_each);
  }
  return out;
}

std::string level_table(const Level& level, const std::string& title) {
  std::string out = formatted("  %-24s %7s %8s %7s %9s %10s %9s  (A/A %.3f)\n", title.c_str(), "effort", "recall", "worst", "below .7", "queries/s",
                              "us", level.control);
  for (const Reached& one : level.reached) {
    out += formatted("  %-24s %7d %8.4f %7.1f %9d %10.1f %9.1f\n", one.contender.c_str(), one.effort, one.answers.recall, one.answers.worst,
                     one.answers.bad, one.per_second, 1e6 / one.per_second);
  }
  for (const Reached& one : level.missed) {
    out += formatted("  %-24s not reached; best: %.4f at effort %d\n", one.contender.c_str(), one.answers.recall, one.effort);
  }
  return out;
}

// The recall of every contender at the efforts that are powers of two.
std::string curve_table(const std::vector<CurveOf>& curves) {
  std::string out = formatted("  %-14s", "recall by effort");
  for (int effort = 16; effort <= 512; effort *= 2) out += formatted(" %7d", effort);
  for (const CurveOf& curve : curves) {
    out += formatted("\n  %-16s", curve.contender.c_str());
    for (int effort = 16; effort <= 512; effort *= 2) {
      const auto found = curve.points.find(effort);
      out += found == curve.points.end() ? formatted(" %7s", "-") : formatted(" %7.4f", found->second.recall);
    }
  }
  return out + "\n";
}

std::string title_of(const std::string& set, std::size_t rows, std::size_t dimensions) {
  return formatted("%s: %zu x %zu\n", set.c_str(), rows, dimensions);
}

// Queries a second of one contender on every set at the level, and their geometric mean if it reached the level on all.
std::string mean_line(const std::vector<GraphResult>& results, std::size_t level, const std::string& contender) {
  std::string out = formatted("  %-14s", contender.c_str());
  std::vector<double> all;
  for (const GraphResult& result : results) {
    const Level& here = result.levels[level];
    const Reached* reached = contender == "best f32" ? here.best_f32_baseline() : here.find(contender);
    out += reached == nullptr ? formatted(" %18s", "-") : formatted(" %10.0f @%.4f", reached->per_second, reached->answers.recall);
    if (reached != nullptr) all.push_back(reached->per_second);
  }
  return out + (all.size() == results.size() ? formatted(" %10.0f\n", geometric_mean(all)) : formatted(" %10s\n", "-"));
}

}  // namespace

std::string graph_table(const GraphResult& result) {
  std::string out = title_of(result.set, result.rows, result.dimensions) + builds(result.built, result.rows) + curve_table(result.curves);
  for (const Level& level : result.levels) out += level_table(level, formatted("recall@10 %.2f", level.recall));
  out += level_table(result.filtered, "1% pass, recall@10 .95");
  out += formatted("  %-24s %7s %8s %10s %10s\n", "a tenth removed", "effort", "us each", "recall", "after");
  for (const Removed& one : result.removed) {
    out +=
        formatted("  %-24s %7d %8.2f %10.4f %10.4f\n", one.contender.c_str(), one.effort, one.microseconds_each, one.recall_before, one.recall_after);
  }
  return out;
}

std::string mean_table(const std::vector<GraphResult>& results) {
  if (results.empty()) return {};
  std::set<std::string> names;
  for (const GraphResult& result : results) {
    for (const Built& built : result.built) names.insert(built.contender);
  }
  std::string out = "Queries a second @recall on every set, and the geometric mean\n";
  for (std::size_t level = 0; level < std::size(kLevels); ++level) {
    out += formatted("  recall@10 %.2f", kLevels[level]);
    for (const GraphResult& result : results) out += formatted(" %18s", result.set.c_str());
    out += formatted(" %10s\n", "mean");
    for (const std::string& name : names) out += mean_line(results, level, name);
    out += mean_line(results, level, "best f32");
  }
  return out;
}

std::string exact_table(const ExactResult& result) {
  return title_of(result.set, result.rows, result.dimensions) + builds(result.built, result.rows) + level_table(result.level, "no effort to choose");
}

}  // namespace waggle::bench
