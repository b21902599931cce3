// vector_rows.cc: see vector_rows.h.

#include "vector/vector_rows.h"

#include <algorithm>
#include <cmath>

#include "vector/curve.h"

namespace waggle::bench {
namespace {

constexpr double kPlottedFrom = 0.85;  // recall below is of no use to anybody

void add(Row& row, const std::string& set, const Reached& reached) {
  row.details.emplace_back(set + "." + reached.contender + "_per_s", reached.per_second);
  row.details.emplace_back(set + "." + reached.contender + "_recall", reached.answers.recall);
}

// The graphs at one level, of one kind, and the mean of the best f32 one, which is what Waggle is to be held against.
void add_level(Row& row, const Results& results, double recall, Kind kind) {
  std::vector<double> best;
  for (const GraphResult& graph : results.graphs) {
    for (const Level& level : graph.levels) {
      if (level.recall != recall) continue;
      for (const Reached& one : level.reached) {
        if (one.kind == kind) add(row, graph.set, one);
      }
      if (level.best_f32_baseline() != nullptr) best.push_back(level.best_f32_baseline()->per_second);
    }
  }
  if (!best.empty() && best.size() == results.graphs.size()) row.details.emplace_back("best_f32_mean_per_s", geometric_mean(best));
}

void add_hnswlib(Row& row, const Results& results, double Built::* figure, const char* unit) {
  for (const GraphResult& graph : results.graphs) {
    for (const Built& built : graph.built) {
      if (built.contender == "hnswlib") row.details.emplace_back(graph.set + ".hnswlib" + unit, built.*figure);
    }
  }
}

// The sets on which exact search is compared.
constexpr std::size_t kExactRows = 100'000;
constexpr std::size_t kExactDimensions = 384;
// A search that is right but for equal scores.
constexpr double kExactRecall = 0.9995;

std::vector<const ExactResult*> compared(const Results& results) {
  std::vector<const ExactResult*> all;
  for (const ExactResult& exact : results.exact) {
    if (exact.rows == kExactRows && exact.dimensions == kExactDimensions) all.push_back(&exact);
  }
  return all;
}

// Queries a second of one contender against the faster way of vec0, geometric mean over the sets.
void compare_exact(Row& row, const Results& results, const std::string& contender) {
  std::vector<double> ratios;
  for (const ExactResult* exact : compared(results)) {
    for (const Reached& one : exact->level.reached) add(row, exact->set, one);
    const Reached* ours = exact->level.find(contender);
    const Reached* cosine = exact->level.find("vec0_cosine");
    const Reached* l2 = exact->level.find("vec0_l2");
    if (ours->answers.recall < kExactRecall) {
      row.skipped = contender + " missed neighbours on " + exact->set + ", so its speed is not compared";
      return;
    }
    ratios.push_back(ours->per_second / std::max(cosine->per_second, l2->per_second));
  }
  if (!ratios.empty()) row.ratio = geometric_mean(ratios);
}

// The share of the memory bandwidth that the scan makes use of.
void compare_bandwidth(Row& row, const Results& results) {
  std::vector<double> shares;
  for (const ExactResult* exact : compared(results)) {
    const Reached* ours = exact->level.find("waggle_exact_f32");
    const double gigabytes = static_cast<double>(exact->rows * exact->dimensions * sizeof(float)) / 1e9;
    shares.push_back(ours->per_second * gigabytes / exact->gigabytes_per_second);
    add(row, exact->set, *ours);
    row.details.emplace_back(exact->set + ".gb_per_s", exact->gigabytes_per_second);
    row.details.emplace_back(exact->set + ".bound_per_s", exact->gigabytes_per_second / gigabytes);
  }
  if (!shares.empty()) row.ratio = geometric_mean(shares);
}

void add_filtered(Row& row, const Results& results) {
  for (const GraphResult& graph : results.graphs) {
    for (const Reached& one : graph.filtered.reached) add(row, graph.set, one);
  }
}

void add_insertions(Row& row, const Results& results) {
  for (const ExactResult& libsql : results.libsql) {
    for (const Built& built : libsql.built) row.details.emplace_back(built.contender + "_per_s", static_cast<double>(libsql.rows) / built.seconds);
  }
}

}  // namespace

double Results::control() const {
  double furthest = 1;
  const auto look = [&](double control) {
    if (std::abs(control - 1) > std::abs(furthest - 1)) furthest = control;
  };
  for (const GraphResult& graph : graphs) {
    for (const Level& level : graph.levels) look(level.control);
    look(graph.filtered.control);
  }
  for (const ExactResult& one : exact) look(one.level.control);
  for (const ExactResult& one : libsql) look(one.level.control);
  return furthest;
}

Row row_of(std::string_view id, const Results& results) {
  Row row{.ratio = std::nullopt, .skipped = "nothing of Waggle was measured; what follows is of the baselines"};
  if (id == "hnsw_f32_r95") add_level(row, results, 0.95, Kind::kGraph);
  if (id == "hnsw_f32_r99") add_level(row, results, 0.99, Kind::kGraph);
  if (id == "hnsw_quant_r95") add_level(row, results, 0.95, Kind::kQuantisedGraph);
  if (id == "hnsw_quant_r99") add_level(row, results, 0.99, Kind::kQuantisedGraph);
  if (id == "build") add_hnswlib(row, results, &Built::seconds, "_s");
  if (id == "bytes_f32") add_hnswlib(row, results, &Built::bytes_each, "_bytes");
  if (id == "exact_f32") compare_exact(row, results, "waggle_exact_f32");
  if (id == "exact_int8") compare_exact(row, results, "waggle_exact_int8");
  if (id == "bandwidth") compare_bandwidth(row, results);
  if (id == "filtered_1pct") add_filtered(row, results);
  if (id == "insert_durable") add_insertions(row, results);
  if (row.details.empty()) row.skipped = "nothing of Waggle was measured";
  return row;
}

Plot plot_of(const GraphResult& result, const Results& results) {
  Plot plot{.title = "Queries a second, one thread: " + result.set,
            .x_label = "recall@10",
            .lines = {},
            .x_scale = PlotScale::kLinear,
            .y_scale = PlotScale::kLogarithmic};
  for (const CurveOf& curve : result.curves) {
    PlotLine line{.name = curve.contender, .points = {}};
    for (const auto& [effort, answers] : curve.points) {
      if (answers.recall >= kPlottedFrom && is_step(effort)) line.points.push_back({answers.recall, answers.per_second});
    }
    plot.lines.push_back(line);
  }
  const auto add_points = [&](const ExactResult& exact, const std::string& note) {
    for (const Reached& one : exact.level.reached) {
      plot.lines.push_back({.name = one.contender + note, .points = {{one.answers.recall, one.per_second}}});
    }
  };
  for (const ExactResult& exact : results.exact) {
    if (exact.set == result.set) add_points(exact, "");
  }
  for (const ExactResult& libsql : results.libsql) {
    if (libsql.set.starts_with(result.set + " ")) add_points(libsql, " (" + std::to_string(libsql.rows / 1000) + " k rows)");
  }
  return plot;
}

}  // namespace waggle::bench
