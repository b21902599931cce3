// graphs.cc: see graphs.h.

#include "vector/graphs.h"

#include <array>
#include <cstdio>
#include <random>

#include "measure.h"
#include "vector/curve.h"
#include "vector/ground_truth.h"
#include "vector/speed.h"

namespace waggle::bench {
namespace {

constexpr std::size_t kRemovedOneIn = 10;
constexpr double kPlottedRecall = 0.998;  // curves go on to here
// From this level on an index of ours may lose no query: none may have a lower recall than that.
constexpr double kNoQueryLostFrom = 0.99;
constexpr double kLeastOfAQuery = 0.7;

bool is_removed(std::size_t id) { return id % kRemovedOneIn == 0; }

using Pointers = std::vector<Contender*>;
using Curves = std::vector<Curve>;

Curves curves_of(const Pointers& contenders, const Task& task) {
  Curves curves;
  for (Contender* contender : contenders) curves.emplace_back(*contender, task);
  return curves;
}

// The best that a contender gave at any effort.
Reached best_of(const Contender& contender, const Curve& curve) {
  Reached best{.contender = contender.name(), .kind = contender.kind()};
  for (const auto& [effort, answers] : curve.points()) {
    if (answers.recall > best.answers.recall) best = {.contender = contender.name(), .kind = contender.kind(), .effort = effort, .answers = answers};
  }
  return best;
}

Level measure_level(double recall, const Task& task, const Pointers& contenders, Curves& curves, int repeats) {
  Level level{.recall = recall};
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    Contender& contender = *contenders[i];
    // Ours has to do more than its rivals: what it calls 0.99 must be so for each query, more or less.
    const bool is_own = contender.name().starts_with(kOwnPrefix);
    const std::optional<int> effort = curves[i].effort_for(recall, is_own && recall >= kNoQueryLostFrom ? kLeastOfAQuery : 0);
    if (!effort) {
      level.missed.push_back(best_of(contender, curves[i]));
      continue;
    }
    level.reached.push_back({.contender = contender.name(), .kind = contender.kind(), .effort = *effort, .answers = curves[i].at(*effort)});
    entries.push_back({&contender, *effort});
  }
  if (entries.empty()) return level;
  const Speeds speeds = speeds_in_turns(task, entries, repeats);
  for (std::size_t i = 0; i < entries.size(); ++i) level.reached[i].per_second = speeds.per_second[i];
  level.control = speeds.control;
  return level;
}

bool has_filter(Contender& contender, const DataSet& set, const std::vector<bool>& allowed) {
  std::array<std::int32_t, kNeighbours> found{};
  return contender.search_among(allowed, set.queries.row(0), static_cast<int>(kNeighbours), found);
}

Level measure_filtered(const DataSet& set, const Pointers& contenders, int repeats) {
  std::mt19937_64 random(set.base.rows);
  std::vector<bool> allowed(set.base.rows);
  for (std::size_t id = 0; id < allowed.size(); ++id) allowed[id] = static_cast<double>(random() >> 11U) * 0x1p-53 < kFilterShare;
  const Ids truth = nearest_by_dot(set.base, set.queries, kNeighbours, allowed);
  const Task task{.queries = set.queries, .truth = truth, .allowed = &allowed};
  std::vector<Contender*> filtering;
  for (Contender* contender : contenders) {
    if (has_filter(*contender, set, allowed)) filtering.push_back(contender);
  }
  Curves curves = curves_of(filtering, task);
  return measure_level(kFilteredLevel, task, filtering, curves, repeats);
}

// The true neighbours that are left of each query.
Ids truth_of_rest(const DataSet& set) {
  Ids rest(set.truth.rows, kNeighbours);
  for (std::size_t query = 0; query < rest.rows; ++query) {
    std::size_t count = 0;
    for (const std::int32_t id : set.truth.row(query)) {
      if (count < kNeighbours && !is_removed(static_cast<std::size_t>(id))) rest.row(query)[count++] = id;
    }
    if (count < kNeighbours) throw std::runtime_error("too few true neighbours are left of a query");
  }
  return rest;
}

std::vector<Removed> measure_removal(const DataSet& set, const Pointers& contenders, const Level& level) {
  const Ids truth = truth_of_rest(set);
  std::vector<Removed> all;
  for (Contender* contender : contenders) {
    const Reached* reached = level.find(contender->name());
    if (reached == nullptr || !contender->remove(0)) continue;
    std::int64_t count = 0;
    const double begin = seconds();
    for (std::size_t id = kRemovedOneIn; id < set.base.rows; id += kRemovedOneIn, ++count) contender->remove(static_cast<std::int32_t>(id));
    const double taken = seconds() - begin;
    const Answers after = answer_all(*contender, {.queries = set.queries, .truth = truth}, reached->effort);
    all.push_back({.contender = contender->name(),
                   .effort = reached->effort,
                   .microseconds_each = taken * 1e6 / static_cast<double>(count),
                   .recall_before = reached->answers.recall,
                   .recall_after = after.recall});
  }
  return all;
}

}  // namespace

Built build(Contender& contender, const DataSet& set) {
  std::fprintf(stderr, "  building %s\n", contender.name().c_str());
  const double begin = seconds();
  contender.build(set.base, kBuildThreads);
  Built built{.contender = contender.name(), .seconds = seconds() - begin};
  built.bytes_each = static_cast<double>(contender.bytes()) / static_cast<double>(set.base.rows);
  return built;
}

GraphResult measure_graphs(const DataSet& set, const Contenders& owned, int repeats) {
  GraphResult result{.set = set.name, .rows = set.base.rows, .dimensions = set.base.columns};
  Pointers contenders;
  for (const auto& contender : owned) {
    result.built.push_back(build(*contender, set));
    contenders.push_back(contender.get());
  }
  const Task task{.queries = set.queries, .truth = set.truth};
  Curves curves = curves_of(contenders, task);
  for (const double recall : kLevels) {
    std::fprintf(stderr, "  searching at recall %.2f\n", recall);
    result.levels.push_back(measure_level(recall, task, contenders, curves, repeats));
  }
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    curves[i].effort_for(kPlottedRecall);
    result.curves.push_back({contenders[i]->name(), curves[i].points()});
  }
  std::fprintf(stderr, "  searching with a filter, then removing\n");
  result.filtered = measure_filtered(set, contenders, repeats);
  result.removed = measure_removal(set, contenders, result.levels.back());
  return result;
}

}  // namespace waggle::bench
