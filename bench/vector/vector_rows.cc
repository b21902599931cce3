// vector_rows.cc: see vector_rows.h.

#include "vector/vector_rows.h"

#include <algorithm>
#include <cmath>

#include "vector/curve.h"

namespace waggle::bench {
namespace {

constexpr std::size_t kRowDimensions = 384;
constexpr double kPlottedFrom = 0.85;  // recall below is of no use to anybody

void add(Row& row, const std::string& set, const Reached& reached) {
  row.details.emplace_back(set + "." + reached.contender + "_per_s", reached.per_second);
  row.details.emplace_back(set + "." + reached.contender + "_recall", reached.answers.recall);
}

// Queries a second of one contender at one level against the best f32 baseline, geometric mean over the sets.
void compare_level(Row& row, const Results& results, std::size_t level, const std::string& contender) {
  std::vector<double> ratios;
  for (const GraphResult& graph : results.graphs) {
    const Level& here = graph.levels[level];
    const Reached* ours = here.find(contender);
    const Reached* best = here.best_f32_baseline();
    if (best != nullptr) add(row, graph.set, *best);
    if (ours != nullptr) add(row, graph.set, *ours);
    if (ours != nullptr && best != nullptr) ratios.push_back(ours->per_second / best->per_second);
  }
  if (ratios.empty()) return;
  row.details.emplace_back("sets", static_cast<double>(ratios.size()));
  if (ratios.size() == results.graphs.size())
    row.ratio = geometric_mean(ratios);
  else
    row.skipped = "the recall was not reached on every set";
}

// The time to build of hnswlib against that of Waggle. Equal recall is what the speeds beside it were measured at.
void compare_builds(Row& row, const Results& results) {
  std::vector<double> ratios;
  for (const GraphResult& graph : results.graphs) {
    const auto seconds = [&](const char* name) {
      const auto found = std::ranges::find(graph.built, name, &Built::contender);
      if (found == graph.built.end()) return 0.0;
      row.details.emplace_back(graph.set + "." + name + "_s", found->seconds);
      return found->seconds;
    };
    const double theirs = seconds("hnswlib");
    const double ours = seconds("waggle_hnsw_f32");
    if (theirs > 0 && ours > 0) ratios.push_back(theirs / ours);
  }
  if (!ratios.empty()) row.ratio = geometric_mean(ratios);
}

void compare_filtered(Row& row, const Results& results) {
  std::vector<double> ratios;
  for (const GraphResult& graph : results.graphs) {
    for (const Reached& one : graph.filtered.reached) add(row, graph.set, one);
    const Reached* theirs = graph.filtered.find("hnswlib");
    const Reached* ours = graph.filtered.find("waggle_hnsw_f32");
    if (theirs != nullptr && ours != nullptr) ratios.push_back(ours->per_second / theirs->per_second);
  }
  if (!ratios.empty()) row.ratio = geometric_mean(ratios);
}

// The largest over the sets of 384 dimensions.
void report_bytes(Row& row, const Results& results, const std::string& contender) {
  for (const GraphResult& graph : results.graphs) {
    for (const Built& built : graph.built) {
      if (graph.dimensions != kRowDimensions || built.contender != contender) continue;
      row.details.emplace_back(graph.set + ".bytes", built.bytes_each);
      row.ratio = std::max(row.ratio.value_or(0), built.bytes_each);
    }
  }
}

// The sets on which exact search is compared.
constexpr std::size_t kExactRows = 100'000;
// A search that is right but for equal scores.
constexpr double kExactRecall = 0.9995;

std::vector<const ExactResult*> compared(const Results& results) {
  std::vector<const ExactResult*> all;
  for (const ExactResult& exact : results.exact) {
    if (exact.rows == kExactRows && exact.dimensions == kRowDimensions) all.push_back(&exact);
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

void compare_inserts(Row& row, const Results& results) {
  if (results.libsql.empty() || results.inserts.empty()) return;
  const ExactResult& libsql = results.libsql.front();
  const double theirs = static_cast<double>(libsql.rows) / libsql.built.front().seconds;
  const InsertResult& ours = results.inserts.front();
  row.details = {{"libsql_index_per_s", theirs}, {"waggle_per_s", ours.per_second}, {"rows", static_cast<double>(ours.rows)}};
  row.ratio = ours.per_second / theirs;
}

void report_stack(Row& row, const Results& results, double StackResult::* quantity) {
  for (const StackResult& stack : results.stacks) {
    row.details.emplace_back(stack.set + ".recall", stack.recall);
    row.details.emplace_back(stack.set + ".p50_ms", stack.search_p50_ms);
    row.details.emplace_back(stack.set + ".p99_ms", stack.search_p99_ms);
    row.details.emplace_back(stack.set + ".first_search_ms", stack.first_search_ms);
    row.ratio = std::max(row.ratio.value_or(0), stack.*quantity);
    if (quantity == &StackResult::first_search_ms && stack.first_method != "HNSW") {
      row.skipped = "the first search was answered by " + stack.first_method;
      row.ratio.reset();
      return;
    }
  }
}

void report_recall(Row& row, const Results& results) {
  if (results.recalls.empty()) return;
  const RecallResult& recall = results.recalls.front();
  row.details = {{"p99_ms", recall.p99_ms}, {"rows", static_cast<double>(recall.rows)}};
  row.ratio = recall.p50_ms;
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
  if (id == "hnsw_f32_r95") compare_level(row, results, 0, "waggle_hnsw_f32");
  if (id == "hnsw_f32_r99") compare_level(row, results, 1, "waggle_hnsw_f32");
  if (id == "hnsw_quant_r95") compare_level(row, results, 0, "waggle_hnsw_int8");
  if (id == "hnsw_quant_r99") compare_level(row, results, 1, "waggle_hnsw_int8");
  if (id == "build") compare_builds(row, results);
  if (id == "bytes_f32") report_bytes(row, results, "waggle_hnsw_f32");
  if (id == "bytes_int8") report_bytes(row, results, "waggle_hnsw_int8");
  if (id == "exact_f32") compare_exact(row, results, "waggle_exact_f32");
  if (id == "exact_int8") compare_exact(row, results, "waggle_exact_int8");
  if (id == "bandwidth") compare_bandwidth(row, results);
  if (id == "filtered_1pct") compare_filtered(row, results);
  if (id == "insert_durable") compare_inserts(row, results);
  if (id == "semantic_search") report_stack(row, results, &StackResult::search_p50_ms);
  if (id == "recall_hybrid") report_recall(row, results);
  if (id == "open_index") report_stack(row, results, &StackResult::first_search_ms);
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
